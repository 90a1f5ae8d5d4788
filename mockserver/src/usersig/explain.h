#ifndef TIMOCK_USERSIG_EXPLAIN_H_
#define TIMOCK_USERSIG_EXPLAIN_H_

#include <string>
#include <string_view>

#include "timock/user_sig.h"

namespace timock {

/// What is wrong, and what to do about it.
struct UserSigAdvice {
  std::string detail;
  std::string remedy;
};

/// For people: why `user_sig`, in which DecodeUserSig found `defect`, is not a UserSig and, where
/// it shows, which mistake made it so. Shows nothing of its content but a number in a wrong place.
UserSigAdvice ExplainDefect(std::string_view user_sig, UserSigDefect defect);

/// What is odd about a UserSig that can be read: a time in milliseconds, with which it never
/// expires. An empty detail: nothing.
UserSigAdvice OddityOf(const UserSigClaims& claims);

}  // namespace timock

#endif  // TIMOCK_USERSIG_EXPLAIN_H_
