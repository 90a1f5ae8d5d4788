#ifndef TIMOCK_JOURNAL_STORED_ENTRY_H_
#define TIMOCK_JOURNAL_STORED_ENTRY_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "journal/journal.h"
#include "timock/journal.h"

namespace timock {

/// Of a body and of a reply no more is kept.
inline constexpr std::size_t kMaxKeptBody = 65'536;

/// An entry as the journal holds it: numbers, and one run of bytes with all texts, unredacted.
struct StoredEntry {
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

  const char* texts = nullptr;
  std::uint32_t text_bytes = 0;
  // Sizes of the texts, in this order, and how many headers and diagnoses follow them.
  std::uint32_t command = 0;
  std::uint32_t fault = 0;
  std::uint32_t rule = 0;
  std::uint32_t method = 0;
  std::uint32_t target = 0;
  std::uint32_t body = 0;
  std::uint32_t reply = 0;
  std::uint32_t diagnoses = 0;
  std::uint32_t headers = 0;

  std::string_view command_text() const { return {texts, command}; }
  std::string_view fault_text() const { return {texts + command, fault}; }
};

/// `record` without id and texts, its texts cut so that they take at most `most_bytes`.
StoredEntry Measure(const CallRecord& record, std::size_t most_bytes);

/// Writes the StoredEntry::text_bytes of a measured `record` to `texts`.
void WriteTexts(const CallRecord& record, const StoredEntry& entry, char* texts);

/// The entry for people: redacted, assumptions by name.
JournalEntry Decode(const StoredEntry& entry);

/// Whether `entry` fits all members of `filter` that are set.
bool Fits(const StoredEntry& entry, const JournalFilter& filter);

/// Why `entry` does not fit, where it is for one reason alone: "error_code is 60007, not 0". What
/// belongs to another app never is a near miss.
std::optional<std::string> NearMissOf(const StoredEntry& entry, const JournalFilter& filter);

}  // namespace timock

#endif  // TIMOCK_JOURNAL_STORED_ENTRY_H_
