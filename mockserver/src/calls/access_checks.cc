#include "calls/access_checks.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "calls/pipeline.h"
#include "text/ascii.h"
#include "text/redact.h"

namespace timock {
namespace {

std::string Quoted(std::string_view text) {
  constexpr std::size_t kShown = 80;
  const std::string shown = Redacted(text);
  return '"' + shown.substr(0, kShown) + (shown.size() > kShown ? "...\"" : "\"");
}

// Seconds with nine decimals, exact.
std::string Seconds(std::chrono::nanoseconds time) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(time);
  std::array<char, 40> text{};
  const int length =
      std::snprintf(text.data(), text.size(), "%lld.%09lld", static_cast<long long>(whole.count()),
                    static_cast<long long>((time - whole).count()));
  return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace

bool BodyTooLarge(Call& call) {
  const std::size_t limit = call.setting.max_body_bytes;
  if (!call.request.body_too_large && call.request.body.size() <= limit) return false;
  call.close = true;
  return call.Refuse(Switch::kBodyTooLarge, "the body is over " + std::to_string(limit) + " bytes",
                     "send a smaller body, or raise the limit of the fake");
}

// R12
bool PathMalformed(Call& call) {
  call.target = SplitTarget(call.request.target);
  call.query = ReadQuery(call.target.query);
  // R2
  for (const std::string_view name : call.query.given_twice) {
    call.Note("parameter_twice",
              "the parameter " + Quoted(name) + " stands more than once; the first one counts",
              "give each parameter once");
  }
  call.command = CommandOf(call.target.path);
  if (!call.command.empty()) return false;
  return call.Refuse(Switch::kPathMalformed, "the path is " + Quoted(call.target.path),
                     "call /v4/all_member_push/im_set_attr_name, with no slash at the end");
}

bool CommandUnknown(Call& call) {
  call.endpoint = FindEndpoint(call.setting.endpoints, call.command);
  if (call.endpoint != nullptr) return false;
  const auto& real = call.setting.unserved_commands;
  if (std::find(real.begin(), real.end(), call.command) != real.end()) {
    const bool refused =
        call.Refuse(Switch::kCommandUnknown,
                    Quoted(call.command) + " is a real command that this fake does not serve",
                    "fake this command by other means; only all_member_push/im_set_attr_name and "
                    "im_get_attr_name are served");
    // Tells it from a misspelt one, for programs.
    call.Note("command_not_served", std::string(call.command), {});
    return refused;
  }
  return call.Refuse(Switch::kCommandUnknown, Quoted(call.command) + " is no command known here",
                     "check its spelling and the case of its letters");
}

bool MethodNotPost(Call& call) {
  const std::string_view method = call.request.method;
  if (method == "POST") return false;
  const std::string detail = "the method is " + Quoted(method);
  constexpr std::string_view kRemedy = "send a POST";
  constexpr std::array<std::string_view, 4> kOthers = {"GET", "PUT", "PATCH", "DELETE"};
  if (std::find(kOthers.begin(), kOthers.end(), method) != kOthers.end()) {
    return call.Refuse(Switch::kMethodNotPost, detail, std::string(kRemedy));
  }
  call.DependOn(Switch::kMethodNotPost);
  const SwitchValue& value = call.SwitchOf(Switch::kMethodNotPost);
  return call.RefuseWith(SwitchName(Switch::kMethodNotPost),
                         value.word == Word::kCode ? value.code : kHttpParseError, detail,
                         std::string(kRemedy));
}

bool PlainHttp(Call& call) {
  if (call.request.tls) return false;
  if (call.SwitchOf(Switch::kPlainHttp).word == Word::kAccept) {
    call.DependOn(Switch::kPlainHttp);  // but it is worth no diagnosis
    return false;
  }
  return call.Refuse(Switch::kPlainHttp, "the call came over plain HTTP", "call over HTTPS");
}

// R3: `json` in any case of letters.
bool ContenttypeRefused(Call& call) {
  const DecodedValue value(call.query[Parameter::kContenttype]);
  if (value.text().empty()) {
    return call.Refuse(Switch::kContenttypeMissing, "the URL has no contenttype",
                       "add contenttype=json to the URL; the header Content-Type does not count");
  }
  if (EqualsIgnoreCase(value.text(), "json")) return false;
  return call.Refuse(Switch::kContenttypeWrong, "contenttype is " + Quoted(value.text()),
                     "send contenttype=json");
}

bool SdkappidMissing(Call& call) {
  if (!call.query[Parameter::kSdkappid].empty()) return false;
  return call.Refuse(Switch::kSdkappidMissing, "the URL has no sdkappid",
                     "add sdkappid=, the SDKAppID of the console");
}

bool SdkappidMalformed(Call& call) {
  const DecodedValue value(call.query[Parameter::kSdkappid]);
  call.sdkappid = ReadUint32(value.text());
  if (!call.sdkappid) {
    return call.Refuse(Switch::kSdkappidMalformed, "sdkappid is " + Quoted(value.text()),
                       "send the SDKAppID as decimal digits, at most 4294967295");
  }
  call.app = call.apps.Find(*call.sdkappid);
  if (call.app != nullptr) call.config = call.app->Config().get();
  return false;
}

bool IdentifierMissing(Call& call) {
  const std::string_view raw = call.query[Parameter::kIdentifier];
  if (raw.empty()) {
    return call.Refuse(Switch::kIdentifierMissing, "the URL has no identifier",
                       "add identifier=, an admin account of the app");
  }
  call.identifier = DecodedValue(raw).text();
  if (raw.find('+') != std::string_view::npos) {
    // R5
    call.identifier_spaced = DecodedValue(raw, Plus::kIsSpace).text();
    call.Note("identifier_plus",
              "the identifier has a raw `+`: some clients mean a space by it, others a plus",
              "send %20 for a space and %2B for a plus");
  }
  return false;
}

bool RandomRefused(Call& call) {
  const DecodedValue value(call.query[Parameter::kRandom]);
  constexpr std::string_view kRemedy = "send random=, a whole number from 0 to 4294967295";
  if (value.text().empty()) {
    return call.Refuse(Switch::kRandomMissing, "the URL has no random", std::string(kRemedy));
  }
  if (ReadUint32(value.text())) return false;
  return call.Refuse(Switch::kRandomMalformed, "random is " + Quoted(value.text()),
                     std::string(kRemedy));
}

void NoteContentCoding(Call& call) {
  std::string_view coding;
  for (const HttpHeaderView& header : call.request.headers) {
    if (EqualsIgnoreCase(header.name, "content-encoding")) coding = header.value;
  }
  const bool named = !coding.empty() && !EqualsIgnoreCase(coding, "identity");
  if (!named && !call.request.body.starts_with("\x1f\x8b")) return;
  call.Note("body_compressed",
            named ? "the body is compressed: its Content-Encoding is " + Quoted(coding)
                  : "the body begins as gzip does",
            "send the body as it is: the fake decompresses nothing");
}

namespace {

// The limit is documented (R9), how it is counted is not.
void DependOnThrottle(Call& call) {
  for (const Premise premise :
       {Premise::kThrottleCode, Premise::kThrottleWindow, Premise::kThrottleAlgorithm,
        Premise::kThrottleScope, Premise::kThrottleCountRefused, Premise::kThrottlePosition}) {
    call.DependOn(premise);
  }
  if (call.setting.profile.throttle.algorithm == ThrottleAlgorithm::kTokenBucket) {
    call.DependOn(Premise::kThrottleBurst);
  }
}

}  // namespace

bool Throttled(Call& call, ThrottlePosition position) {
  const ThrottleRule& rule = call.setting.profile.throttle;
  if (rule.position != position || call.app == nullptr) return false;
  const auto command = static_cast<std::size_t>(call.endpoint - call.setting.endpoints.data());
  const ThrottleDecision decision =
      call.app->Admit(rule, call.setting.throttle_plan, command, call.identifier, call.tick);
  call.admitted = decision.admitted;
  if (decision.admitted) return false;
  DependOnThrottle(call);
  const std::uint32_t limit = call.config->limit.value_or(rule.limit.value_or(0));
  const std::chrono::nanoseconds wait = decision.next_free - call.tick;
  return call.RefuseWith(
      "throttle", rule.code,
      "the limit of " + std::to_string(limit) + " calls in " + std::to_string(rule.window.count()) +
          " ms is used up; the next call passes in " + Seconds(wait) + " s, at UNIX time " +
          Seconds(call.now.time_since_epoch() + wait),
      "call less often, or wait and try again; where the fake's clock stands still, advance it");
}

}  // namespace timock
