#include "load/lab/retry_policy.h"

#include <algorithm>
#include <cmath>

#include "load/send/text_values.h"
#include "wire/config_error.h"

namespace timock::load {
namespace {

using std::chrono::nanoseconds;

std::string Milliseconds(nanoseconds time) {
  return Fixed(static_cast<double>(time.count()) / 1e6, 0) + "ms";
}

}  // namespace

RetryPolicy RetryPolicy::Parse(const std::string& text) {
  const std::string expected =
      "; expected retry:none, retry:immediate, retry:fixed,base=200ms, "
      "retry:exp,base=50ms,max=2s[,jitter=full] or "
      "retry:token,rate=100";
  const std::string prefix = "retry:";
  const auto fail = [&] {
    throw conformance::ConfigError("--client is \"" + text + "\"" + expected);
  };
  if (!text.starts_with(prefix)) fail();
  const auto pairs = ParsePairs(std::string_view(text).substr(prefix.size()));
  if (pairs.empty()) fail();
  RetryPolicy policy;
  const std::string& kind = pairs.front().first;
  const bool exponential = kind == "exp";
  if (kind == "fixed") {
    policy.kind = Kind::kFixed;
  } else if (kind == "immediate") {
    policy.kind = Kind::kImmediate;
  } else if (exponential) {
    policy.kind = Kind::kExponential;
  } else if (kind == "token") {
    policy.kind = Kind::kToken;
  } else if (kind != "none") {
    fail();
  }
  for (std::size_t i = 1; i < pairs.size(); ++i) {
    const auto& [name, value] = pairs[i];
    if (name == "base" && (exponential || policy.kind == Kind::kFixed)) {
      policy.base = ParseDuration(value, "--client base");
    } else if (name == "max" && exponential) {
      policy.max = ParseDuration(value, "--client max");
    } else if (name == "jitter" && exponential && (value == "full" || value == "none")) {
      policy.full_jitter = value == "full";
    } else if (name == "rate" && policy.kind == Kind::kToken) {
      policy.rate = static_cast<double>(ParseCount(value, "--client rate"));
    } else {
      fail();
    }
  }
  return policy;
}

std::string RetryPolicy::Text() const {
  switch (kind) {
    case Kind::kNone:
      return "retry:none";
    case Kind::kImmediate:
      return "retry:immediate";
    case Kind::kFixed:
      return "retry:fixed,base=" + Milliseconds(base);
    case Kind::kExponential:
      return "retry:exp,base=" + Milliseconds(base) + ",max=" + Milliseconds(max) +
             (full_jitter ? ",jitter=full" : "");
    case Kind::kToken:
      break;
  }
  return "retry:token,rate=" + Fixed(rate, 0);
}

RetryClient::RetryClient(const RetryPolicy& policy, std::size_t jobs, std::size_t clients,
                         std::uint64_t seed)
    : policy_(policy), random_(seed), left_(jobs) {
  if (policy.kind != RetryPolicy::Kind::kToken) return;
  const double interval = 1e9 * static_cast<double>(clients) / policy.rate;
  interval_ = nanoseconds{std::llround(interval)};
  next_ = nanoseconds{std::llround(interval * random_.Fraction())};
}

nanoseconds RetryClient::Delay() {
  constexpr unsigned kMaxDoublings = 40;
  if (policy_.kind == RetryPolicy::Kind::kImmediate) return nanoseconds{0};
  nanoseconds delay = policy_.base;
  if (policy_.kind == RetryPolicy::Kind::kExponential) {
    const double grown = std::ldexp(static_cast<double>(policy_.base.count()),
                                    static_cast<int>(std::min(attempts_, kMaxDoublings)));
    delay = nanoseconds{std::llround(std::min(grown, static_cast<double>(policy_.max.count())))};
  }
  if (!policy_.full_jitter) return delay;
  return nanoseconds{std::llround(static_cast<double>(delay.count()) * random_.Fraction())};
}

void RetryClient::OnAnswer(bool passed, nanoseconds answered) {
  const bool gives_up = !passed && policy_.kind == RetryPolicy::Kind::kNone;
  if (passed || gives_up) {
    --left_;
    ++(passed ? done_ : given_up_);
    attempts_ = 0;
  }
  if (policy_.kind == RetryPolicy::Kind::kToken) {
    next_ = std::max(next_ + interval_, answered);
  } else {
    next_ = passed || gives_up ? answered : answered + Delay();
    if (!passed) ++attempts_;
  }
}

}  // namespace timock::load
