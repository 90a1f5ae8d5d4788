#include "timock/error_code.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/embedded_fixture.h"
#include "json/strict_json.h"

namespace timock {
namespace {

std::vector<ErrorCodeInfo> ReadCatalogue() {
  std::vector<ErrorCodeInfo> catalogue;
  const auto json = ParseOwnJson(EmbeddedFixture("errors.json"));
  for (const nlohmann::json& row : json.at("codes")) {
    catalogue.push_back({.code = row.at("code"),
                         .layer = row.at("layer"),
                         .text = row.at("text"),
                         .mark = row.at("mark"),
                         .description = row.at("description"),
                         .text_template = row.value("template", ""),
                         .template_mark = row.value("template_mark", "")});
  }
  std::sort(catalogue.begin(), catalogue.end(),
            [](const ErrorCodeInfo& a, const ErrorCodeInfo& b) { return a.code < b.code; });
  return catalogue;
}

}  // namespace

std::span<const ErrorCodeInfo> ErrorCatalogue() {
  static const std::vector<ErrorCodeInfo> catalogue = ReadCatalogue();
  return catalogue;
}

const ErrorCodeInfo* FindErrorCode(int code) {
  const std::span<const ErrorCodeInfo> all = ErrorCatalogue();
  const auto found =
      std::lower_bound(all.begin(), all.end(), code,
                       [](const ErrorCodeInfo& row, int wanted) { return row.code < wanted; });
  return found != all.end() && found->code == code ? &*found : nullptr;
}

}  // namespace timock
