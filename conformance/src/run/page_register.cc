#include "run/page_register.h"

#include <algorithm>
#include <array>

#include "judge/result.h"
#include "wire/config_error.h"

namespace timock::conformance {

std::vector<PageSentence> Covered(std::vector<PageSentence> page, const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    for (const std::string& id : one.covers) {
      const auto sentence = std::find_if(page.begin(), page.end(),
                                         [&](const PageSentence& known) { return known.id == id; });
      if (sentence == page.end()) {
        throw ConfigError(one.id + " covers " + id + ", which register.json does not have");
      }
      std::vector<std::string>& entries = sentence->covered_by;
      if (std::find(entries.begin(), entries.end(), one.entry) == entries.end()) {
        entries.push_back(one.entry);
      }
    }
  }
  for (const PageSentence& sentence : page) {
    if (sentence.covered_by.empty() != sentence.not_testable.empty()) continue;
    throw ConfigError("register.json: " + sentence.id +
                      " needs either a case that covers it or the reason why none can");
  }
  return page;
}

std::vector<PageSentence> ShippedPageRegister(const std::vector<Case>& cases) {
  return Covered(ShippedPage(), cases);
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
