#ifndef TIMOCK_JOURNAL_ENTRY_H_
#define TIMOCK_JOURNAL_ENTRY_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "timock/http_message.h"
#include "timock/journal.h"

namespace timock {

/// Of a body and of a reply no more is kept.
inline constexpr std::size_t kMaxKeptBody = 65'536;

/// A call as Service knows it when its answer is made; nothing is owned.
struct CallRecord {
  UnixTime at;
  std::chrono::nanoseconds duration{0};
  const HttpRequestView& request;
  const HttpResponse& response;
  std::string_view command = {};
  bool served = false;  ///< Whether `command` is one that is served here.
  std::optional<std::uint32_t> sdkappid = {};
  std::optional<int> error_code = 0;
  std::optional<bool> admitted = {};  ///< By the throttle; unset where it was not asked.
  std::string_view rule = {};
  std::string_view fault = {};
  std::span<const Diagnosis> diagnoses = {};
  std::uint64_t assumptions = 0;  ///< Bits of Decision::assumptions.
};

/// An entry as the journal holds it: numbers, and one run of bytes with all texts, unredacted. The
/// layout of `texts`: command, fault, rule, method, target, body and reply, whose sizes are members
/// below; then three texts a diagnosis and two a header, each behind its size (4 bytes).
struct StoredEntry {
  /// Of a record; without an id. Texts are cut so that they take at most `max_bytes`, those at the
  /// end of the layout first, and whole diagnoses and headers or none of one.
  StoredEntry(const CallRecord& record, std::size_t max_bytes);

  std::uint64_t id = 0;
  UnixTime at;
  std::chrono::nanoseconds duration{0};
  std::uint64_t connection = 0;
  std::uint64_t assumptions = 0;
  std::uint64_t body_bytes = 0;
  std::optional<std::uint32_t> sdkappid = {};
  std::optional<std::int32_t> error_code = {};
  std::int32_t http_status = 0;
  bool tls = false;

  std::string texts = {};
  std::uint32_t command = 0;
  std::uint32_t fault = 0;
  std::uint32_t rule = 0;
  std::uint32_t method = 0;
  std::uint32_t target = 0;
  std::uint32_t body = 0;
  std::uint32_t reply = 0;
  std::uint32_t diagnoses = 0;
  std::uint32_t headers = 0;

  std::string_view command_text() const { return std::string_view(texts).substr(0, command); }
  std::string_view fault_text() const { return std::string_view(texts).substr(command, fault); }
  /// Memory that the entry takes.
  std::size_t bytes() const { return sizeof(StoredEntry) + texts.capacity(); }
};

/// The entry for people: redacted, assumptions by name.
JournalEntry Decode(const StoredEntry& entry);

/// Whether `entry` fits all members of `filter` that are set.
bool Fits(const StoredEntry& entry, const JournalFilter& filter);

/// Why `entry` does not fit, where it is for one reason alone: "error_code is 60007, not 0". What
/// belongs to another app is never a near miss.
std::optional<std::string> NearMissOf(const StoredEntry& entry, const JournalFilter& filter);

}  // namespace timock

#endif  // TIMOCK_JOURNAL_ENTRY_H_
