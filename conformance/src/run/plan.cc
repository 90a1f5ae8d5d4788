#include "run/plan.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "cases/bad_signature.h"
#include "judge/result.h"
#include "run/run_case.h"
#include "run/selection.h"
#include "run/suite.h"
#include "target/snapshot.h"
#include "target/target.h"

namespace timock::conformance {
namespace {

/// What was noted since the last call, equal ones in a row as one.
std::vector<PlannedRequest> Noted(PlanTarget& target) {
  std::vector<PlannedRequest> planned;
  const std::vector<Outgoing> requests = target.Take();
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (i > 0 && requests[i] == requests[i - 1]) {
      ++planned.back().times;
    } else {
      planned.push_back({CurlLine(requests[i], target.BaseUrl(), target.secrets())});
    }
  }
  return planned;
}

std::string Counted(std::size_t count, const std::string& what) {
  return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
}

}  // namespace

std::size_t PlannedCase::Requests() const {
  std::size_t sum = 0;
  for (const PlannedRequest& request : requests) sum += request.times;
  return sum;
}

std::vector<PlannedCase> MakeThePlan(const std::vector<Case>& cases, const std::string& filter,
                                     PlanTarget& target, const Held& profile) {
  std::vector<PlannedCase> plan;
  target.Reset();
  WhyNotReachable(cases, target);
  plan.push_back({"(whether the target answers)", Noted(target)});
  const bool keeps = target.rules().live && target.rules().writes;
  Snapshot snapshot;
  if (keeps) {
    if (const NamesReading reading = ReadNames(target, target.Who("admin").value_or(Identity{}));
        reading.names) {
      snapshot.names = *reading.names;
    }
    plan.push_back({"(the names, to be kept)", Noted(target)});
  }
  for (const Case& one : cases) {
    if (!Selects(filter, one.FullName())) continue;
    const RawResult result = RunCase(one, target, profile);
    PlannedCase planned{one.FullName(), Noted(target)};
    if (planned.requests.empty()) planned.skipped = result.reasons;
    planned.overload = one.needs.contains("exceed_rate");
    planned.bad_signature = target.rules().live && MayFailAuthentication(one);
    plan.push_back(std::move(planned));
  }
  if (keeps) {
    // The fake has forgotten them; what is put back is what then stands there.
    snapshot.names = {{"0", "as it was"}};
    RestoreNames(target, snapshot);
    plan.push_back({"(the names, put back)", Noted(target)});
  }
  return plan;
}

std::string PlanText(const std::vector<PlannedCase>& plan) {
  std::string text;
  std::size_t total = 0;
  std::size_t running = 0;
  std::size_t skipped = 0;
  for (const PlannedCase& one : plan) {
    const std::size_t requests = one.Requests();
    total += requests;
    if (!one.skipped.empty()) {
      ++skipped;
      for (const std::string& why : one.skipped) text += "SKIPPED " + one.name + ": " + why + "\n";
      continue;
    }
    if (!one.name.starts_with("(")) ++running;
    text += one.name + ": " + Counted(requests, "request") + "\n";
    for (const PlannedRequest& request : one.requests) {
      text += "  " + (request.times == 1 ? "" : std::to_string(request.times) + " times: ") +
              request.line + "\n";
    }
  }
  text += Counted(total, "request") + " by " + Counted(running, "case") + ", " +
          std::to_string(skipped) + " skipped; nothing was sent\n";
  return text;
}

std::string PlanJson(const std::vector<PlannedCase>& plan, const std::string& target) {
  nlohmann::ordered_json json = {{"target", target}, {"cases", nlohmann::ordered_json::array()}};
  std::size_t total = 0;
  for (const PlannedCase& one : plan) {
    nlohmann::ordered_json entry = {{"name", one.name}, {"count", one.Requests()}};
    if (!one.skipped.empty()) entry["skipped"] = one.skipped;
    for (const PlannedRequest& request : one.requests) {
      entry["requests"].push_back({{"curl", request.line}, {"times", request.times}});
    }
    total += one.Requests();
    json["cases"].push_back(std::move(entry));
  }
  json["total"] = total;
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string BadSignatureText(const std::vector<PlannedCase>& plan, double interval_s) {
  constexpr double kMinute = 60;
  const auto calls =
      static_cast<std::size_t>(std::count_if(plan.begin(), plan.end(), [](const PlannedCase& one) {
        return one.bad_signature && !one.requests.empty();
      }));
  if (calls == 0) return "";
  std::ostringstream text;
  text << Counted(calls, "call") << " that may fail authentication, one each " << interval_s
       << " s: about " << std::ceil(static_cast<double>(calls) * interval_s / kMinute)
       << " min; the first 70050 (too many failures) ends them";
  return text.str();
}

std::string OverloadText(const std::vector<PlannedCase>& plan) {
  std::size_t cases = 0;
  std::size_t requests = 0;
  for (const PlannedCase& one : plan) {
    if (!one.overload || one.requests.empty()) continue;
    ++cases;
    requests += one.Requests();
  }
  if (cases == 0) return "";
  return Counted(cases, "case") + " that may exceed the documented limit, about " +
         Counted(requests, "request") + ", up to three times that where the limit is never met";
}

}  // namespace timock::conformance
