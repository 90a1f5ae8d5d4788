#include "control/query_parameters.h"

#include <algorithm>
#include <utility>

#include "text/url.h"

namespace timock::control {
namespace {

std::string Decoded(std::string_view raw) {
  return std::string(DecodedValue(raw, Plus::kIsSpace).text());
}

bool Names(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(' '), list.size());
    if (list.substr(0, end) == name) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

}  // namespace

QueryParameters::QueryParameters(std::string_view query) {
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    values_.emplace_back(Decoded(pair.substr(0, equals)),
                         Decoded(pair.substr(std::min(equals + 1, pair.size()))));
  }
}

const std::string* QueryParameters::Find(std::string_view name) const {
  for (const auto& [key, value] : values_) {
    if (key == name) return &value;
  }
  return nullptr;
}

std::optional<std::pair<std::string, std::string>> QueryParameters::FirstBad(
    std::string_view known) const {
  for (const auto& [name, value] : values_) {
    if (!Names(known, name)) {
      return {{name, known.empty() ? "unknown parameter; there is none here"
                                   : "unknown parameter; known here: " + std::string(known)}};
    }
    if (&value != Find(name)) return {{name, "stands twice; expected it once"}};
  }
  return {};
}

}  // namespace timock::control
