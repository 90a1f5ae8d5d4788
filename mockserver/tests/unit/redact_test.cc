#include "text/redact.h"

#include <gtest/gtest.h>

#include <string>

namespace timock {
namespace {

TEST(RedactTest, HidesRunsAsLongAsAKeyOrAPieceOfAUserSig) {
  const std::string secret(40, 'k');
  EXPECT_EQ(Redacted("a " + secret + " b"), "a (redacted) b");
  EXPECT_EQ(Redacted(secret), "(redacted)");
  EXPECT_EQ(Redacted("usersig=" + secret + "&x"), "(redacted)&x");
  EXPECT_EQ(Redacted("eJw1%2A" + std::string(40, '*') + "/" + std::string(39, 'x')),
            "(redacted)/" + std::string(39, 'x'));
}

TEST(RedactTest, LeavesOrdinaryTextAlone) {
  for (const std::string text : {"", "all_member_push/im_remove_all_tags",
                                 "the name \"sex\" stands", "城市 identifier 0123456789abcdef"}) {
    EXPECT_EQ(Redacted(text), text);
  }
}

}  // namespace
}  // namespace timock
