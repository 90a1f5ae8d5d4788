// Codes that only a fault answers, and answers without a code, in all that shows them.

#include <gmock/gmock.h>

#include <string>

#include "control/control_test.h"

namespace timock {
namespace {

using testing::HasSubstr;
using testing::Not;
using ErrorCodesTest = ControlTest;

TEST_F(ErrorCodesTest, NegativeOnesAreThemselves) {
  for (const std::string code : {"-1", "-2", "2147483647"}) {
    Send("POST", "/faults", R"({"action":{"error_code":)" + code + R"(},"times":1})");
    Call();
    const nlohmann::json page = Get("/requests?code=" + code).json;
    ASSERT_EQ(page["requests"].size(), 1U) << page;
    EXPECT_EQ(page["requests"][0]["error_code"].dump(), code);
    EXPECT_THAT(Get("/metrics").text, HasSubstr("code=\"" + code + "\"} 1\n"));
  }
  EXPECT_THAT(Get("/metrics").text, Not(HasSubstr("\"none\"")));
  EXPECT_THAT(Get("/metrics").text, Not(HasSubstr("\"other\"")));
}

TEST_F(ErrorCodesTest, AnAnswerWithoutOneMissesAFilterByCode) {
  Send("POST", "/faults", R"({"preset":"gateway-502"})");
  Call();
  EXPECT_EQ(Get("/requests?code=-1").json["requests"].size(), 0U);
  EXPECT_THAT(Get("/requests/count?code=0&at_least=1").text, HasSubstr("no error_code, not 0"));
}

}  // namespace
}  // namespace timock
