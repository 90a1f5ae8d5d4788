#include "load/lab/retry_policy.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "wire/config_error.h"
#include "wire/text_values.h"

namespace timock::load {

using conformance::Fixed;
using std::chrono::nanoseconds;
using Wait = std::optional<nanoseconds>;  // empty: the job is given up

struct RetryPolicy::Row {
  std::string name;
  std::vector<std::string> parameters;
  std::vector<std::string> usual;  // what --compare takes
  std::string form;                // for people
  Wait (*delay)(const RetryPolicy&, unsigned attempt, Random*);
  bool paced = false;  // keeps to its share of the rate before it is told to

  bool Has(const std::string& parameter) const {
    return std::find(parameters.begin(), parameters.end(), parameter) != parameters.end();
  }
};

namespace {

Wait Never(const RetryPolicy& /*policy*/, unsigned /*attempt*/, Random* /*random*/) { return {}; }
Wait AtOnce(const RetryPolicy& /*policy*/, unsigned /*attempt*/, Random* /*random*/) {
  return nanoseconds{0};
}
Wait Fixedly(const RetryPolicy& policy, unsigned /*attempt*/, Random* /*random*/) {
  return policy.base;
}
Wait Doubled(const RetryPolicy& policy, unsigned attempt, Random* random) {
  constexpr unsigned kMaxDoublings = 40;
  const double grown = std::ldexp(static_cast<double>(policy.base.count()),
                                  static_cast<int>(std::min(attempt, kMaxDoublings)));
  const double delay = std::round(std::min(grown, static_cast<double>(policy.max.count())));
  return nanoseconds{std::llround(policy.full_jitter ? delay * random->Fraction() : delay)};
}

const std::vector<RetryPolicy::Row>& Rows() {
  static const std::vector<RetryPolicy::Row> rows = {
      {"none", {}, {""}, " (gives up)", Never},
      {"immediate", {}, {""}, "", AtOnce},
      {"fixed", {"base"}, {",base=200ms"}, ",base=200ms", Fixedly},
      {"exp",
       {"base", "max", "jitter"},
       {",base=50ms,max=2s", ",base=50ms,max=2s,jitter=full"},
       ",base=50ms,max=2s[,jitter=full]",
       Doubled},
      {"token",
       {"rate"},
       {""},
       ",rate=100 (each client keeps to its share of 100 calls a second)",
       AtOnce,
       true}};
  return rows;
}

const std::string prefix = "retry:";

[[noreturn]] void Refuse(const std::string& text) {
  throw conformance::ConfigError("--client is \"" + text + "\"; expected one of " +
                                 RetryPolicy::Forms(", "));
}

void Set(const std::string& name, const std::string& value, RetryPolicy* policy) {
  const std::string what = "--client " + name;
  if (name == "base") {
    policy->base = conformance::ParseDuration(value, what);
  } else if (name == "max") {
    policy->max = conformance::ParseDuration(value, what);
  } else if (name == "rate") {
    policy->rate = static_cast<double>(conformance::ParseCount(value, what));
  } else if (value == "full" || value == "none") {
    policy->full_jitter = value == "full";
  } else {
    throw conformance::ConfigError(what + " is \"" + value + "\"; expected full or none");
  }
}

std::string MillisecondsText(nanoseconds time) {
  return Fixed(static_cast<double>(time.count()) / 1e6, 0) + "ms";
}

}  // namespace

RetryPolicy RetryPolicy::Parse(const std::string& text) {
  if (!text.starts_with(prefix)) Refuse(text);
  const auto pairs = conformance::ParsePairs(std::string_view(text).substr(prefix.size()));
  const auto row = std::find_if(Rows().begin(), Rows().end(), [&](const Row& each) {
    return !pairs.empty() && each.name == pairs.front().first;
  });
  if (row == Rows().end()) Refuse(text);
  RetryPolicy policy{.row = &*row};
  for (std::size_t i = 1; i < pairs.size(); ++i) {
    if (!row->Has(pairs[i].first)) Refuse(text);
    Set(pairs[i].first, pairs[i].second, &policy);
  }
  return policy;
}

std::vector<RetryPolicy> RetryPolicy::Usual(std::size_t limit) {
  std::vector<RetryPolicy> policies;
  for (const Row& row : Rows()) {
    for (const std::string& form : row.usual) {
      policies.push_back(Parse(std::string(prefix).append(row.name).append(form)));
      policies.back().rate = static_cast<double>(limit);
    }
  }
  return policies;
}

std::string RetryPolicy::Forms(const std::string& between) {
  std::string text;
  for (const Row& row : Rows()) {
    text += (text.empty() ? "" : between) + prefix + row.name + row.form;
  }
  return text;
}

std::string RetryPolicy::Text() const {
  std::string text = prefix + row->name;
  if (row->Has("base")) text += ",base=" + MillisecondsText(base);
  if (row->Has("max")) text += ",max=" + MillisecondsText(max);
  if (full_jitter) text += ",jitter=full";
  if (row->Has("rate")) text += ",rate=" + Fixed(rate, 0);
  return text;
}

RetryClient::RetryClient(const RetryPolicy& policy, std::size_t jobs, std::size_t clients,
                         std::uint64_t seed)
    : policy_(policy), random_(seed), left_(jobs) {
  if (!policy.row->paced) return;
  const double interval = 1e9 * static_cast<double>(clients) / policy.rate;
  interval_ = nanoseconds{std::llround(interval)};
  next_ = nanoseconds{std::llround(interval * random_.Fraction())};
}

void RetryClient::OnAnswer(bool passed, nanoseconds answered) {
  const Wait wait = passed ? nanoseconds{0} : policy_.row->delay(policy_, attempts_, &random_);
  next_ = std::max(next_ + interval_, answered + wait.value_or(nanoseconds{0}));
  ++attempts_;
  if (!passed && wait) return;
  --left_;
  ++(passed ? done_ : given_up_);
  attempts_ = 0;
}

}  // namespace timock::load
