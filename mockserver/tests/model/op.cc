#include "model/op.h"

#include <zlib.h>

#include <set>

namespace timock::model {
namespace {

std::string Base64(std::string_view bytes) {
  static constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789*-";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned word = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      word = word << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      out += i + k > bytes.size() ? '_' : kDigits[word >> (18 - 6 * k) & 63U];
    }
  }
  return out;
}

std::string Packed(const std::string& text) {
  std::string out(compressBound(text.size()), '\0');
  uLongf size = out.size();
  compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(text.data()),
           text.size());
  return Base64(out.substr(0, size));
}

}  // namespace

std::string MakeUserSig(const SigSpec& spec, std::uint32_t app, std::int64_t now,
                        const std::string& key) {
  const UserSigClaims claims{
      .identifier = spec.kind == "wrong_identifier" ? "somebody" : spec.identifier,
      .sdkappid = spec.kind == "wrong_app" ? app + 1 : app,
      .time = now + spec.time_offset,
      .expire = spec.expire};
  json fields = {{"TLS.ver", "2.0"},          {"TLS.identifier", spec.identifier},
                 {"TLS.sdkappid", app},       {"TLS.time", claims.time},
                 {"TLS.expire", spec.expire}, {"TLS.sig", "AAAA"}};
  if (spec.kind == "base64") return "eJyr.VgrxC";
  if (spec.kind == "zlib") return Base64("not a zlib stream");
  if (spec.kind == "json") return Packed("[1]");
  if (spec.kind == "version") return fields["TLS.ver"] = "1.0", Packed(fields.dump());
  if (spec.kind == "type") return fields["TLS.time"] = true, Packed(fields.dump());
  if (spec.kind != "no_sig") return SignUserSig(claims, spec.kind == "wrong_key" ? "other" : key);
  fields.erase("TLS.sig");
  return Packed(fields.dump());
}

std::string Show(const Op& op) {
  std::string line = std::to_string(op.number) + ". ";
  if (op.method.empty()) return line + "machine's clock " + std::to_string(op.tick) + " ns";
  line += op.method + " '" + op.target + "'";
  if (!op.body.empty()) line += " -d '" + op.body + "'";
  if (op.host != Op().host) line += " -H 'Host: " + op.host + "'";
  if (op.tls) line += " over TLS";
  if (op.sig) {
    line += "  # SIG: " + op.sig->kind + " of \"" + op.sig->identifier + "\" for " + op.sig->app +
            ", signed at " + std::to_string(op.sig->time_offset) + " s from now for " +
            std::to_string(op.sig->expire) + " s";
  }
  return line;
}

Op Generator::Next() {
  Op op;
  const auto dice = Below(100);
  if (dice < 55) {
    op = Call();
  } else if (dice < 63) {
    op.tick = Span() * (Chance(85) ? 1 : -1);
  } else {
    op = Control();
  }
  op.number = ++number_;
  if (op.method == "POST" && op.target == "/_timock/apps" && op.refused == 0) {
    made_.push_back("@APP" + std::to_string(op.number) + "@");
  }
  return op;
}

std::string Generator::App() {
  if (!made_.empty() && Chance(20))
    return made_[made_.size() - 1 - Below(std::min<std::size_t>(made_.size(), 4))];
  return Chance(75) ? "1400000000" : Pick<std::string>({"1400000001", "4294967295"});
}

std::int64_t Generator::Span() {
  static const std::vector<std::int64_t> spans = {1,
                                                  1'000'000,
                                                  100'000'000,
                                                  250'000'000,
                                                  333'333'333,
                                                  499'999'999,
                                                  500'000'000,
                                                  999'999'999,
                                                  1'000'000'000,
                                                  1'000'000'001,
                                                  1500000000,
                                                  2 * kSecond,
                                                  30 * kSecond,
                                                  60 * kSecond - 1,
                                                  60 * kSecond,
                                                  61 * kSecond,
                                                  3600 * kSecond,
                                                  86401 * kSecond,
                                                  48 * 3600 * kSecond};
  return Chance(75) ? spans[Below(10)] : Pick(spans);
}

std::string Generator::Names() {
  static const std::vector<std::string> names = {R"("sex")",
                                                 R"("city")",
                                                 R"("a")",
                                                 R"("b")",
                                                 R"("\u00e9\"\\\/\n")",
                                                 R"("\ud83d\ude00")",
                                                 "\"\xe4\xbd\xa0\xe5\xa5\xbd\"",
                                                 R"("\u0000\u001f\u007f")",
                                                 "\"" + std::string(50, 'x') + "\""};
  std::string out = "{";
  std::set<std::uint64_t> slots;
  for (auto n = 1 + Below(3); n > 0; --n) slots.insert(Below(Chance(70) ? 4 : 10));
  for (const auto slot : slots) {
    out += (out.size() > 1 ? ",\"" : "\"") + std::to_string(slot) + "\":" + Pick(names);
  }
  return out + "}";
}

