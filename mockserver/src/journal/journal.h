#ifndef TIMOCK_JOURNAL_JOURNAL_H_
#define TIMOCK_JOURNAL_JOURNAL_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "profile/assumptions.h"
#include "timock/http_message.h"
#include "timock/journal.h"

namespace timock {

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
  std::uint64_t assumptions = 0;  ///< Bits of Call::assumptions.
};

/// The last calls, in bounded memory. Threads append to shards of their own, so that none waits for
/// another; reading merges the shards. See Service for what the functions answer.
class Journal {
 public:
  /// `app_exists` is asked under the journal's lock, and must not use the journal.
  Journal(
      const JournalOptions& options, std::size_t shards,
      std::function<bool(std::uint32_t)> app_exists = [](std::uint32_t) { return true; });
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// `shard` is taken modulo the number of shards.
  void Append(std::size_t shard, const CallRecord& record);

  JournalPage Read(const JournalFilter& filter, std::size_t limit, bool newest = false) const;
  std::optional<JournalEntry> Find(std::uint64_t id) const;
  JournalCount Count(const JournalFilter& filter) const;
  JournalCount Explain(const JournalFilter& filter) const;
  JournalCount WaitFor(const JournalFilter& filter, std::uint64_t at_least,
                       std::chrono::milliseconds wait) const;
  void Clear(const JournalFilter& filter);
  /// Tells of an app that nobody can have called yet.
  void Expect(std::uint32_t sdkappid);
  JournalStatus status() const;

  /// How many entries that fit have each bit of CallRecord::assumptions, and the last such entry.
  std::vector<Dependence> Dependences(const JournalFilter& filter) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace timock

#endif  // TIMOCK_JOURNAL_JOURNAL_H_
