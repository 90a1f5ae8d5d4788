#include <algorithm>
#include <string>
#include <utility>

#include "calls/attr_names_body.h"
#include "calls/checks.h"
#include "calls/endpoints.h"

namespace timock {
namespace {

constexpr std::size_t kMaxNameBytes = 50;  // R8

// What the default profile answers where a profile says `as_object` and there is nothing to take
// as an object.
constexpr int kJsonParseError = 90001;

constexpr const char* kExample = R"({"AttrNames":{"0":"sex","1":"city"}})";
constexpr const char* kSendExample = R"(send {"AttrNames":{"0":"sex","1":"city"}})";

std::size_t CountCharacters(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

std::string KeyText(int slot) { return "key \"" + std::to_string(slot) + '"'; }

Finding DuplicateKey(const ProfileData& profile, const std::string& what) {
  const Word word = profile[Switch::kDuplicateKey].word;
  const std::string kept = word == Word::kFirstWins ? "first" : "last";
  return {Switch::kDuplicateKey,
          what + " is given more than once" +
              (word == Word::kCode ? "" : "; the " + kept + " one counts"),
          "send each key once"};
}

Finding AttrNamesMissing(const AttrNamesBody& body) {
  const std::string wrap = std::string("wrap the digit keys in AttrNames: ") + kExample;
  Finding finding{Switch::kAttrNamesMissing, "the body has no member AttrNames", wrap};
  if (body.digit_at_top) {
    finding.notes = {{"missing_wrapper", "the digit keys are at the top of the body", wrap}};
  }
  return finding;
}

std::optional<Finding> AttrNamesNotObject(const ProfileData& profile, JsonKind kind) {
  if (kind == JsonKind::kObject) return {};
  if (kind != JsonKind::kArray) {
    return Finding{.which = Switch::kAttrNamesNotObject,
                   .detail = "AttrNames is not an object",
                   .remedy = kSendExample,
                   .code_without_switch = kJsonParseError};
  }
  const bool taken = profile[Switch::kAttrNamesNotObject].word == Word::kAsObject;
  return Finding{Switch::kAttrNamesNotObject,
                 "AttrNames is an array, the form that PHP gives to the keys 0, 1, 2",
                 std::string("cast to an object before encoding, (object)$names or "
                             "JSON_FORCE_OBJECT") +
                     (taken ? ""
                            : "; or set the switch attr_names_not_object to as_object "
                              "(profile lenient)")};
}

Finding NameTooLong(const AttrNameSlot& slot) {
  const std::size_t characters = CountCharacters(slot.name);
  const std::string sizes = KeyText(slot.slot) + " has a name of " +
                            std::to_string(slot.name.size()) + " bytes, " +
                            std::to_string(characters) + " characters";
  Finding finding{Switch::kNameTooLong, sizes,
                  "shorten it to 50 bytes of UTF-8: 50 ASCII or 16 CJK characters"};
  if (characters <= kMaxNameBytes) {
    finding.notes = {{"name_counted_in_characters", sizes, "count bytes of UTF-8, not characters"}};
  }
  return finding;
}

// In the order of PROTOCOL section 3: key, type, length.
std::optional<Refusal> ReadSlot(AttrNameSlot& slot, Decision& decision) {
  if (slot.twice) {
    if (auto refusal = decision.Judge(DuplicateKey(decision.profile, KeyText(slot.slot)))) {
      return refusal;
    }
  }
  if (slot.kind != JsonKind::kString) {
    return decision.Judge(Finding{Switch::kValueNotString,
                                  KeyText(slot.slot) + " has a value that is not a string",
                                  "send the name as a string"});
  }
  if (slot.name.empty()) {
    if (auto refusal =
            decision.Judge(Finding{Switch::kNameEmpty, KeyText(slot.slot) + " has an empty name",
                                   "give the slot a non-empty name"})) {
      return refusal;
    }
  }
  if (slot.name.size() > kMaxNameBytes) {
    if (auto refusal = decision.Judge(NameTooLong(slot))) return refusal;
  }
  decision.names.push_back({slot.slot, std::move(slot.name)});
  return {};
}

std::optional<Refusal> ReadSlots(AttrNamesBody& body, Decision& decision) {
  decision.names.reserve(body.slot_count);
  for (std::size_t i = 0; i < body.slot_count; ++i) {
    if (body.invalid_key && body.slots_before_invalid_key == i) break;
    if (auto refusal = ReadSlot(body.slots[i], decision)) return refusal;
  }
  if (!body.invalid_key) return {};
  return decision.Judge(Finding{Switch::kKeyInvalid,
                                "AttrNames has the key \"" + *body.invalid_key + '"',
                                "use exactly the keys \"0\" to \"9\""});
}

}  // namespace

std::optional<Refusal> ReadSetAttrNameBody(const Call& call, Decision& decision) {
  const ProfileData& profile = decision.profile;
  const std::string_view text = call.request.body;
  // R7
  if (text.empty()) {
    return decision.Judge(Finding{Switch::kBodyEmpty, "the body is empty", kSendExample});
  }
  const bool first_wins = profile[Switch::kDuplicateKey].word == Word::kFirstWins;
  AttrNamesBody body;
  JsonDefect defect;
  if (!ReadAttrNamesBody(text, first_wins ? Survivor::kFirst : Survivor::kLast, &body, &defect)) {
    return decision.Judge(JsonSyntax(call, defect, "send JSON by RFC 8259"));
  }
  if (body.top != JsonKind::kObject) {
    return decision.Judge(
        Finding{Switch::kBodyNotObject, "the body is JSON, but not an object", kSendExample});
  }
  if (body.attr_names == JsonKind::kAbsent) return decision.Judge(AttrNamesMissing(body));
  if (body.attr_names_twice) {
    if (auto refusal = decision.Judge(DuplicateKey(profile, "AttrNames"))) return refusal;
  }
  if (body.unknown_field) {
    if (auto refusal =
            decision.Judge(Finding{Switch::kUnknownFields,
                                   "the body has the unknown member \"" + *body.unknown_field + '"',
                                   "send AttrNames only"})) {
      return refusal;
    }
  }
  if (auto refusal = decision.Judge(AttrNamesNotObject(profile, body.attr_names))) return refusal;
  if (body.slot_count == 0 && !body.invalid_key) {
    if (auto refusal = decision.Judge(
            Finding{Switch::kAttrNamesEmpty, "AttrNames has no key", kSendExample})) {
      return refusal;
    }
  }
  return ReadSlots(body, decision);
}

std::optional<Refusal> SetAttrNames(AppState& app, Decision& decision) {
  const ProfileData& profile = decision.profile;
  const bool replace = profile[Switch::kSecondCall].word == Word::kReplace;
  const bool refuse = profile[Switch::kDuplicateName].word == Word::kCode;
  const auto [duplicate, others_kept] = app.UpdateNames(decision.names, replace, refuse);
  if (others_kept) decision.DependOn(Switch::kSecondCall);
  if (!duplicate) return {};
  const std::string slot = std::to_string(duplicate->slot);
  return decision.Judge(
      Finding{.which = Switch::kDuplicateName,
              .detail = "the name \"" + duplicate->name + "\" is already at key \"" + slot + "\"",
              .remedy = "give each slot a different name",
              .values = {{"<name>", duplicate->name}, {"<slot>", slot}}});
}

}  // namespace timock
