#include "cases/page.h"

#include <nlohmann/json.hpp>

#include "cases/embedded_fixture.h"
#include "wire/config_error.h"

namespace timock::conformance {

std::vector<PageSentence> ReadPage(std::string_view text) {
  std::vector<PageSentence> sentences;
  try {
    const auto file = nlohmann::json::parse(text);
    for (const auto& json : file.at("sentences")) {
      sentences.push_back({.id = json.at("id").get<std::string>(),
                           .quote = json.at("quote").get<std::string>(),
                           .not_testable = json.value("not_testable", "")});
    }
  } catch (const nlohmann::json::exception& error) {
    throw ConfigError(std::string("register.json: ") + error.what());
  }
  return sentences;
}

std::vector<PageSentence> ShippedPage() { return ReadPage(EmbeddedFixture("cases/register.json")); }

}  // namespace timock::conformance
