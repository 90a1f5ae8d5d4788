#include "app/app_text.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/text_values.h"
#include "apps/app_fields.h"
#include "base/secrets.h"

namespace timock::app {

Result<App> AppFromText(const std::string& text) {
  const std::size_t id_end = text.find(':');
  const auto sdkappid = ParseUnsigned(std::string_view(text).substr(0, id_end), 0, UINT32_MAX);
  if (!sdkappid) {
    return Error{"expected ID:KEY or ID:KEY:ADMIN,..., where ID is a number up to 4294967295"};
  }
  const std::string which = "app " + std::to_string(*sdkappid) + ": ";
  if (id_end == std::string::npos) {
    return Error{which + "expected a colon and the secret key after the ID"};
  }
  const std::size_t key_end = text.find(':', id_end + 1);
  const std::string key = text.substr(id_end + 1, key_end - id_end - 1);
  nlohmann::json app = {{"sdkappid", *sdkappid}, {"key", key}, {"admins", {kDefaultAdmin}}};
  if (key_end != std::string::npos) {
    app["admins"] = SplitText(WithoutEndingSpace(text).substr(key_end + 1), ",");
    if (app["admins"].empty()) {
      return Error{which + "expected at least one admin after the second colon"};
    }
  }
  Result<App> read = AppFromJson(app);
  return read.ok() ? std::move(read) : Error{which + read.error().Text()};
}

}  // namespace timock::app
