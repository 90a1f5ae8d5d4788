#include "core/fault_json.h"

#include <array>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/fault_plan.h"
#include "core/fault_presets.h"
#include "json/json_pointer.h"

namespace timock {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;
using Ending = FaultAction::Ending;
using Problem = std::optional<Error>;
using std::chrono::milliseconds;

constexpr std::array<std::pair<std::string_view, Ending>, 4> kEndings = {{
    {"close", Ending::kClose},
    {"reset", Ending::kReset},
    {"truncate", Ending::kTruncate},
    {"trickle", Ending::kTrickle},
}};

Problem Expected(const std::string& at, std::string_view what) {
  return Error{at + ": expected " + std::string(what)};
}

template <typename Integer>
Problem ReadInteger(const json& value, const std::string& at, Integer* out,
                    std::string_view expected = {}) {
  using Limits = std::numeric_limits<Integer>;
  // A document holds a number that is not negative as unsigned, or, if a program put it there, as
  // signed.
  bool fits = false;
  if (value.is_number_unsigned()) {
    fits = std::in_range<Integer>(value.get<std::uint64_t>());
  } else if (value.is_number_integer()) {
    fits = std::in_range<Integer>(value.get<std::int64_t>());
  }
  if (!fits && !expected.empty()) return Expected(at, expected);
  if (!fits) {
    return Expected(at, "a whole number from " + std::to_string(Limits::min()) + " to " +
                            std::to_string(Limits::max()));
  }
  *out = value.get<Integer>();
  return {};
}

template <typename Integer>
Problem ReadInteger(const json& value, const std::string& at, std::optional<Integer>* out,
                    std::string_view expected = {}) {
  return ReadInteger(value, at, &out->emplace(), expected);
}

Problem ReadMilliseconds(const json& value, const std::string& at, milliseconds* out) {
  std::uint32_t count = 0;
  if (Problem problem = ReadInteger(value, at, &count)) return problem;
  *out = milliseconds{count};
  return {};
}

Problem ReadNumber(const json& value, const std::string& at, double* out) {
  if (!value.is_number()) return Expected(at, "a number");
  *out = value.get<double>();
  return {};
}

Problem ReadText(const json& value, const std::string& at, std::string* out) {
  if (!value.is_string()) return Expected(at, "a string");
  *out = value.get<std::string>();
  return {};
}

Problem ReadFlag(const json& value, const std::string& at, bool* out) {
  if (!value.is_boolean()) return Expected(at, "true or false");
  *out = value.get<bool>();
  return {};
}

Problem Unknown(const std::string& at, std::string_view known) {
  return Error{at + ": unknown member; known are " + std::string(known)};
}

/// Hands each member of the object `value` to `read`, with its pointer.
template <typename Read>
Problem ReadMembers(const json& value, const std::string& at, Read read) {
  if (!value.is_object()) return Expected(at, "an object");
  for (const auto& [key, member] : value.items()) {
    if (Problem problem = read(key, member, JsonPointerBelow(at, key))) return problem;
  }
  return {};
}

Problem ReadBodyMatch(const json& value, const std::string& at, FaultMatch* out) {
  Problem problem = ReadMembers(
      value, at,
      [out](const std::string& key, const json& member, const std::string& below) -> Problem {
        if (key == "pointer") return ReadText(member, below, &out->body_pointer);
        if (key != "equals") return Unknown(below, "pointer, equals");
        out->body_equals = member.dump();
        return {};
      });
  if (!problem && out->body_pointer.empty() && out->body_equals.empty()) {
    return Expected(at, "a pointer, an equals or both");
  }
  return problem;
}

Problem ReadMatch(const json& value, const std::string& at, FaultMatch* out) {
  return ReadMembers(
      value, at,
      [out](const std::string& key, const json& member, const std::string& below) -> Problem {
        if (key == "sdkappid") return ReadInteger(member, below, &out->sdkappid);
        if (key == "command") return ReadText(member, below, &out->command);
        if (key == "identifier") return ReadText(member, below, &out->identifier);
        if (key == "body") return ReadBodyMatch(member, below, out);
        if (key == "every_nth") return ReadInteger(member, below, &out->every_nth);
        if (key == "probability") return ReadNumber(member, below, &out->probability);
        return Unknown(below, "sdkappid, command, identifier, body, every_nth, probability");
      });
}

Problem ReadLogNormal(const json& value, const std::string& at, FaultDelay* out) {
  out->kind = FaultDelay::Kind::kLogNormal;
  Problem problem = ReadMembers(
      value, at,
      [out](const std::string& key, const json& member, const std::string& below) -> Problem {
        if (key == "median_ms") return ReadMilliseconds(member, below, &out->median);
        if (key == "sigma") return ReadNumber(member, below, &out->sigma);
        return Unknown(below, "median_ms, sigma");
      });
  if (problem) return problem;
  for (const char* const needed : {"median_ms", "sigma"}) {
    if (value.contains(needed)) continue;
    return Error{at + "/" + needed + R"(: missing; expected {"median_ms":n,"sigma":x})"};
  }
  return {};
}

Problem ReadUniform(const json& value, const std::string& at, FaultDelay* out) {
  out->kind = FaultDelay::Kind::kUniform;
  if (!value.is_array() || value.size() != 2) return Expected(at, "[least, most]");
  if (Problem problem = ReadMilliseconds(value[0], at + "/0", &out->low)) return problem;
  return ReadMilliseconds(value[1], at + "/1", &out->high);
}

Problem ReadDelay(const json& value, const std::string& at, FaultDelay* out) {
  if (!value.is_object() || value.size() != 1) {
    return Expected(at, R"({"fixed_ms":n}, {"uniform_ms":[least,most]} or )"
                        R"({"log_normal":{"median_ms":n,"sigma":x}})");
  }
  const std::string& key = value.begin().key();
  const json& member = value.begin().value();
  const std::string below = JsonPointerBelow(at, key);
  if (key == "uniform_ms") return ReadUniform(member, below, out);
  if (key == "log_normal") return ReadLogNormal(member, below, out);
  if (key != "fixed_ms") return Unknown(below, "fixed_ms, uniform_ms, log_normal");
  out->kind = FaultDelay::Kind::kFixed;
  return ReadMilliseconds(member, below, &out->low);
}

Problem ReadFixedDelay(const json& value, const std::string& at, FaultDelay* out) {
  if (out->kind != FaultDelay::Kind::kNone) return Expected(at, "either delay or delay_ms");
  out->kind = FaultDelay::Kind::kFixed;
  return ReadMilliseconds(value, at, &out->low);
}

Problem ReadEnding(const json& value, const std::string& at, Ending* out) {
  for (const auto& [name, ending] : kEndings) {
    if (value != name) continue;
    *out = ending;
    return {};
  }
  return Expected(at, R"("close", "reset", "truncate" or "trickle")");
}

Problem ReadAction(const json& value, const std::string& at, FaultAction* out) {
  return ReadMembers(
      value, at,
      [out](const std::string& key, const json& member, const std::string& below) -> Problem {
        if (key == "error_code") return ReadInteger(member, below, &out->error_code);
        if (key == "internal_error") return ReadFlag(member, below, &out->internal_error);
        if (key == "error_info") return ReadText(member, below, &out->error_info);
        if (key == "http_status") {
          return ReadInteger(member, below, &out->http_status, "a whole number from 200 to 599");
        }
        if (key == "body") return ReadText(member, below, &out->body);
        if (key == "content_type") return ReadText(member, below, &out->content_type);
        if (key == "drop_action_status") return ReadFlag(member, below, &out->drop_action_status);
        if (key == "null_error_info") return ReadFlag(member, below, &out->null_error_info);
        if (key == "delay") return ReadDelay(member, below, &out->delay);
        if (key == "delay_ms") return ReadFixedDelay(member, below, &out->delay);
        if (key == "ending") return ReadEnding(member, below, &out->ending);
        if (key == "ending_after_bytes") {
          return ReadInteger(member, below, &out->ending_after_bytes);
        }
        if (key == "trickle_bytes") return ReadInteger(member, below, &out->trickle_bytes);
        if (key == "trickle_every_ms") return ReadMilliseconds(member, below, &out->trickle_every);
        return Unknown(below,
                       "error_code, internal_error, error_info, http_status, body, content_type, "
                       "drop_action_status, null_error_info, delay, delay_ms, ending, "
                       "ending_after_bytes, trickle_bytes, trickle_every_ms");
      });
}

Problem ReadFault(const json& value, Fault* out) {
  return ReadMembers(
      value, "",
      [out](const std::string& key, const json& member, const std::string& at) -> Problem {
        if (key == "id") return ReadText(member, at, &out->id);
        if (key == "match") return ReadMatch(member, at, &out->match);
        if (key == "action") return ReadAction(member, at, &out->action);
        if (key == "times") {
          return ReadInteger(member, at, &out->times, "a whole number of at least 1");
        }
        if (key == "seed") return ReadInteger(member, at, &out->seed);
        if (key == "matched" || key == "hits") return {};  // as FaultToJson gives them
        return Unknown(at, "id, preset, match, action, times, seed");
      });
}

ordered_json DelayToJson(const FaultDelay& delay) {
  switch (delay.kind) {
    case FaultDelay::Kind::kNone:
      break;
    case FaultDelay::Kind::kFixed:
      return {{"fixed_ms", delay.low.count()}};
    case FaultDelay::Kind::kUniform:
      return {{"uniform_ms", ordered_json::array({delay.low.count(), delay.high.count()})}};
    case FaultDelay::Kind::kLogNormal:
      return {{"log_normal", {{"median_ms", delay.median.count()}, {"sigma", delay.sigma}}}};
  }
  return nullptr;
}

ordered_json MatchToJson(const FaultMatch& match) {
  ordered_json out = ordered_json::object();
  if (match.sdkappid) out["sdkappid"] = *match.sdkappid;
  if (!match.command.empty()) out["command"] = match.command;
  if (!match.identifier.empty()) out["identifier"] = match.identifier;
  if (!match.body_pointer.empty()) out["body"]["pointer"] = match.body_pointer;
  if (!match.body_equals.empty()) out["body"]["equals"] = ordered_json::parse(match.body_equals);
  if (match.every_nth != 1) out["every_nth"] = match.every_nth;
  if (match.probability != 1) out["probability"] = match.probability;
  return out;
}

ordered_json ActionToJson(const FaultAction& action) {
  ordered_json out = ordered_json::object();
  if (action.error_code) out["error_code"] = *action.error_code;
  if (action.internal_error) out["internal_error"] = true;
  if (!action.error_info.empty()) out["error_info"] = action.error_info;
  if (action.http_status) out["http_status"] = *action.http_status;
  if (!action.body.empty()) out["body"] = action.body;
  if (!action.content_type.empty()) out["content_type"] = action.content_type;
  if (action.drop_action_status) out["drop_action_status"] = true;
  if (action.null_error_info) out["null_error_info"] = true;
  if (action.delay.kind != FaultDelay::Kind::kNone) out["delay"] = DelayToJson(action.delay);
  for (const auto& [name, ending] : kEndings) {
    if (ending == action.ending) out["ending"] = name;
  }
  if (action.ending_after_bytes) out["ending_after_bytes"] = *action.ending_after_bytes;
  if (action.ending == Ending::kTrickle) {
    out["trickle_bytes"] = action.trickle_bytes;
    out["trickle_every_ms"] = action.trickle_every.count();
  }
  return out;
}

}  // namespace

Result<Fault> FaultFromJson(const json& given) {
  Fault fault;
  if (given.is_string()) return FaultPreset(given.get_ref<const std::string&>());
  if (!given.is_object() || (!given.contains("preset") && !given.contains("name"))) {
    if (Problem problem = ReadFault(given, &fault)) return *std::move(problem);
  } else {
    const Result<json> whole = LayOverPreset(given);
    if (!whole) return whole.error();
    if (Problem problem = ReadFault(whole.value(), &fault)) return *std::move(problem);
  }
  if (const Result<Done> fits = CheckFault(fault); !fits) return fits.error();
  return fault;
}

ordered_json FaultToJson(const FaultStatus& status) {
  const Fault& fault = status.fault;
  ordered_json out;
  out["id"] = fault.id;
  out["match"] = MatchToJson(fault.match);
  out["action"] = ActionToJson(fault.action);
  if (fault.times) out["times"] = *fault.times;
  if (fault.seed) out["seed"] = *fault.seed;
  out["matched"] = status.matched;
  out["hits"] = status.hits;
  return out;
}

}  // namespace timock
