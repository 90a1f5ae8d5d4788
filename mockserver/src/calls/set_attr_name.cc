#include <algorithm>
#include <string>
#include <utility>

#include "calls/access_checks.h"
#include "calls/attr_names_body.h"
#include "calls/endpoints.h"
#include "timock/error_code.h"

namespace timock {
namespace {

constexpr std::size_t kMaxNameBytes = 50;  // R8

// What the default profile answers where a profile says `as_object` and there is nothing to take
// as an object.
constexpr int kJsonParseError = 90001;

constexpr std::string_view kExample = R"({"AttrNames":{"0":"sex","1":"city"}})";

std::size_t CountCharacters(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

std::string KeyText(int slot) { return "key \"" + std::to_string(slot) + '"'; }

bool DuplicateKey(Call& call, const std::string& what) {
  const SwitchValue& value = call.SwitchOf(Switch::kDuplicateKey);
  const std::string kept = value.word == Word::kFirstWins ? "first" : "last";
  return call.Refuse(Switch::kDuplicateKey,
                     what + " stands more than once" +
                         (value.word == Word::kCode ? "" : "; the " + kept + " one counts"),
                     "send each key once");
}

// `attr_names_missing`, `duplicate_key` of AttrNames itself, `unknown_fields`
bool AttrNamesMissing(Call& call, const AttrNamesBody& body) {
  if (body.attr_names == JsonKind::kAbsent) {
    const std::string wrap = "wrap the digit keys in AttrNames: " + std::string(kExample);
    const bool refused =
        call.Refuse(Switch::kAttrNamesMissing, "the body has no member AttrNames", wrap);
    if (body.digit_at_top) {
      call.Note("missing_wrapper", "the digit keys stand at the top of the body", wrap);
    }
    return refused;
  }
  if (body.attr_names_twice && DuplicateKey(call, "AttrNames")) return true;
  if (!body.unknown_field) return false;
  return call.Refuse(Switch::kUnknownFields,
                     "the body has the unknown member \"" + *body.unknown_field + '"',
                     "send AttrNames only");
}

bool AttrNamesNotObject(Call& call, const AttrNamesBody& body) {
  if (body.attr_names == JsonKind::kObject) return false;
  if (body.attr_names == JsonKind::kArray) {
    const bool taken = call.SwitchOf(Switch::kAttrNamesNotObject).word == Word::kAsObject;
    return call.Refuse(Switch::kAttrNamesNotObject,
                       "AttrNames is an array, the form that PHP gives to the keys 0, 1, 2",
                       std::string("cast to an object before encoding, (object)$names or "
                                   "JSON_FORCE_OBJECT") +
                           (taken ? ""
                                  : "; or set the switch attr_names_not_object to as_object "
                                    "(profile lenient)"));
  }
  call.DependOn(Switch::kAttrNamesNotObject);
  const SwitchValue& value = call.SwitchOf(Switch::kAttrNamesNotObject);
  return call.RefuseWith(SwitchName(Switch::kAttrNamesNotObject),
                         value.word == Word::kCode ? value.code : kJsonParseError,
                         "AttrNames is no object", "send " + std::string(kExample));
}

bool KeyInvalid(Call& call, const std::string& key) {
  return call.Refuse(Switch::kKeyInvalid, "AttrNames has the key \"" + key + '"',
                     "use exactly the keys \"0\" to \"9\"");
}

bool NameTooLong(Call& call, const AttrNameSlot& slot) {
  const std::size_t characters = CountCharacters(slot.name);
  const std::string sizes = KeyText(slot.slot) + " has a name of " +
                            std::to_string(slot.name.size()) + " bytes, " +
                            std::to_string(characters) + " characters";
  const bool refused =
      call.Refuse(Switch::kNameTooLong, sizes,
                  "shorten it to 50 bytes of UTF-8: 50 ASCII or 16 CJK characters");
  if (characters <= kMaxNameBytes) {
    call.Note("name_counted_in_characters", sizes, "count bytes of UTF-8, not characters");
  }
  return refused;
}

// In the order of PROTOCOL section 3: key, type, length.
bool SlotRefused(Call& call, AttrNameSlot& slot) {
  if (slot.twice && DuplicateKey(call, KeyText(slot.slot))) return true;
  if (slot.kind != JsonKind::kString) {
    return call.Refuse(Switch::kValueNotString, KeyText(slot.slot) + " has no string as its value",
                       "send the name as a string");
  }
  if (slot.name.empty() &&
      call.Refuse(Switch::kNameEmpty, KeyText(slot.slot) + " has an empty name", "name it")) {
    return true;
  }
  if (slot.name.size() > kMaxNameBytes && NameTooLong(call, slot)) return true;
  call.names.push_back({slot.slot, std::move(slot.name)});
  return false;
}

bool SlotsRefused(Call& call, AttrNamesBody& body) {
  call.names.reserve(body.slot_count);
  for (std::size_t i = 0; i < body.slot_count; ++i) {
    if (body.invalid_key && body.slots_before_invalid_key == i) break;
    if (SlotRefused(call, body.slots[i])) return true;
  }
  return body.invalid_key && KeyInvalid(call, *body.invalid_key);
}

// A catalogue row with a template names the duplicate in its ErrorInfo.
void NameDuplicate(Call& call, const DuplicateName& duplicate) {
  const ErrorCodeInfo* row = FindErrorCode(call.code);
  if (row == nullptr || row->text_template.empty() ||
      call.setting.profile.error_info.contains(call.code)) {
    return;
  }
  call.error_info = row->text_template;
  const auto fill = [&](std::string_view mark, const std::string& text) {
    const std::size_t at = call.error_info.find(mark);
    if (at != std::string::npos) call.error_info.replace(at, mark.size(), text);
  };
  fill("<slot>", std::to_string(duplicate.slot));
  fill("<name>", duplicate.name);
}

}  // namespace

bool SetAttrNameBodyRefused(Call& call) {
  const std::string_view text = call.request.body;
  const auto send_example = [] { return "send " + std::string(kExample); };
  // R7
  if (text.empty()) return call.Refuse(Switch::kBodyEmpty, "the body is empty", send_example());
  const bool first_wins = call.SwitchOf(Switch::kDuplicateKey).word == Word::kFirstWins;
  AttrNamesBody body;
  JsonDefect defect;
  if (!ReadAttrNamesBody(text, first_wins ? Survivor::kFirst : Survivor::kLast, &body, &defect)) {
    const bool refused = call.Refuse(Switch::kJsonSyntax,
                                     "line " + std::to_string(defect.line) + ", column " +
                                         std::to_string(defect.column) + ": " + defect.reason,
                                     "send JSON by RFC 8259");
    NoteContentCoding(call);
    return refused;
  }
  if (body.top != JsonKind::kObject) {
    return call.Refuse(Switch::kBodyNotObject, "the body is JSON, but no object", send_example());
  }
  if (AttrNamesMissing(call, body) || AttrNamesNotObject(call, body)) return true;
  if (body.slot_count == 0 && !body.invalid_key &&
      call.Refuse(Switch::kAttrNamesEmpty, "AttrNames has no key", send_example())) {
    return true;
  }
  return SlotsRefused(call, body);
}

bool SetAttrNameApplyRefused(Call& call) {
  const bool replace = call.SwitchOf(Switch::kSecondCall).word == Word::kReplace;
  const bool refuse = call.SwitchOf(Switch::kDuplicateName).word == Word::kCode;
  const auto [duplicate, others_stood] = call.app->UpdateNames(call.names, replace, refuse);
  if (others_stood) call.DependOn(Switch::kSecondCall);
  if (!duplicate) return false;
  if (!call.Refuse(Switch::kDuplicateName,
                   "the name \"" + duplicate->name + "\" stands at key \"" +
                       std::to_string(duplicate->slot) + "\" already",
                   "give each slot a name of its own")) {
    return false;
  }
  NameDuplicate(call, *duplicate);
  return true;
}

}  // namespace timock