Op Generator::Call() {
  Op op{.method = "POST"};
  if (Chance(3))
    return op.target = "/v4/all_member_push/im_set_attr_name?@QUERY@",
           op.body = R"({"AttrNames":{"0":"q"}})", op;
  if (Chance(1)) return op.method = "HEAD", op.target = "/", op;
  const bool sets = Chance(75);
  std::string path =
      sets ? "/v4/all_member_push/im_set_attr_name" : "/v4/all_member_push/im_get_attr_name";
  op.sig = SigSpec{.app = App()};
  if (Chance(10)) op.sig->identifier = Pick<std::string>({"user", "a b", "a+b", "\xe4\xbd\xa0"});
  std::string identifier = op.sig->identifier;
  if (identifier == "a b")
    identifier = Pick<std::string>({"a+b", "a%20b"});
  else if (identifier == "a+b")
    identifier = Pick<std::string>({"a+b", "a%2Bb"});
  std::vector<std::string> query = {"sdkappid=" + op.sig->app, "identifier=" + identifier,
                                    "usersig=@SIG@", "random=" + std::to_string(Below(1000)),
                                    "contenttype=json"};
  op.body = sets ? R"({"AttrNames":)" + Names() + "}"
                 : Pick<std::string>({"{}", "", "[]", "null", R"({"x":[1]})"});
  const auto dice = Below(100);
  if (dice < 22) SpoilTarget(&path, &query, &op);
  if (dice >= 20 && dice < 40) op.body = SpoiledBody();
  if (dice >= 40 && dice < 58) {
    op.sig->kind =
        Pick<std::string>({"base64", "zlib", "json", "version", "type", "no_sig", "wrong_key",
                           "wrong_app", "wrong_identifier", "good", "good", "good"});
    if (op.sig->kind == "good") {
      op.sig->expire = Pick<std::int64_t>({0, 60, -1});
      op.sig->time_offset = Pick<std::int64_t>({0, -60, -61, 60, 100000});
    }
  }
  for (std::size_t i = 0; i + 1 < query.size() && Chance(30); ++i)
    std::swap(query[i], query[i + 1]);
  op.target = path;
  for (std::size_t i = 0; i < query.size(); ++i) op.target += (i == 0 ? "?" : "&") + query[i];
  return op;
}

void Generator::SpoilTarget(std::string* path, std::vector<std::string>* query, Op* op) {
  const auto set = [&](std::size_t i, const std::vector<std::string>& values) {
    (*query)[i] = Pick(values);
  };
  switch (Below(10)) {
    case 0:
      *path = Pick<std::string>({"/v4/all_member_push/im_push", "/v4/openim/im_set_attr_name",
                                 "/v4/x/y", "//v4/all_member_push/im_set_attr_name",
                                 "/v4/all_member_push/im_set_attr_name/", "///v4/a/b",
                                 "/V4/all_member_push/im_set_attr_name", "/v4//im_set_attr_name",
                                 "/v4/all_member_push/", "/v4/all_member_push/im%5Fset_attr_name",
                                 "/", "/v4", "/v4/all_member_push/IM_SET_ATTR_NAME", "/v4/a/b/c",
                                 "http://console.tim.qq.com/v4/all_member_push/im_set_attr_name",
                                 "https://x.example:1/v4/all_member_push/im_get_attr_name"});
      break;
    case 1:
      op->method = Pick<std::string>({"GET", "PUT", "DELETE", "HEAD", "OPTIONS", "post"});
      break;
    case 2:
      set(4, {"contenttype=", "contenttype", "x=1", "contenttype=JSON", "contenttype=js%6Fn",
              "contenttype=xml", "contenttype=js+n", "Contenttype=json", "contenttype=j%zson"});
      break;
    case 3:
      set(0, {"sdkappid=", "x=1", "sdkappid=0", "sdkappid=x", "sdkappid=4294967296", "sdkappid=-1",
              "sdkappid=+1400000000", "sdkappid=01400000000", "sdkappid=77",
              "sdkappid=%31400000000", "sdkappid=1400000000.", "Sdkappid=1400000000"});
      break;
    case 4:
      set(1, {"identifier=", "x=1", "identifier=user", "identifier=a+b", "identifier=+",
              "identifier=%", "identifier=Administrator", "identifier=administrator%00"});
      break;
    case 5:
      set(3, {"random=", "x=1", "random=0x1f", "random=4294967296", "random=-5",
              "random=4294967295", "random=%31", "random=1+1"});
      break;
    case 6:
      set(2, {"usersig=", "x=1", "usersig", "usersig=%%%", "usersig=@SIG@%20", "usersig=@SIG@A"});
      break;
    case 7:
      query->push_back(Pick<std::string>({"sdkappid=5", "identifier=user", "usersig=x", "random=x",
                                          "contenttype=xml", "ver=1", "=", "&", "servicename"}));
      break;
    case 8:
      query->insert(query->begin(),
                    Pick<std::string>({"sdkappid=5", "identifier=user", "usersig=x", "random=x",
                                       "contenttype=xml", "", "x=y=z"}));
      break;
    default:
      op->host = Pick<std::string>({"console.tim.qq.com", "adminapisgp.im.qcloud.com",
                                    "adminapisgp.im.qcloud.com:443", "adminapi.my-imcloud.com",
                                    "x.example"});
      op->tls = Chance(30);
  }
}

