#include "run/page_register.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "judge/result.h"
#include "run/suite.h"
#include "wire/config_error.h"

namespace timock::conformance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

/// The result of one case that covers `sentence`.
Case Covering(const std::string& sentence) {
  Case one;
  one.id = "R1.call_a";
  one.entry = "R1.call";
  one.covers = {sentence};
  return one;
}

std::vector<PageSentence> Page(const std::string& members = "") {
  return ReadPage(R"({"sentences":[{"id":"seed-01","quote":"Words.")" + members + "}]}");
}

TEST(PageRegister, TheShippedOneCoversEverySentence) {
  const std::vector<Case> cases = ShippedCases();
  EXPECT_GE(ShippedPageRegister(cases).size(), 25U);
}

TEST(PageRegister, EachEntryCoversASentenceOnce) {
  const Case one = Covering("seed-01");
  EXPECT_THAT(Covered(Page(), {one, one}).front().covered_by, ElementsAre("R1.call"));
}

TEST(PageRegister, RefusesASentenceThatNothingCoversAndACaseThatCoversNone) {
  EXPECT_THAT([] { Covered(Page(), {}); },
              ThrowsMessage<ConfigError>(HasSubstr("seed-01 needs either a case that covers it")));
  EXPECT_THAT([] { Covered(Page(R"(,"not_testable":"so")"), {Covering("seed-01")}); },
              ThrowsMessage<ConfigError>(HasSubstr("seed-01 needs either a case that covers it")));
  EXPECT_THAT([] { Covered(Page(), {Covering("seed-02")}); },
              ThrowsMessage<ConfigError>(HasSubstr("R1.call_a covers seed-02, which")));
  EXPECT_THAT([] { ReadPage("{}"); }, ThrowsMessage<ConfigError>(HasSubstr("register.json: ")));
}

TEST(PageRegister, OneFailedCaseFailsTheSentence) {
  const Case one = Covering("seed-01");
  const std::vector<PageSentence> sentences = Covered(Page(), {one});
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
