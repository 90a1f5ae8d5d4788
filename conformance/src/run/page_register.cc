#include "run/page_register.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "cases/embedded_fixture.h"
#include "judge/result.h"
#include "wire/config_error.h"

namespace timock::conformance {

std::vector<PageSentence> ReadPageRegister(std::string_view text, const std::vector<Case>& cases) {
  std::set<std::string> entries;
  for (const Case& one : cases) entries.insert(one.entry);
  std::vector<PageSentence> sentences;
  const auto file = nlohmann::json::parse(text);
  for (const auto& json : file.at("sentences")) {
    PageSentence sentence{.id = json.at("id").get<std::string>(),
                          .quote = json.at("quote").get<std::string>(),
                          .covered_by = json.value("covered_by", std::vector<std::string>()),
                          .not_testable = json.value("not_testable", "")};
    if (sentence.covered_by.empty() == sentence.not_testable.empty()) {
      throw ConfigError("register.json: " + sentence.id +
                        " needs either cases that cover it or the reason why none can");
    }
    for (const std::string& entry : sentence.covered_by) {
      if (entries.contains(entry)) continue;
      throw ConfigError("register.json: " + sentence.id + " is covered by " + entry +
                        ", and there is no such case");
    }
    sentences.push_back(std::move(sentence));
  }
  return sentences;
}

std::vector<PageSentence> ShippedPageRegister(const std::vector<Case>& cases) {
  return ReadPageRegister(EmbeddedFixture("cases/register.json"), cases);
}

std::string StateName(SentenceState state) {
  constexpr const char* kNames[] = {"failed", "passed", "not run", "not testable"};
  return kNames[static_cast<std::size_t>(state)];
}

SentenceState StateOf(const PageSentence& sentence, const std::vector<CaseResult>& results) {
  if (sentence.covered_by.empty()) return SentenceState::kNotTestable;
  SentenceState state = SentenceState::kNotRun;
  for (const CaseResult& result : results) {
    const auto& covered_by = sentence.covered_by;
    if (std::count(covered_by.begin(), covered_by.end(), result.one->entry) == 0) continue;
    if (result.verdict == Verdict::kFailed || result.verdict == Verdict::kKnownFailing) {
      return SentenceState::kFailed;
    }
    if (result.verdict == Verdict::kPassed) state = SentenceState::kPassed;
  }
  return state;
}

std::string CoverageLine(const std::vector<PageSentence>& sentences,
                         const std::vector<CaseResult>& results) {
  std::array<int, 4> counts{};
  for (const PageSentence& sentence : sentences) {
    ++counts[static_cast<std::size_t>(StateOf(sentence, results))];
  }
  const auto count = [&](SentenceState state) {
    return std::to_string(counts[static_cast<std::size_t>(state)]);
  };
  return std::to_string(sentences.size()) +
         " sentences of the page: " + count(SentenceState::kPassed) + " passed, " +
         count(SentenceState::kFailed) + " failed, " + count(SentenceState::kNotRun) +
         " not run, " + count(SentenceState::kNotTestable) + " not testable";
}

}  // namespace timock::conformance
