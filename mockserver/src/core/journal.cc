#include "core/journal.h"

namespace timock {

struct Journal::Impl {};
Journal::Journal(const JournalOptions& /*options*/, std::size_t /*shards*/) {}
Journal::~Journal() = default;
void Journal::Append(std::size_t /*shard*/, const CallRecord& /*record*/) {}
JournalPage Journal::Read(const JournalFilter& /*filter*/, std::size_t /*limit*/) const {
  return {};
}
std::optional<JournalEntry> Journal::Find(std::uint64_t /*id*/) const { return {}; }
JournalCount Journal::Count(const JournalFilter& /*filter*/) const { return {}; }
JournalCount Journal::Explain(const JournalFilter& /*filter*/) const { return {}; }
JournalCount Journal::WaitFor(const JournalFilter& /*filter*/, std::uint64_t /*at_least*/,
                              std::chrono::milliseconds /*wait*/) const {
  return {};
}
void Journal::Clear(const JournalFilter& /*filter*/) {}
JournalStatus Journal::status() const { return {}; }
std::vector<Journal::Dependence> Journal::Dependences(const JournalFilter& /*filter*/) const {
  return {};
}

}  // namespace timock
