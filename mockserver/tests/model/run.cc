#include "model/run.h"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace timock::model {
namespace {

constexpr std::int64_t kStart = 1'795'369'800;

ServiceOptions Options(const std::shared_ptr<ManualClock>& clock) {
  ServiceOptions options;
  options.clock = clock;
  options.max_apps = kMaxApps;
  options.max_body_bytes = kMaxBody;
  return options;
}

/// Equal, numbers with a point to the microsecond.
bool Same(const json& a, const json& b) {
  if (a.is_number_float() || b.is_number_float()) {
    return a.is_number() && b.is_number() && std::abs(a.get<double>() - b.get<double>()) < 2e-6;
  }
  if (a.type() != b.type() && !(a.is_number() && b.is_number())) return false;
  if (!a.is_structured()) return a == b;
  if (a.size() != b.size()) return false;
  if (a.is_array()) {
    return std::equal(a.begin(), a.end(), b.begin(), Same);
  }
  return std::all_of(a.items().begin(), a.items().end(), [&](const auto& member) {
    return b.contains(member.key()) && Same(member.value(), b[member.key()]);
  });
}

/// A recorded call of either side, without what the documents leave open and what only repeats
/// request and answer.
json Plain(json call) {
  if (!call.is_object()) return call;
  if (call.contains("unix_ns"))
    call["unix"] = static_cast<double>(call["unix_ns"].get<std::int64_t>()) / 1e9;
  for (const auto* member :
       {"unix_ns", "at", "headers", "duration_us", "diagnoses", "assumptions", "body_base64",
        "method", "target", "tls", "body", "body_bytes", "connection", "http_status", "reply"}) {
    call.erase(member);
  }
  return call;
}

/// A row of GET throttle as the model gives it.
json FromThrottle(const ThrottleStatus& row) {
  return {row.sdkappid,       row.command,      row.limit ? json(*row.limit) : json("none"),
          row.admitted,       row.refused,      row.worst_admitted,
          row.admitted_total, row.refused_total};
}
json FromThrottle(const json& row) {
  return {row["sdkappid"],       row["command"].is_null() ? "" : row["command"],
          row["limit"],          row["admitted"],
          row["refused"],        row["worst_admitted"],
          row["admitted_total"], row["refused_total"]};
}

/// Those that have counted a call, in one order.
template <typename Rows>
json FromThrottles(const Rows& rows) {
  json kept = json::array();
  for (const auto& row : rows) kept.push_back(FromThrottle(row));
  std::erase_if(kept.get_ref<json::array_t&>(),
                [](const json& row) { return row[6] == 0 && row[7] == 0; });
  std::sort(kept.begin(), kept.end());
  return kept;
}

/// Brings the answers of both sides into one form, without what the model does not know.
void Normalize(const std::string& path, json* want, json* seen) {
  const auto route = path.substr(0, path.find('?'));
  if (route == "clock" || route == "clock/advance") seen->erase("iso");
  if (route == "requests/count") seen->erase("near_misses");
  if (route == "throttle") *seen = {{"apps", FromThrottles((*seen)["apps"])}};
  for (json* side : {want, seen}) {
    if (route.starts_with("requests/") && side->contains("id")) *side = Plain(*side);
    if (route == "requests" && side->contains("requests")) {
      for (auto& call : (*side)["requests"]) call = Plain(call);
    }
    if (route == "requests/stream") {
      for (auto& call : *side) call = Plain(call);
    }
  }
}

json FromApp(const App& app) {
  json feature = app.feature.state == Feature::State::kOn ? "on" : "off";
  if (app.feature.state == Feature::State::kApproved) {
    feature = {{"approved_at", std::chrono::duration_cast<std::chrono::seconds>(
                                   app.feature.approved_at.time_since_epoch())
                                   .count()}};
  }
  json names = json::object();
  for (const auto& [slot, name] : app.names) names[std::to_string(slot)] = name;
  json out = {{"sdkappid", app.sdkappid},
              {"keys", app.keys},
              {"admins", app.admins},
              {"enabled", app.enabled},
              {"region", app.region},
              {"feature", feature},
              {"names", names}};
  if (app.limit) out["limit"] = *app.limit == kNoLimit ? json("none") : json(*app.limit);
  return out;
}

json FromTransport(const TransportFault& fault) {
  static const std::vector<std::string> endings = {"none", "close", "reset", "truncate", "trickle"};
  return {{"delay", fault.delay.count()},
          {"ending", endings.at(static_cast<std::size_t>(fault.ending))},
          {"ending_after_bytes", fault.after_bytes ? json(*fault.after_bytes) : json()},
          {"trickle_bytes", fault.trickle_bytes},
          {"trickle_every_ms", fault.trickle_every.count()}};
}

Difference Differs(const std::string& where, const json& want, const json& seen) {
  const auto text = [](const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
  };
  return {.where = where,
          .text = where + "\n  the model: " + text(want) + "\n  the fake:  " + text(seen) +
                  "\n  to change in the model's: " + text(json::diff(want, seen))};
}

}  // namespace