std::string Generator::SpoiledBody() {
  static const std::vector<std::string> bodies = {
      "",
      "{",
      "nul",
      "[]",
      "\"x\"",
      "1",
      "null",
      "{}",
      "{\"AttrNames\":{\"0\":\"a\"}}\n",
      "\xEF\xBB\xBF{}",
      R"({"AttrNames":1})",
      R"({"AttrNames":null})",
      R"({"AttrNames":["sex","city"]})",
      R"({"AttrNames":[]})",
      R"({"AttrNames":["a",1]})",
      R"({"AttrNames":{}})",
      R"({"AttrNames":{"10":"a"}})",
      R"({"AttrNames":{"00":"a"}})",
      R"({"AttrNames":{"":"a"}})",
      R"({"AttrNames":{" 1":"a"}})",
      R"({"AttrNames":{"\u0030":"esc"}})",
      R"({"AttrNames":{"1":1}})",
      R"({"AttrNames":{"1":null,"x":1}})",
      R"({"AttrNames":{"1":""}})",
      R"({"AttrNames":{"0":"ok","1":["a"]}})",
      R"({"AttrNames":{"0":"a","1":"a"}})",
      R"({"AttrNames":{"5":"sex"}})",
      R"({"AttrNames":{"1":"a","0":"a","3":"a"}})",
      R"({"AttrNames":{"0":"a","0":"b"}})",
      R"({"AttrNames":{"0":1,"0":"b"}})",
      R"({"AttrNames":{"0":"b","1":"c","0":1}})",
      R"({"AttrNames":{"0":"x","0":"x"}})",
      R"({"AttrNames":{"0":"a"},"AttrNames":{"1":"b"}})",
      R"({"x":1,"AttrNames":{"0":"a"},"AttrNames":{"1":"b"}})",
      R"({"AttrNames":{"0":"a"},"AttrNames":{"1":"b"},"x":1})",
      R"({"x":1,"AttrNames":1})",
      R"({"AttrNames":1,"AttrNames":{"1":"b"}})",
      R"({"AttrNames":{"1":"b"},"AttrNames":1})",
      R"({"x":1,"AttrNames":{"1":"b"}})",
      R"({"AttrNames":{"1":"b"},"x":{"y":[]}})",
      R"({"x":1})",
      R"({"attrnames":{"0":"a"}})",
      R"({"AttrNames":{"0":"\ud800"}})",
      "{\"AttrNames\":{\"0\":\"\xff\"}}",
      R"({"AttrNames":{"0":"a"},"n":1e999})",
      R"({"AttrNames":{"0":"a"},"n":01})",
      R"({"AttrNames":{"0":"a",}})",
      R"({'AttrNames':{}})",
      R"({"AttrNames":{"0":"a"}}x)",
      std::string("{}\0", 3),
      R"({"n":-0.5e-3,"AttrNames":{"0":"num"}})",
      R"({"AttrNames":{"0":"a","1":"b","2":"c","3":"d","4":"e","5":"f","6":"g","7":"h","8":"i","9":"j"}})"};
  switch (Below(8)) {
    case 0:
      return "{\"AttrNames\":{\"0\":\"" + std::string(49 + Below(3), 'y') + "\"}}";
    case 1: {
      std::string name;
      for (auto n = 16 + Below(2); n > 0; --n) name += "\xe4\xbd\xa0";
      return "{\"AttrNames\":{\"2\":\"" + name + "\"}}";
    }
    case 2: {
      const auto depth = 62 + Below(3);
      return "{\"x\":" + std::string(depth, '[') + std::string(depth, ']') +
             ",\"AttrNames\":{\"3\":\"deep\"}}";
    }
    case 3:
      return "{\"AttrNames\":{\"0\":\"big\"}}" + std::string(480 + Below(20), ' ');
    default:
      return Pick(bodies);
  }
}

}  // namespace timock::model
