#ifndef TIMOCK_APP_APP_TEXT_H_
#define TIMOCK_APP_APP_TEXT_H_

#include <string>

#include "timock/app.h"
#include "timock/result.h"

namespace timock::app {

/// An app from "ID:KEY" or "ID:KEY:ADMIN,...", with the usual admin where none is named. White
/// space at the end of the key and of the whole is dropped. The Error does not show the key.
Result<App> AppFromText(const std::string& text);

}  // namespace timock::app

#endif  // TIMOCK_APP_APP_TEXT_H_
