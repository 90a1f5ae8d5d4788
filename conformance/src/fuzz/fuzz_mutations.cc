#include "fuzz/fuzz_call.h"

namespace timock::conformance {
namespace {

using For = FuzzMutation::For;
using Strings = std::vector<std::string>;
using Apply = decltype(FuzzMutation::apply);

std::string* Parameter(FuzzCall& call, const std::string& name) {
  call.query_changed = true;
  for (auto& [known, value] : call.query) {
    if (known == name) return &value;
  }
  return &call.query.emplace_back(name, "").second;
}

/// Gives the parameter the value.
Apply Query(const std::string& name) {
  return [name](FuzzCall& call, FuzzRandom&, const std::string& value) {
    *Parameter(call, name) = value;
  };
}

/// Leaves the parameter out, or its value.
Apply Lose(const std::string& name) {
  return [name](FuzzCall& call, FuzzRandom& random, const std::string&) {
    Parameter(call, name)->clear();
    if (random.Below(2) == 0) return;
    std::erase_if(call.query, [&](const auto& one) { return one.first == name; });
  };
}

/// Sets a member of the request, the body, or the UserSig.
template <typename T>
Apply Request(T CaseRequest::*member) {
  return [member](FuzzCall& call, FuzzRandom&, const std::string& value) {
    call.request.*member = value;
  };
}
Apply Body(std::string FuzzBody::*member, const char* breaks = "") {
  return [=](FuzzCall& call, FuzzRandom&, const std::string& value) {
    call.body.*member = value;
    if (*breaks != '\0') call.body.breaks = breaks;
  };
}
Apply Body(bool FuzzBody::*member, bool value) {
  return [=](FuzzCall& call, FuzzRandom&, const std::string&) { call.body.*member = value; };
}
template <typename T>
Apply Sign(T Signing::*member) {
  return [member](FuzzCall& call, FuzzRandom&, const std::string& value) {
    if (!call.signing) call.signing.emplace();
    (*call.signing).*member = value;
  };
}
Apply Sign(const Signing& signing) {
  return [signing](FuzzCall& call, FuzzRandom&, const std::string&) {
    if (!call.signing) call.signing.emplace();
    if (signing.sdkappid) call.signing->sdkappid = signing.sdkappid;
    if (signing.issued_s_ago != 0) call.signing->issued_s_ago = signing.issued_s_ago;
    call.signing->json.update(signing.json);
  };
}
Apply Change(FuzzApp app) {
  return [app](FuzzCall& call, FuzzRandom&, const std::string&) { call.app = app; };
}

/// Changes any slot; a new one where there is none.
Apply Slot(void (*change)(FuzzSlot& slot, const std::string& value)) {
  return [change](FuzzCall& call, FuzzRandom& random, const std::string& value) {
    std::vector<FuzzSlot>& slots = call.body.slots;
    if (slots.empty()) slots.push_back({"3", "lone"});
    change(slots[random.Below(slots.size())], value);
  };
}

std::string Repeat(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

/// Takes out, puts in or changes some of `text`: any bytes where `any`, otherwise what one line of
/// HTTP may hold.
void Garble(std::string* text, FuzzRandom& random, bool any) {
  static const Strings pieces = {"%", "%0", "%00", "/", "//", "?", "&", "=", "#",  "+",    "\t",
                                 " ", "\"", "{",   "}", "é",  ":", ";", "@", "\\", "\x01", "\x7f"};
  Strings units = Units(*text);
  for (std::size_t left = 1 + random.Below(3); left > 0; --left) {
    const std::size_t at = random.Below(units.size() + 1);
    const auto place = units.begin() + static_cast<std::ptrdiff_t>(at);
    const auto rest = static_cast<std::ptrdiff_t>(random.Below(units.size() - at + 1));
    std::string piece = random.Of(pieces);
    if (any) piece = std::string(1, static_cast<char>(random.Below(256)));
    if (piece == "$") piece = "#";  // begins no placeholder
    const std::size_t how = random.Below(4);
    if (how == 0) units.erase(place, place + rest);
    if (how == 1) units.resize(at);
    if (how >= 2) units.insert(place, piece);
  }
  text->clear();
  for (const std::string& unit : units) *text += unit;
}

void Shuffle(FuzzCall& call, FuzzRandom& random, const std::string&) {
  call.query_changed = true;
  for (std::size_t i = call.query.size(); i > 1; --i) {
    std::swap(call.query[i - 1], call.query[random.Below(i)]);
  }
}

void RepeatParameter(FuzzCall& call, FuzzRandom& random, const std::string& value) {
  if (call.query.empty()) return;
  call.query_changed = true;
  const std::string name = random.Of(call.query).first;
  call.query.emplace_back(name, value);
}

void RepeatKey(FuzzCall& call, FuzzRandom& random, const std::string& name) {
  std::vector<FuzzSlot>& slots = call.body.slots;
  if (slots.empty()) return;
  const std::string key = random.Of(slots).key;
  const std::size_t at = random.Below(slots.size() + 1);
  slots.insert(slots.begin() + static_cast<std::ptrdiff_t>(at), {key, name});
}

/// In the place of a key, or as one more.
void BadKey(FuzzCall& call, FuzzRandom& random, const std::string& key) {
  std::vector<FuzzSlot>& slots = call.body.slots;
  if (slots.empty() || random.Below(2) == 0) slots.push_back({"3", "lone"});
  slots[random.Below(slots.size())].key = key;
}

void RepeatName(FuzzCall& call, FuzzRandom& random, const std::string&) {
  std::vector<FuzzSlot>& slots = call.body.slots;
  if (slots.empty()) return;
  FuzzSlot& slot = slots[random.Below(slots.size())];
  slot = {slot.key, slots.front().name, slots.front().other};
}

void FillUp(FuzzCall& call, FuzzRandom&, const std::string& value) {
  std::vector<FuzzSlot>& slots = call.body.slots;
  while (slots.size() < 10) {
    const std::string key = std::to_string(slots.size());
    slots.push_back({key, value + key});
  }
}

void GarbleTarget(FuzzCall& call, FuzzRandom& random, const std::string&) {
  CaseRequest& request = call.request;
  std::string text = request.path.value_or("/v4/all_member_push/" + request.command) + "?";
  for (const auto& [name, value] : call.query) {
    text.append(name).append("=").append(value).append("&");
  }
  Garble(&text, random, false);
  request.path = text;
  request.query_text = "";
}

void GarbleHeader(FuzzCall& call, FuzzRandom& random, const std::string& name) {
  std::string value = "application/json; charset=utf-8";
  Garble(&value, random, false);
  call.request.headers = {{name, value}};
}

/// Shorter than braces, which clang-format spreads over the lines.
FuzzMutation Row(For what, std::string breaks, std::string part, Apply apply,
                 Strings values = {""}) {
  return {std::move(breaks), std::move(part), std::move(apply), std::move(values), what};
}

std::vector<FuzzMutation> OfTheTarget() {
  using enum FuzzMutation::For;
  const std::string push = "/v4/all_member_push/";
  const Apply path = Request(&CaseRequest::path);
  const auto like_no_admin = [](FuzzCall& call, FuzzRandom& random, const std::string& name) {
    Query("identifier")(call, random, name);
    Sign (&Signing::identifier)(call, random, name);
  };
  const auto longer_path = [push](FuzzCall& call, FuzzRandom&, const std::string& before) {
    call.request.path = before + push + (call.reads ? "im_get_attr_name" : "im_set_attr_name");
  };
  return {
      Row(kAll, "path_malformed", "path", path,
          {"/", "/v4", "/v4/all_member_push", push + "im_set_attr_name/", "/v4//im_get_attr_name",
           "/V4/all_member_push/im_set_attr_name", "//" + push + "im_get_attr_name",
           "/%764/all_member_push/im_set_attr_name"}),
      Row(kAll, "command_unknown", "path", path,
          {push + "im_push", "/v4/openim/im_set_attr_name", push + "IM_SET_ATTR_NAME",
           push + "im%5Fget_attr_name", "/v4/a/b"}),
      Row(kAll, "", "path", longer_path, {"/", "http://${host}"}),
      Row(kAll, "method_not_post", "method", Request(&CaseRequest::method),
          {"GET", "PUT", "PATCH", "DELETE"}),
      Row(kAll, "contenttype_missing", "contenttype", Lose("contenttype")),
      Row(kAll, "contenttype_wrong", "contenttype", Query("contenttype"),
          {"xml", "application/json", "json%20", "json5", "jso"}),
      Row(kAll, "", "contenttype", Query("contenttype"), {"JSON", "jSoN", "%6A%73%6f%4e"}),
      Row(kAll, "sdkappid_missing", "sdkappid", Lose("sdkappid")),
      Row(kAll, "sdkappid_malformed", "sdkappid", Query("sdkappid"),
          {"14x", "-1", "4294967296", "${sdkappid}.0", "%20${sdkappid}", "${sdkappid}%00",
           "18446744073709551616", "${sdkappid},1"}),
      Row(kAll, "sdkappid_unknown", "sdkappid", Query("sdkappid"), {"0", "1", "4294967295"}),
      Row(kAll, "identifier_missing", "identifier", Lose("identifier")),
      Row(kAll, "usersig_identifier_mismatch", "identifier", Query("identifier"),
          {"${identifier}x", "${identifier}%00", "%20${identifier}", "x"}),
      Row(kAll, "", "identifier", Query("identifier"), {"${identifier_encoded}"}),
      Row(kAll, "not_admin", "identifier", like_no_admin, {"Administrator", "administrator2"}),
      Row(kAll, "random_missing", "random", Lose("random")),
      Row(kAll, "random_malformed", "random", Query("random"),
          {"-1", "4294967296", "1.5", "0xff", "%201", "x"}),
      Row(kAll, "", "random", Query("random"), {"0", "4294967295", "%34%32", "0042"}),
      Row(kAll, "usersig_missing", "usersig", Lose("usersig")),
      Row(kAll, "usersig_malformed", "usersig", Query("usersig"),
          {"x", "not_a_usersig", "${usersig}AAAA", "%00${usersig}", "eJw_", "eJwDAAAAAAE_",
           "eJzLyy9RyCrOz1NILFFIzMkBACyrBXo_"}),
      Row(kAll, "", "usersig", Query("usersig"), {"${usersig_encoded}"}),
      Row(kAll, "", "order of parameters", Shuffle),
      Row(kAll, "", "unknown parameter", Query("x"), {"1", "", "%", "%0g"}),
      Row(kAll, "", "parameter in capitals", Query("SDKAppID"), {"1"}),
      Row(kAll, "", "parameter twice", RepeatParameter, {"second", ""}),
  };
}

std::vector<FuzzMutation> OfTheCaller() {
  using enum FuzzMutation::For;
  const Apply identity = Request(&CaseRequest::identity);
  const Apply pack = Sign(&Signing::pack);
  const auto headers = [](FuzzCall& call, FuzzRandom&, const std::string& value) {
    call.request.headers = {{"Content-Type", value}, {"Accept", value}};
  };
  return {
      Row(kAll, "not_admin", "identity", identity, {"non_admin"}),
      Row(kAll, "sdkappid_unknown", "identity", identity, {"unknown_app"}),
      Row(kAll, "usersig_malformed", "pack", pack,
          {"trailing_byte", "trailing_text", "bad_checksum", "cut", "raw_deflate", "gzip"}),
      Row(kAll, "usersig_malformed", "version", Sign({.json = {{"TLS.ver", nullptr}}})),
      Row(kAll, "", "pack", pack, {"stored", "spaced"}),
      Row(kAll, "usersig_identifier_mismatch", "signed identifier", Sign(&Signing::identifier),
          {"other"}),
      Row(kAll, "usersig_sdkappid_mismatch", "signed sdkappid", Sign({.sdkappid = 1'400'999'999})),
      Row(kAll, "usersig_expired", "signed time", Sign({.issued_s_ago = 90'000})),
      Row(kAll, "usersig_signature_wrong", "key", Sign(&Signing::key), {"wrong", "hex_decoded"}),
      Row(kAll, "", "userbuf", Sign(&Signing::userbuf), {"YWJj"}),
      Row(kAppsAlone, "sdkappid_disabled", "app", Change(FuzzApp::kDisabled)),
      Row(kAppsAlone, "feature_off", "app", Change(FuzzApp::kFeatureOff)),
      Row(kAppsAlone, "throttle.code", "app", Change(FuzzApp::kUsedUp)),
      Row(kAll, "", "headers", headers, {"text/xml", "", "application/JSON;charset=x"}),
  };
}

std::vector<FuzzMutation> OfTheNames() {
  using enum FuzzMutation::For;
  const Apply name = Slot([](FuzzSlot& slot, const std::string& value) { slot.name = value; });
  const Apply other = Slot([](FuzzSlot& slot, const std::string& value) {
    slot.name.reset();
    slot.other = value;
  });
  const Apply escape = Slot([](FuzzSlot& slot, const std::string&) { slot.escaped = true; });
  const auto clear = [](FuzzCall& call, FuzzRandom&, const std::string&) {
    call.body.slots.clear();
  };
  return {
      Row(kSetter, "value_not_string", "", other,
          {"null", "true", "0", "1.5e3", "[]", "{}", R"(["a"])", R"({"0":"a"})"}),
      Row(kSetter, "name_empty", "", name),
      Row(kSetter, "name_too_long", "", name,
          {Repeat("x", 51), Repeat("名", 17), Repeat("😀", 13), Repeat(" ", 52),
           Repeat("long", 99)}),
      Row(kSetter, "duplicate_name", "", RepeatName),
      Row(kSetter, "duplicate_key", "", RepeatKey, {"again", "名", "a"}),
      Row(kSetter, "", "ten names", FillUp, {Repeat("=", 49), Repeat("名", 16) + "-"}),
      Row(kSetter, "key_invalid", "", BadKey, {"10", "00", "-1", " 1", "", "a", "０", "1 "}),
      Row(kSetter, "", "escaped name", escape),
      Row(kSetter, "attr_names_missing", "names", Body(&FuzzBody::has_names, false)),
      Row(kSetter, "attr_names_not_object", "names", Body(&FuzzBody::other),
          {"null", "0", "false", R"("0")", R"("{}")"}),
      Row(kSetter, "attr_names_not_object", "names", Body(&FuzzBody::array, true)),
      Row(kSetter, "attr_names_empty", "names", clear),
      Row(kSetter, "duplicate_key", "AttrNames twice", Body(&FuzzBody::twice, true)),
      Row(kSetter, "unknown_fields", "fields", Body(&FuzzBody::unknown),
          {R"(,"0":"sex")", R"(,"attrNames":{})", R"(,"x":{"AttrNames":{"1":"y"}})", R"(,"":1)"}),
  };
}

std::vector<FuzzMutation> OfTheBody() {
  using enum FuzzMutation::For;
  const std::string nul(1, '\0');
  const auto garble = [](FuzzCall& call, FuzzRandom& random, const std::string&) {
    Garble(&call.request.body, random, true);
  };
  return {
      Row(kAll, "", "white space", Body(&FuzzBody::space), {" ", "\n", "\t\r\n  "}),
      Row(kAll, "body_empty", "body", Body(&FuzzBody::in_place, "body_empty")),
      Row(kAll, "body_not_object", "body", Body(&FuzzBody::in_place, "body_not_object"),
          {"[]", "null", "0", R"("AttrNames")", "true", R"([{"AttrNames":{"0":"sex"}}])"}),
      Row(kAll, "json_syntax", "body", Body(&FuzzBody::inside, "json_syntax"),
          {"NaN", "01", "1.", "+1", "0x1", "1e400", "'a'", "True", ",", R"("\x61")", R"("\u12")",
           R"("\ud800")", "\"a\nb\"", "\"\xff\"", "\"\xc0\x80\"", "1,", "1/*c*/", "{]",
           Repeat("[", 65) + Repeat("]", 65)}),
      Row(kAll, "json_syntax", "body", Body(&FuzzBody::behind, "json_syntax"),
          {"x", "{}", "}", ",", "1", nul, "//"}),
      Row(kAll, "json_syntax", "body", Body(&FuzzBody::before, "json_syntax"),
          {"\xEF\xBB\xBF", "x", nul, ","}),
      Row(kAll, "json_syntax", "body", Body(&FuzzBody::end, "json_syntax"), {"", "]", "}}"}),
      Row(kAll, "body_too_large", "padding", Body(&FuzzBody::padding),
          {"${repeat:                :4097}"}),
      Row(kBytes, "", "bytes of the target", GarbleTarget),
      Row(kBytes, "", "bytes of a header", GarbleHeader, {"Content-Type", "Accept", "X-A"}),
      Row(kBytes, "", "bytes of the body", garble),
  };
}

}  // namespace

std::string FuzzMutation::Title() const { return breaks.empty() ? "other " + part : breaks; }

const std::vector<FuzzMutation>& FuzzMutations() {
  static const std::vector<FuzzMutation> all = [] {
    std::vector<FuzzMutation> joined = OfTheTarget();
    for (const auto& more : {OfTheCaller(), OfTheNames(), OfTheBody()}) {
      joined.insert(joined.end(), more.begin(), more.end());
    }
    return joined;
  }();
  return all;
}

}  // namespace timock::conformance
