#ifndef TIMOCK_APP_CONFIG_FILE_H_
#define TIMOCK_APP_CONFIG_FILE_H_

#include <string>
#include <string_view>

#include "app/settings.h"
#include "timock/result.h"

namespace timock::app {

/// Lays the members of a JSON config file over `*settings`. The Error's message is "FILE:3:7:
/// reason" for text that is not strict JSON, else "FILE: /apps/0/key: expected ...". The path of a
/// profile file is relative to the config file's folder.
Result<Done> ApplyConfigFile(const std::string& path, Settings* settings);

/// The same for a file's text; `path` is its name in errors and the base of relative paths.
Result<Done> ApplyConfigText(std::string_view text, const std::string& path, Settings* settings);

}  // namespace timock::app

#endif  // TIMOCK_APP_CONFIG_FILE_H_