Pair::Pair()
    : clock_(std::make_shared<ManualClock>(UnixSeconds(kStart))),
      service_(Service::Create(Options(clock_)).value()),
      api_(std::make_unique<ControlApi>(*service_,
                                        ServerView{.version = "0.1.0", .host = "127.0.0.1"})),
      model_(kStart * kSecond) {}

std::string Pair::Filled(std::string text, const Op& op, const std::string& sig) {
  auto replace = made_;
  replace.emplace_back("@SIG@", sig);
  replace.emplace_back("@QUERY@", last_query_);
  replace.emplace_back("\"@STATE@\"", last_state_);
  for (const auto& [name, value] : replace) {
    for (auto at = text.find(name); at != std::string::npos;
         at = text.find(name, at + value.size())) {
      text.replace(at, name.size(), value);
    }
  }
  // An app whose step was left out: one that does not exist.
  for (auto at = text.find("@APP"); at != std::string::npos; at = text.find("@APP")) {
    text.replace(at, text.find('@', at + 1) + 1 - at, "78");
  }
  (void)op;
  return text;
}

std::optional<Difference> Pair::Take(const Op& op) {
  std::optional<Difference> found;
  if (op.method.empty()) {
    clock_->Advance(std::chrono::nanoseconds(op.tick));
    model_.machine += op.tick;
  } else {
    found = op.target.starts_with("/_timock/") ? Control(op) : Call(op);
  }
  return found ? found : StateAfter(op);
}

std::optional<Difference> Pair::Call(const Op& op) {
  std::string sig;
  if (op.sig) {
    const auto app = static_cast<std::uint32_t>(std::stoul(Filled(op.sig->app, op, "")));
    const auto it = model_.apps.find(app);
    const std::string key =
        it == model_.apps.end() ? "no key" : std::string(it->second.app["keys"][0]);
    sig = MakeUserSig(*op.sig, app, model_.Now() / kSecond, key);
  }
  const HttpRequest request{.method = op.method,
                            .target = Filled(op.target, op, sig),
                            .headers = {{"Host", op.host}},
                            .body = op.body,
                            .tls = op.tls};
  const json wanted = model_.Handle(request);
  const HttpResponse seen = service_->Handle(request);
  const json got = {{"status", seen.status},
                    {"type", seen.content_type},
                    {"close", seen.close},
                    {"transport", FromTransport(seen.fault.value_or(TransportFault()))},
                    {"body", seen.body}};
  if (wanted != got) return Differs("answer", wanted, got);
  json entry =
      json::parse(Ask("GET", "/_timock/requests/" + std::to_string(model_.last_id), "").body);
  json record = Plain(model_.calls.back());
  entry = Plain(entry);
  if (!Same(record, entry)) return Differs("record", record, entry);
  return {};
}

HttpResponse Pair::Ask(const std::string& method, const std::string& target,
                       const std::string& body) {
  HttpResponse response;
  const std::vector<HttpHeaderView> headers = {{"Host", "127.0.0.1:8080"}};
  auto later = api_->Handle({.method = method, .target = target, .headers = headers, .body = body},
                            Tick{0}, &response);
  if (later && later->stream()) {
    // It sends a part with each look.
    for (std::size_t sent = response.body.size() + 1; sent != response.body.size();) {
      sent = response.body.size();
      later->Poll(Tick{0}, &response);
    }
  } else if (later && later->Poll(Tick{0}, &response) == DeferredAnswer::State::kWait) {
    later->Poll(std::chrono::minutes(61), &response);  // real time passes at once
  }
  return response;
}

