#include "faults/fault_fields.h"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "base/embedded_fixture.h"
#include "json/json_pointer.h"
#include "json/strict_json.h"

namespace timock {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;
using Ending = FaultAction::Ending;
using std::chrono::milliseconds;

constexpr std::size_t kMaxText = 4'096;
constexpr std::size_t kMaxBody = 65'536;
constexpr auto kMaxDelayMs = static_cast<std::uint32_t>(kMaxFaultDelay.count());
constexpr WholeType<std::uint32_t> kDelayMs{1, kMaxDelayMs};

Problem CheckLength(const std::string& text, std::size_t max) {
  if (text.size() <= max) return {};
  return Error{"is " + std::to_string(text.size()) + " bytes long; expected at most " +
               std::to_string(max)};
}

struct BoundedTextType : TextType {
  std::size_t max = kMaxText;

  Problem Read(const json& value, std::string* out) const {
    Problem problem = TextType::Read(value, out);
    return problem ? problem : CheckLength(*out, max);
  }
};

// An empty text would match every call.
struct MatchedTextType : BoundedTextType {
  Problem Read(const json& value, std::string* out) const {
    Problem problem = BoundedTextType::Read(value, out);
    if (!problem && out->empty()) return Expected("a text that is not empty; leave it out for any");
    return problem;
  }
  json Schema() const { return {{"type", "string"}, {"minLength", 1}}; }
};

bool IsLetterOrDigit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// An id is a path segment of the control API, where `presets` is another route.
struct IdType : TextType {
  Problem Read(const json& value, std::string* out) const {
    constexpr std::size_t kMaxId = 64;
    Problem problem = TextType::Read(value, out);
    if (problem || out->empty()) return problem;
    const bool plain = std::all_of(out->begin(), out->end(), [](char c) {
      return IsLetterOrDigit(c) || c == '.' || c == '_' || c == '-';
    });
    if (plain && IsLetterOrDigit(out->front()) && out->size() <= kMaxId && *out != "presets") {
      return {};
    }
    return Expected("1 to 64 of A-Z a-z 0-9 . _ -, a letter or digit first, and not \"presets\"");
  }
};

struct ContentTypeType : BoundedTextType {
  Problem Read(const json& value, std::string* out) const {
    if (Problem problem = BoundedTextType::Read(value, out)) return problem;
    if (std::all_of(out->begin(), out->end(), [](char c) { return c >= ' ' && c <= '~'; })) {
      return {};
    }
    return Expected("printable ASCII");
  }
};

struct PointerType : BoundedTextType {
  Problem Read(const json& value, std::string* out) const {
    if (Problem problem = BoundedTextType::Read(value, out)) return problem;
    if (JsonPointer::Parse(*out)) return {};
    return Expected("a JSON pointer (RFC 6901), such as \"/AttrNames/0\"");
  }
};

// Any JSON, kept as its text. FaultMatch::body_equals is empty when there is none.
struct JsonTextType {
  Problem Read(const json& value, std::string* out) const {
    *out = JsonText(value);
    return CheckLength(*out, kMaxBody);
  }
  ordered_json Write(const std::string& text) const {
    return text.empty() ? ordered_json() : ParseOwnOrderedJson(text);
  }
  json Schema() const { return json::object(); }
};

// A number above 0, or from 0.
struct RangeType : NumberType {
  double max;
  bool above;

