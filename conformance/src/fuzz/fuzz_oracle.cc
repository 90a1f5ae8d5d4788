#include "fuzz/fuzz_oracle.h"

#include <algorithm>
#include <set>

namespace timock::conformance {
namespace {

/// A member of AttrNames as the checks see it: at the place of the first one of its key.
struct Member {
  const FuzzSlot* slot;
  std::string key;
  bool twice = false;
};

bool IsSlot(const std::string& key) { return key.size() == 1 && key >= "0" && key <= "9"; }

/// Up to the first bad key, with which they end.
std::vector<Member> MembersOf(const std::vector<FuzzSlot>& slots, bool array, bool first_wins) {
  std::vector<Member> members;
  bool bad = false;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const std::string key = array ? std::to_string(i) : slots[i].key;
    const auto seen = std::find_if(members.begin(), members.end(),
                                   [&](const Member& member) { return member.key == key; });
    if (seen != members.end()) {
      seen->twice = true;
      if (!first_wins) seen->slot = &slots[i];
    } else if (!bad) {
      members.push_back({&slots[i], key});
      bad = !IsSlot(key);
    }
  }
  return members;
}

}  // namespace

FuzzOracle::FuzzOracle(const ExpectedProfile& profile) : profile_(profile) {
  const bool throttle_first = profile["throttle.position"] == "access";
  const bool admin_first = profile["admin_before_feature"].get<bool>();
  const bool admin_last = !admin_first && !profile["admin_before_body"].get<bool>();
  order_ = {"body_too_large",     "path_malformed",      "command_unknown",   "method_not_post",
            "plain_http",         "contenttype_missing", "contenttype_wrong", "sdkappid_missing",
            "sdkappid_malformed", "identifier_missing",  "random_missing",    "random_malformed",
            "sdkappid_unknown"};
  const auto then = [this](const std::vector<std::string>& more, bool where = true) {
    if (where) order_.insert(order_.end(), more.begin(), more.end());
  };
  then({"throttle.code"}, throttle_first);
  then({"sdkappid_disabled", "host_region_mismatch", "usersig_missing", "usersig_malformed",
        "usersig_identifier_mismatch", "usersig_sdkappid_mismatch", "usersig_expired",
        "usersig_signature_wrong"});
  then({"not_admin"}, admin_first);
  then({"feature_off"});
  then({"not_admin"}, !admin_first && !admin_last);
  then({"throttle.code"}, !throttle_first);
  then({"body"});
  then({"not_admin"}, admin_last);
}

FuzzOracle::Answer FuzzOracle::Refuse(const std::string& switch_name) const {
  return {profile_.CodeOf(switch_name), switch_name};
}

FuzzOracle::Answer FuzzOracle::Of(const FuzzCall& call, FuzzNames* names) const {
  FuzzNames after;
  for (const std::string& check : order_) {
    Answer answer;
    if (check == "body") {
      answer = OfBody(call, *names, &after);
    } else if (std::find(call.broken.begin(), call.broken.end(), check) != call.broken.end()) {
      answer = Refuse(check);
    }
    if (answer.code != 0) return answer;
  }
  if (!call.reads) *names = std::move(after);
  return {};
}

FuzzOracle::Answer FuzzOracle::OfBody(const FuzzCall& call, const FuzzNames& before,
                                      FuzzNames* after) const {
  constexpr int kParseError = 90'001;  // where as_object has nothing to take for an object
  const FuzzBody& body = call.body;
  if (call.reads) return body.breaks == "json_syntax" ? Refuse(body.breaks) : Answer{};
  if (!body.breaks.empty()) return Refuse(body.breaks);
  if (!body.has_names) return Refuse("attr_names_missing");
  if (body.twice) {
    if (Answer answer = Refuse("duplicate_key"); answer.code != 0) return answer;
  }
  if (!body.unknown.empty()) {
    if (Answer answer = Refuse("unknown_fields"); answer.code != 0) return answer;
  }
  if (body.twice && profile_.WordOf("duplicate_key") == "first_wins") {
    return OfSlots({{"9", "twice"}}, false, before, after);
  }
  if (!body.other.empty() || body.array) {
    Answer answer = Refuse("attr_names_not_object");
    if (answer.code == 0 && !body.array) answer.code = kParseError;
    if (answer.code != 0) return answer;
  }
  return OfSlots(body.slots, body.array, before, after);
}

FuzzOracle::Answer FuzzOracle::OfSlots(const std::vector<FuzzSlot>& slots, bool array,
                                       const FuzzNames& before, FuzzNames* after) const {
  constexpr std::size_t kMaxBytes = 50;  // R8
  if (slots.empty()) {
    if (Answer answer = Refuse("attr_names_empty"); answer.code != 0) return answer;
  }
  if (profile_.WordOf("second_call") == "merge") *after = before;
  const bool first_wins = profile_.WordOf("duplicate_key") == "first_wins";
  for (const auto& [slot, key, twice] : MembersOf(slots, array, first_wins)) {
    Answer answer;
    if (!IsSlot(key)) return Refuse("key_invalid");
    if (twice) answer = Refuse("duplicate_key");
    if (answer.code == 0 && !slot->name) answer = Refuse("value_not_string");
    if (answer.code != 0) return answer;
    if (slot->name->empty()) answer = Refuse("name_empty");
    if (slot->name->size() > kMaxBytes) answer = Refuse("name_too_long");
    if (answer.code != 0) return answer;
    (*after)[key] = *slot->name;
  }
  std::set<std::string> known;
  const bool unlike = std::all_of(after->begin(), after->end(), [&](const auto& entry) {
    return known.insert(entry.second).second;
  });
  return unlike ? Answer{} : Refuse("duplicate_name");
}

}  // namespace timock::conformance