std::optional<Difference> Pair::Control(const Op& op) {
  const std::string target = Filled(op.target, op, "");
  const std::string body =
      op.body == "\"@STATE@\"" || op.body == "@STATE@" ? last_state_ : Filled(op.body, op, "");
  const HttpResponse response = Ask(op.method, target, body);
  const std::string path = target.substr(9);
  json seen = json::parse(response.body, nullptr, false);
  if (response.content_type.starts_with("text/event-stream")) {
    seen = json::array();
    std::istringstream lines(response.body);
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("data: ")) seen.push_back(json::parse(line.substr(6)));
    }
  }
  json want = {{"status", op.refused}};
  if (op.refused == 0)
    want = model_.Control(op.method, path, body.empty() ? json() : json::parse(body), seen);
  if (want["status"] != response.status)
    return Differs("status of " + op.method, want["status"], {response.status, seen});
  if (response.status >= 400) {
    const bool shaped =
        seen.is_object() && seen.contains("error") && !seen["error"].value("message", "").empty();
    return shaped ? std::optional<Difference>() : Differs("error", "error.message", response.body);
  }
  if (op.method == "POST" && path == "apps") {
    made_.emplace_back("@APP" + std::to_string(op.number) + "@",
                       std::to_string(seen.value("sdkappid", 0U)));
  }
  if (path == "usersig") last_query_ = seen.value("query", "");
  if (path == "state") last_state_ = response.body;
  if (path == "metrics") return {};
  Normalize(path, &want["body"], &seen);
  const auto route = path.substr(0, path.find_first_of("/?"));
  if (!Same(want["body"], seen))
    return Differs("answer of " + op.method + " " + route, want["body"], seen);
  return {};
}

std::optional<Difference> Pair::StateAfter(const Op& op) {
  json apps = json::array();
  for (const auto& app : service_->Apps()) apps.push_back(FromApp(app));
  json want = json::array();
  for (const auto& [id, app] : model_.apps) want.push_back(app.app);
  if (want != apps) return Differs("apps", want, apps);
  json faults = json::array();
  for (const auto& status : service_->Faults())
    faults.push_back({status.fault.id, status.matched, status.hits});
  want = json::array();
  for (const auto& fault : model_.faults)
    want.push_back({fault["id"], fault["matched"], fault["hits"]});
  if (want != faults) return Differs("faults", want, faults);
  const json time = {service_->Now().time_since_epoch().count(), service_->CountCalls().count,
                     service_->journal_status().last_id, service_->CountCalls().complete};
  want = {model_.Now(), model_.calls.size(), model_.last_id, true};
  if (want != time) return Differs("clock and journal", want, time);
  json seen = FromThrottles(service_->Throttles());
  const json rows = model_.Throttles(json());
  if (rows != seen) return Differs("throttle", rows, seen);
  if (op.method.empty() || !op.target.starts_with("/_timock/") || op.method == "GET") return {};
  seen = json::parse(Ask("GET", "/_timock/state", "").body);
  const json state = model_.Control("GET", "state")["body"];
  if (!Same(state, seen)) return Differs("state", state, seen);
  return {};
}

std::optional<Difference> FirstDifference(const std::vector<Op>& ops) {
  Pair pair;
  for (std::size_t i = 0; i < ops.size(); ++i) {
    std::optional<Difference> difference;
    try {
      difference = pair.Take(ops[i]);
    } catch (const std::exception& exception) {
      difference = {.where = "exception", .text = exception.what()};
    }
    if (difference) {
      difference->step = i;
      return difference;
    }
  }
  return {};
}

std::vector<Op> Reduce(std::vector<Op> ops, const std::string& where) {
  const auto fails = [&](const std::vector<Op>& some) {
    const auto difference = FirstDifference(some);
    return difference && difference->where == where;
  };
  for (std::size_t chunk = std::max<std::size_t>(ops.size() / 2, 1); chunk > 0; chunk /= 2) {
    for (bool again = true; again;) {
      again = false;
      for (std::size_t from = 0; from < ops.size();) {
        std::vector<Op> without = ops;
        const auto first = without.begin() + static_cast<std::ptrdiff_t>(from);
        without.erase(first,
                      first + static_cast<std::ptrdiff_t>(std::min(chunk, ops.size() - from)));
        if (fails(without)) {
          ops = without;
          again = chunk == 1;
        } else {
          from += chunk;
        }
      }
    }
  }
  return ops;
}

}  // namespace timock::model
