// Links timock::usersig and nothing else of timock.
#include <timock/clock.h>
#include <timock/user_sig.h>

#include "use.h"

int main() {
  Use(timock::SignUserSig, timock::DecodeUserSig, timock::VerifyUserSig, timock::UserSigExpired);
  timock::ManualClock clock(timock::UnixSeconds(1));
  clock.Advance(std::chrono::seconds{1});
  const timock::Clock& same = clock;
  return same.Now() == timock::UnixSeconds(2) && same.Ticks() == timock::Tick{1'000'000'000} ? 0
                                                                                             : 1;
}
