#include "faults/fault_fields.h"

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "faults/fault_plan.h"
#include "faults/fault_presets.h"

namespace timock {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;
using Ending = FaultAction::Ending;
using std::chrono::milliseconds;

constexpr WholeType<std::uint32_t> kDelayMs{0, 600'000};

// Any JSON, kept as its text. FaultMatch::body_equals is empty when there is none.
struct JsonTextType {
  Problem Read(const json& value, std::string* out) const {
    *out = value.dump();
    return {};
  }
  ordered_json Write(const std::string& text) const {
    return text.empty() ? ordered_json() : ordered_json::parse(text);
  }
  json Schema() const { return json::object(); }
};

Field<FaultMatch> BodyMatch() {
  const Fields<FaultMatch> fields({Describe("pointer", &FaultMatch::body_pointer, TextType()),
                                   Describe("equals", &FaultMatch::body_equals, JsonTextType())},
                                  {.leaves_out_defaults = true});
  Field<FaultMatch> body = DescribePart<FaultMatch>("body", fields);
  body.read = [fields](const json& value, FaultMatch* out) -> Problem {
    Problem problem = fields.Read(value, out);
    if (!problem && out->body_pointer.empty() && out->body_equals.empty()) {
      return Expected("a pointer, an equals or both");
    }
    return problem;
  };
  return body;
}

// [min, max] in milliseconds.
struct UniformType {
  Problem Read(const json& value, FaultDelay* out) const {
    if (!value.is_array() || value.size() != 2) return Expected("[least, most]");
    const MillisecondsType type{kDelayMs};
    if (Problem problem = type.Read(value[0], &out->low)) return problem->Below("/0");
    if (Problem problem = type.Read(value[1], &out->high)) return problem->Below("/1");
    return {};
  }
  ordered_json Write(const FaultDelay& delay) const {
    return ordered_json::array({delay.low.count(), delay.high.count()});
  }
  json Schema() const {
    return {{"type", "array"}, {"items", kDelayMs.Schema()}, {"minItems", 2}, {"maxItems", 2}};
  }
};

// An object of one member, whose name is the kind.
struct DelayType {
  Fields<FaultDelay> log_normal{
      {Describe("median_ms", &FaultDelay::median, MillisecondsType{kDelayMs}),
       Describe("sigma", &FaultDelay::sigma, NumberType())}};

  Problem Read(const json& value, FaultDelay* out) const {
    if (!value.is_object() || value.size() != 1) {
      return Expected(R"({"fixed_ms":n}, {"uniform_ms":[least,most]} or )"
                      R"({"log_normal":{"median_ms":n,"sigma":x}})");
    }
    const std::string& kind = value.begin().key();
    Problem problem = ReadKind(kind, value.begin().value(), out);
    if (problem) return problem->Below(JsonPointerBelow("", kind));
    return {};
  }
  ordered_json Write(const FaultDelay& delay) const {
    switch (delay.kind) {
      case FaultDelay::Kind::kNone:
        return {};
      case FaultDelay::Kind::kFixed:
        return {{"fixed_ms", delay.low.count()}};
      case FaultDelay::Kind::kUniform:
        return {{"uniform_ms", UniformType().Write(delay)}};
      case FaultDelay::Kind::kLogNormal:
        break;
    }
    return {{"log_normal", log_normal.Write(delay)}};
  }
  json Schema() const {
    const auto one = [](const char* kind, const json& schema) -> json {
      return {{"type", "object"},
              {"properties", {{kind, schema}}},
              {"required", {kind}},
              {"additionalProperties", false}};
    };
    return {{"oneOf",
             {one("fixed_ms", kDelayMs.Schema()), one("uniform_ms", UniformType().Schema()),
              one("log_normal", log_normal.Schema())}}};
  }

 private:
  Problem ReadKind(const std::string& kind, const json& value, FaultDelay* out) const {
    if (kind == "uniform_ms") {
      out->kind = FaultDelay::Kind::kUniform;
      return UniformType().Read(value, out);
    }
    if (kind == "log_normal") {
      out->kind = FaultDelay::Kind::kLogNormal;
      if (Problem problem = log_normal.Read(value, out)) return problem;
      for (const char* const needed : {"median_ms", "sigma"}) {
        if (value.contains(needed)) continue;
        return Error{R"(missing; expected {"median_ms":n,"sigma":x})", std::string("/") + needed};
      }
      return {};
    }
    if (kind != "fixed_ms") {
      return Error{"unknown member; expected one of fixed_ms, uniform_ms, log_normal"};
    }
    out->kind = FaultDelay::Kind::kFixed;
    return MillisecondsType{kDelayMs}.Read(value, &out->low);
  }
};

const Fields<FaultMatch>& MatchFields() {
  static const Fields<FaultMatch> fields(
      {Describe("sdkappid", &FaultMatch::sdkappid, OptionalType<WholeType<std::uint32_t>>()),
       Describe("command", &FaultMatch::command, TextType()),
       Describe("identifier", &FaultMatch::identifier, TextType()), BodyMatch(),
       Describe("every_nth", &FaultMatch::every_nth,
                WholeType<std::uint32_t>{.min = 1, .what = "a whole number from 1"}),
       Describe("probability", &FaultMatch::probability, NumberType())},
      {.leaves_out_defaults = true});
  return fields;
}

// A member of a trickle, which is written whenever there is one.
template <typename Member, typename Type>
Field<FaultAction> OfTrickle(std::string name, Member FaultAction::*member, Type type) {
  Field<FaultAction> field = Describe(std::move(name), member, type);
  field.write = [member, type](const FaultAction& action) -> ordered_json {
    if (action.ending != Ending::kTrickle) return {};
    return type.Write(action.*member);
  };
  return field;
}

const Fields<FaultAction>& ActionFields() {
  static const Fields<FaultAction> fields(
      {Describe("error_code", &FaultAction::error_code, OptionalType<WholeType<int>>()),
       Describe("internal_error", &FaultAction::internal_error, FlagType()),
       Describe("error_info", &FaultAction::error_info, TextType()),
       Describe("http_status", &FaultAction::http_status, OptionalType<WholeType<int>>{{200, 599}}),
       Describe("body", &FaultAction::body, TextType()),
       Describe("content_type", &FaultAction::content_type, TextType()),
       Describe("drop_action_status", &FaultAction::drop_action_status, FlagType()),
       Describe("null_error_info", &FaultAction::null_error_info, FlagType()),
       Describe("delay", &FaultAction::delay, DelayType()),
       Describe("ending", &FaultAction::ending,
                ChoiceType<Ending>{{{"close", Ending::kClose},
                                    {"reset", Ending::kReset},
                                    {"truncate", Ending::kTruncate},
                                    {"trickle", Ending::kTrickle}}}),
       Describe("ending_after_bytes", &FaultAction::ending_after_bytes,
                OptionalType<WholeType<std::size_t>>()),
       OfTrickle("trickle_bytes", &FaultAction::trickle_bytes,
                 WholeType<std::size_t>{1, kMaxFaultBody}),
       OfTrickle("trickle_every_ms", &FaultAction::trickle_every, MillisecondsType{{1, 60'000}})},
      {.leaves_out_defaults = true});
  return fields;
}

// A count that FaultToJson gives, and that is not read.
Field<Fault> IgnoredCount(std::string name) {
  return {std::move(name), [](const json&, Fault*) { return Problem(); },
          [](const Fault&) { return ordered_json(); }, WholeType<std::uint64_t>().Schema()};
}

}  // namespace

const Fields<Fault>& FaultFields() {
  static const Fields<Fault> fields(
      {Describe("id", &Fault::id, TextType()), Describe("match", &Fault::match, MatchFields()),
       Describe("action", &Fault::action, ActionFields()),
       Describe(
           "times", &Fault::times,
           OptionalType<WholeType<std::uint64_t>>{{.min = 1, .what = "a whole number from 1"}}),
       Describe("seed", &Fault::seed, OptionalType<WholeType<std::uint64_t>>()),
       IgnoredCount("matched"), IgnoredCount("hits")},
      {.unknown = "unknown member; expected one of id, preset, match, action, times, seed"});
  return fields;
}

Result<Fault> FaultFromJson(const json& given) {
  Fault fault;
  if (given.is_string()) return FaultPreset(given.get_ref<const std::string&>());
  const bool named = given.is_object() && given.contains("preset");
  const Result<json> whole = named ? LayOverPreset(given) : given;
  if (!whole) return whole.error();
  if (Problem problem = FaultFields().Read(whole.value(), &fault)) return *std::move(problem);
  if (const Result<Done> fits = CheckFault(fault); !fits) return fits.error();
  return fault;
}

ordered_json FaultToJson(const FaultStatus& status) {
  ordered_json out = FaultFields().Write(status.fault);
  out["matched"] = status.matched;
  out["hits"] = status.hits;
  return out;
}

}  // namespace timock
