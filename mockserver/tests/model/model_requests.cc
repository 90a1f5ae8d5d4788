#include <algorithm>

#include "model/model.h"

namespace timock::model {

Expected Model::Requests(const std::string& method, const std::string& rest,
                         const std::map<std::string, std::string>& query) {
  if (!rest.empty() && rest != "count" && rest != "stream") {
    for (const auto& call : calls_) {
      if (std::to_string(call["id"].get<int>()) == rest) return {.body = call};
    }
    return {.status = 404};
  }
  const auto get = [&](const std::string& name) {
    const auto it = query.find(name);
    return it == query.end() ? std::optional<std::string>() : it->second;
  };
  const auto app = get("app") ? get("app") : get("sdkappid");
  if (app && !KnowsApp(static_cast<std::uint32_t>(std::stoul(*app)))) return {.status = 404};
  // How many points of the filter a call misses; 9 where it can be no near miss.
  const auto misses = [&](const json& call) {
    const std::string command = call["command"].is_null() ? "" : call["command"];
    const std::int64_t at = call["unix_ns"];
    int n = 0;
    if (app && call["sdkappid"].dump() != *app) n += call["sdkappid"].is_null() ? 1 : 9;
    if (get("code") && call["error_code"].dump() != *get("code")) ++n;
    if (get("fault") && call["fault"] != *get("fault")) ++n;
    if (get("command") && !("/" + command).ends_with("/" + *get("command"))) ++n;
    if (get("from") && at < Nanoseconds(*get("from"))) ++n;
    if (get("until") && at >= Nanoseconds(*get("until"))) ++n;
    if (get("since") && call["id"].get<std::uint64_t>() <= std::stoull(*get("since"))) ++n;
    return n;
  };
  if (method == "DELETE") {
    std::erase_if(calls_, [&](const json& call) { return misses(call) == 0; });
    return {.body = json::object()};
  }
  json fitting = json::array();
  json near = json::array();
  for (const auto& call : calls_) {
    if (misses(call) == 0) fitting.push_back(call);
    if (misses(call) == 1) near.push_back(call["id"]);
  }
  if (rest == "stream") return {.body = get("since") ? fitting : json::array()};
  if (rest == "count") {
    const bool few = fitting.size() < std::stoul(get("at_least").value_or("0"));
    const bool many = get("at_most") && fitting.size() > std::stoul(*get("at_most"));
    if (get("at_most") && std::stoul(*get("at_most")) < std::stoul(get("at_least").value_or("0")))
      return {.status = 400};
    json body = {{"count", fitting.size()}, {"satisfied", !few && !many}, {"complete", true}};
    if (many) {
      near = json::array();
      for (auto i = std::stoul(*get("at_most")); i < fitting.size(); ++i)
        near.push_back(fitting[i]["id"]);
    }
    std::reverse(near.begin(), near.end());
    while (near.size() > 5) near.erase(near.size() - 1);
    if (few || many) body["near_misses"] = near;
    return {.body = body};
  }
  const bool newest = get("order") == "newest";
  if (newest) std::reverse(fitting.begin(), fitting.end());
  const auto limit = std::stoul(get("limit").value_or("100"));
  const bool more = fitting.size() > limit;
  while (fitting.size() > limit) fitting.erase(fitting.size() - 1);
  return {.body = {{"requests", fitting}, {"more", more}, {"evicted", 0}, {"last_id", last_id_}}};
}

}  // namespace timock::model
