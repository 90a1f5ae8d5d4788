#include "run/page_register.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "judge/result.h"
#include "run/suite.h"
#include "wire/config_error.h"

namespace timock::conformance {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

Case OneCase() {
  Case one;
  one.id = "R1.call_a";
  one.entry = "R1.call";
  return one;
}

std::vector<PageSentence> Read(const std::string& members) {
  const std::vector<Case> cases = {OneCase()};
  return ReadPageRegister(R"({"sentences":[{"id":"seed-01","quote":"Words.")" + members + "}]}",
                          cases);
}

TEST(PageRegister, TheShippedOneCoversEverySentence) {
  const std::vector<Case> cases = ShippedCases();
  EXPECT_GE(ShippedPageRegister(cases).size(), 25U);
}

TEST(PageRegister, RefusesASentenceThatNothingCovers) {
  EXPECT_THAT([] { Read(""); },
              ThrowsMessage<ConfigError>(HasSubstr("seed-01 needs either cases that cover it")));
  EXPECT_THAT([] { Read(R"(,"covered_by":["R1.other"])"); },
              ThrowsMessage<ConfigError>(HasSubstr("R1.other, and there is no such case")));
}

TEST(PageRegister, OneFailedCaseFailsTheSentence) {
  const std::vector<PageSentence> sentences = Read(R"(,"covered_by":["R1.call"])");
  const Case one = OneCase();
  const CaseResult passed{.one = &one};
  const CaseResult failed{.one = &one, .verdict = Verdict::kFailed};
  const CaseResult skipped{.one = &one, .verdict = Verdict::kSkipped};

  EXPECT_EQ(CoverageLine(sentences, {passed, skipped}),
            "1 sentences of the page: 1 passed, 0 failed, 0 not run, 0 not testable");
  EXPECT_EQ(StateOf(sentences.front(), {passed, failed}), SentenceState::kFailed);
  EXPECT_EQ(StateOf(sentences.front(), {skipped}), SentenceState::kNotRun);
}

}  // namespace
}  // namespace timock::conformance
