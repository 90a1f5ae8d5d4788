#ifndef TIMOCK_CONTROL_JOURNAL_ROUTES_H_
#define TIMOCK_CONTROL_JOURNAL_ROUTES_H_

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "control/exchange.h"
#include "timock/journal.h"

namespace timock::control {

/// Reads sdkappid, code, command, fault, from, until and since. Refuses with 404 an app that
/// neither exists nor is named by a recorded call.
std::optional<Refusal> ReadFilter(const Exchange& exchange, JournalFilter* out);

/// Reads a whole number; `*out` is left as it is when the parameter is absent.
std::optional<Refusal> ReadCount(const Exchange& exchange, std::string_view name, std::uint64_t min,
                                 std::uint64_t max, std::uint64_t* out);

/// One recorded call. What is absent is null; where the body is not UTF-8, `body_base64` has its
/// bytes.
nlohmann::ordered_json EntryToJson(const JournalEntry& entry);

}  // namespace timock::control

#endif  // TIMOCK_CONTROL_JOURNAL_ROUTES_H_
