#ifndef TIMOCK_JOURNAL_H_
#define TIMOCK_JOURNAL_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "timock/clock.h"
#include "timock/http_message.h"

namespace timock {

/// One thing the fake noticed about a call, for people. Holds no key and no UserSig.
struct Diagnosis {
  std::string name = {};    ///< The rule (a switch of the profile) or the kind of oddity.
  std::string detail = {};  ///< The offending part.
  std::string remedy = {};  ///< What to do about it.

  bool operator==(const Diagnosis&) const = default;
};

/// Bounds of the journal. At either bound the oldest entries are dropped and counted. An entry that
/// takes more than a quarter of max_bytes is cut.
struct JournalOptions {
  bool enabled = true;  ///< False: nothing is recorded, and no count is complete.
  std::size_t max_entries = 10'000;
  std::size_t max_bytes = std::size_t{16} * 1024 * 1024;  ///< Memory, including what entries waste.
};

/// What came, and what became of it. Secrets are redacted: the UserSig in the target, the values of
/// the headers Authorization, Proxy-Authorization and Cookie, and elsewhere in target and headers
/// whatever is as long as a secret and looks like one. The body is as it came.
struct JournalEntry {
  std::uint64_t id = 0;          ///< From 1, in the order in which the answers were made.
  UnixTime at = {};              ///< By the clock of its app.
  std::uint64_t connection = 0;  ///< Numbered from 1 by the server; 0 for a call in process.
  std::string method = {};       ///< Empty for a message that was not valid HTTP.
  std::string target = {};
  std::vector<HttpHeader> headers = {};
  bool tls = false;
  std::string body = {};       ///< Cut after 64 KiB.
  std::size_t body_bytes = 0;  ///< As it came.
  int http_status = 200;
  std::string reply = {};             ///< The body of the answer.
  std::optional<int> error_code = 0;  ///< As answered, also by a fault; unset without an envelope.
  std::string command = {};  ///< "all_member_push/im_set_attr_name"; empty when there is none.
  std::optional<std::uint32_t> sdkappid = {};
  std::string rule = {};                 ///< The switch that refused the call; empty when none did.
  std::string fault = {};                ///< Id of the fault that it met; empty when none.
  std::chrono::nanoseconds duration{0};  ///< Real time in the fake, a fault's delay apart.
  std::vector<Diagnosis> diagnoses = {};
  std::vector<std::string> assumptions = {};  ///< Assumed switches that the reply depended on.

  /// The decoded value of a query parameter, the first one of that name; empty when there is none.
  std::string query(std::string_view name) const;
};

/// Which entries are meant: those that fit all members that are set.
struct JournalFilter {
  std::optional<std::uint32_t> sdkappid = {};
  std::optional<int> error_code = {};
  /// "im_set_attr_name", with or without its service and a slash. One that is not known, and that
  /// no recorded call names, is a mistake: see Service::CheckFilter.
  std::string command = {};
  std::string fault = {};  ///< Id of a fault.
  std::optional<UnixTime> from = {};
  std::optional<UnixTime> until = {};  ///< Exclusive.
  std::uint64_t since_id = 0;          ///< Only entries after this one.
};

struct JournalPage {
  std::vector<JournalEntry> entries = {};  ///< Ascending by id.
  bool more = false;                       ///< Whether further ones fit the filter.
  std::uint64_t evicted = 0;  ///< Entries dropped at the bounds so far, whatever the filter.
};

/// How many entries fit a filter. When an entry was dropped that might have fitted, `complete` is
/// false and the true number may be higher: nothing can be proven by it but "at least".
struct JournalCount {
  std::uint64_t count = 0;
  bool complete = true;
  /// Entries that miss the filter in one point only, newest first, at most five; filled in by
  /// ExplainCalls, and by WaitForCalls when it waited in vain. With an app in the filter, none of
  /// another app.
  struct NearMiss {
    std::uint64_t id = 0;  ///< 0: no entry; `why` says what is wrong with the filter.
    std::string why = {};  ///< "error_code is 60007, not 0"
  };
  std::vector<NearMiss> near_misses = {};
};

struct JournalStatus {
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;  ///< Memory that is held for entries, within JournalOptions::max_bytes.
  std::uint64_t evicted = 0;
  std::uint64_t last_id = 0;
};

/// A switch of the profile that nothing public confirms and that recorded calls depended on: what
/// they have not proven about the real service.
struct Assumption {
  std::string name = {};    ///< "attr_names_not_object"
  std::string value = {};   ///< As in the profile, as JSON.
  std::uint64_t calls = 0;  ///< Recorded calls that depended on it.
  std::uint64_t last_id = 0;
};

}  // namespace timock

#endif  // TIMOCK_JOURNAL_H_
