#ifndef TIMOCK_CONFORMANCE_LIMITER_PROBE_SCOPE_H_
#define TIMOCK_CONFORMANCE_LIMITER_PROBE_SCOPE_H_

#include <string>
#include <vector>

#include "limiter/probe_sender.h"

namespace timock::conformance {

/// Whether two kinds of calls take from one limit.
enum class Sharing { kShared, kApart, kUnknown };
std::string SharingName(Sharing sharing);

struct PairFinding {
  std::string pair;  ///< "apps", "admins", "connections" or "commands"
  Sharing sharing = Sharing::kUnknown;
  std::string reason = {};  ///< Why it is unknown.
  std::size_t passed = 0;   ///< Of the second kind, while the first had used up its limit,
  std::size_t calls = 0;    ///< of so many.
};

struct ScopeFinding {
  std::vector<PairFinding> pairs;
  std::size_t calls = 0;
  /// As the switch throttle.scope has it; empty where the pairs fit none or one is unknown that
  /// would tell.
  std::string scope;
};

/// Tells by pairs which calls share the limit of `found`, which must name an algorithm other than
/// none. Two and a half limits of calls and four windows of time for each pair.
ScopeFinding ProbeScope(Target& target, ProbeSender& sender, const ProbeFinding& found);

/// The switch throttle.scope that fits these pairs; empty: none, or not known.
std::string ScopeOf(const std::vector<PairFinding>& pairs);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_LIMITER_PROBE_SCOPE_H_