  Problem Read(const json& value, double* out) const {
    if (Problem problem = NumberType::Read(value, out)) return problem;
    if ((above ? *out > 0 : *out >= 0) && *out <= max) return {};
    return Expected((above ? "a number above 0, at most " : "a number from 0 to ") +
                    std::to_string(static_cast<int>(max)));
  }
  json Schema() const {
    return {{"type", "number"}, {above ? "exclusiveMinimum" : "minimum", 0}, {"maximum", max}};
  }
};

Field<FaultMatch> BodyMatch() {
  const Fields<FaultMatch> fields({Describe("pointer", &FaultMatch::body_pointer, PointerType()),
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
  WholeType<std::uint32_t> bound{0, kMaxDelayMs};

  Problem Read(const json& value, FaultDelay* out) const {
    if (!value.is_array() || value.size() != 2) return Expected("[min, max]");
    if (Problem problem = MillisecondsType{bound}.Read(value[0], &out->low)) {
      return problem->Below("/0");
    }
    const auto low = static_cast<std::uint32_t>(out->low.count());
    const MillisecondsType high{{std::max(low, 1U), kMaxDelayMs}};
    if (Problem problem = high.Read(value[1], &out->high)) return problem->Below("/1");
    return {};
  }
  ordered_json Write(const FaultDelay& delay) const {
    return ordered_json::array({delay.low.count(), delay.high.count()});
  }
  json Schema() const {
    return {{"type", "array"}, {"items", bound.Schema()}, {"minItems", 2}, {"maxItems", 2}};
  }
};

// An object of one member, whose name is the kind.
struct DelayType {
  Fields<FaultDelay> log_normal{
      {Describe("median_ms", &FaultDelay::median, MillisecondsType{kDelayMs}),
       Describe("sigma", &FaultDelay::sigma, RangeType{{}, 10, false})}};

  Problem Read(const json& value, FaultDelay* out) const {
    if (!value.is_object() || value.size() != 1) {
      return Expected(R"({"fixed_ms":n}, {"uniform_ms":[min,max]} or )"
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
       Describe("command", &FaultMatch::command, MatchedTextType()),
       Describe("identifier", &FaultMatch::identifier, MatchedTextType()), BodyMatch(),
       Describe("every_nth", &FaultMatch::every_nth,
                WholeType<std::uint32_t>{.min = 1, .what = "a whole number from 1"}),
       Describe("probability", &FaultMatch::probability, RangeType{{}, 1, true})},
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
       Describe("error_info", &FaultAction::error_info, BoundedTextType()),
       Describe("http_status", &FaultAction::http_status, OptionalType<WholeType<int>>{{200, 599}}),
       Describe("body", &FaultAction::body, BoundedTextType{{}, kMaxBody}),
       Describe("content_type", &FaultAction::content_type, ContentTypeType()),
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
       OfTrickle("trickle_bytes", &FaultAction::trickle_bytes, WholeType<std::size_t>{1, kMaxBody}),
       OfTrickle("trickle_every_ms", &FaultAction::trickle_every, MillisecondsType{{1, 60'000}})},
      {.leaves_out_defaults = true});
  return fields;
}

// A count that FaultToJson gives, and that is not read.
Field<Fault> IgnoredCount(std::string name) {
  return {std::move(name), [](const json&, Fault*) { return Problem(); },
          [](const Fault&) { return ordered_json(); }, WholeType<std::uint64_t>().Schema()};
}

bool DoesNothing(FaultAction action) {
  const FaultAction nothing;
  action.trickle_bytes = nothing.trickle_bytes;
  action.trickle_every = nothing.trickle_every;
  return action == nothing;
}

// What the table cannot say: which members of an action go together.
Problem CheckTogether(const FaultAction& action) {
  const bool has_code = action.error_code || action.internal_error;
  const bool own_body = action.http_status && !has_code;
  const int status = action.http_status.value_or(200);
  const bool cuts = action.ending == Ending::kReset || action.ending == Ending::kTruncate;
  if (DoesNothing(action)) {
    return Error{
        "does nothing; give error_code, internal_error, http_status, content_type, delay, "
        "ending, drop_action_status or null_error_info"};
  }
  if (action.error_code && action.internal_error) {
    return Error{"is not allowed with error_code; both say which code is answered",
                 "/internal_error"};
  }
  if (!action.error_info.empty() && !has_code) {
    return Error{"is allowed only with error_code or internal_error", "/error_info"};
  }
  if (!action.error_info.empty() && action.null_error_info) {
    return Error{"is not allowed with error_info", "/null_error_info"};
  }
  if (!action.body.empty() && !own_body) {
    return Error{"is allowed only with http_status, and without error_code or internal_error",
                 "/body"};
  }
  if (!action.body.empty() && (status == 204 || status == 304)) {
    return Error{"an answer of status 204 or 304 has no body", "/body"};
  }
  if (own_body && (action.drop_action_status || action.null_error_info)) {
    return Error{"an answer of http_status alone has no envelope; add error_code",
                 action.drop_action_status ? "/drop_action_status" : "/null_error_info"};
  }
  if (action.ending_after_bytes && !cuts) {
    return Error{"is allowed only with the ending \"reset\" or \"truncate\"",
                 "/ending_after_bytes"};
  }
  return {};
}

// The preset that the member `preset` of `given` names, overridden by the other members of `given`:
// match and action member by member.
Result<json> OverriddenPreset(const json& given) {
  static const json presets = ParseOwnJson(EmbeddedFixture("faults.json")).at("presets");
  std::string names;
  for (const json& preset : presets) {
    names += (names.empty() ? "" : ", ") + preset.at("name").get<std::string>();
    if (preset.at("name") != given.at("preset")) continue;
    json whole = preset;
    for (const char* const own : {"name", "description"}) whole.erase(own);
    for (const auto& [key, value] : given.items()) {
      json& below = whole[key];
      if ((key == "match" || key == "action") && value.is_object() && below.is_object()) {
        below.update(value);
      } else {
        below = value;
      }
    }
    whole.erase("preset");
    return whole;
  }
  return Error{"no preset is named " + ShownJson(given.at("preset")) + "; expected one of " + names,
               "/preset"};
}

}  // namespace

const Fields<Fault>& FaultFields() {
  static const Fields<Fault> fields(
      {Describe("id", &Fault::id, IdType()), Describe("match", &Fault::match, MatchFields()),
       Describe("action", &Fault::action, ActionFields()),
       Describe(
           "times", &Fault::times,
           OptionalType<WholeType<std::uint64_t>>{{.min = 1, .what = "a whole number from 1"}}),
       Describe("seed", &Fault::seed, OptionalType<WholeType<std::uint64_t>>()),
       IgnoredCount("matched"), IgnoredCount("hits")},
      {.unknown = "unknown member; expected one of id, preset, match, action, times, seed"});
  return fields;
}

Result<Done> CheckFault(const Fault& fault) {
  if (const std::string& equals = fault.match.body_equals; !equals.empty()) {
    if (const Result<json> value = ParseStrictJson(equals); !value) {
      return Error{"is not JSON: " + value.error().Text(), "/match/body/equals"};
    }
  }
  Fault same;  // what the table can write and read again
  if (Problem problem = FaultFields().Read(FaultFields().Write(fault), &same)) {
    return *std::move(problem);
  }
  if (Problem problem = CheckTogether(fault.action)) return problem->Below("/action");
  return Done{};
}

Result<Fault> FaultFromJson(const json& given) {
  if (given.is_string()) return FaultPreset(given.get_ref<const std::string&>());
  const bool named = given.is_object() && given.contains("preset");
  const Result<json> whole = named ? OverriddenPreset(given) : given;
  if (!whole) return whole.error();
  Fault fault;
  if (Problem problem = FaultFields().Read(whole.value(), &fault)) return *std::move(problem);
  if (Problem problem = CheckTogether(fault.action)) return problem->Below("/action");
  return fault;
}

ordered_json FaultToJson(const FaultStatus& status) {
  ordered_json out = FaultFields().Write(status.fault);
  out["matched"] = status.matched;
  out["hits"] = status.hits;
  return out;
}

ordered_json FaultPresets() {
  return {{"presets", ParseOwnOrderedJson(EmbeddedFixture("faults.json")).at("presets")}};
}

Result<Fault> FaultPreset(std::string_view name) {
  Result<Fault> fault = FaultFromJson({{"preset", name}});
  if (!fault) return Error{fault.error().message};  // the name is all there is to point to
  return fault;
}

}  // namespace timock
