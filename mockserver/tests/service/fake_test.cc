#include "service/fake_test.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace timock {

Ask Ask::With(std::string_view name, std::string_view raw) const {
  Ask changed = *this;
  for (auto& [key, value] : changed.query) {
    if (key == name) {
      value = raw;
      return changed;
    }
  }
  changed.query.emplace_back(name, raw);
  return changed;
}

Ask Ask::Without(std::string_view name) const {
  Ask changed = *this;
  std::erase_if(changed.query, [&](const auto& pair) { return pair.first == name; });
  return changed;
}

std::string Ask::Target() const {
  std::string target = path;
  char separator = '?';
  for (const auto& [name, value] : query) {
    target.append(1, separator).append(name).append("=").append(value);
    separator = '&';
  }
  return target;
}

void FakeTest::Start(ServiceOptions options) {
  options.clock = clock_;
  options.on_call = [this](const CallEvent& event) {
    const std::lock_guard lock(mutex_);
    last_ = {std::string(event.rule),
             std::string(event.command),
             {event.diagnoses.begin(), event.diagnoses.end()},
             std::string(event.fault)};
  };
  door_ = OpenDoor(GetParam(), std::move(options));
}

void FakeTest::StartWithSwitches(std::string_view json, ServiceOptions options) {
  options.profile = options.profile.With(json).value();
  Start(std::move(options));
}

Service& FakeTest::service() {
  if (!door_) Start({});
  return door_->service();
}

Ask FakeTest::Valid() {
  return {.query = {{"sdkappid", std::to_string(kDemo)},
                    {"identifier", "administrator"},
                    {"usersig", service().Sign(kDemo, "administrator").value()},
                    {"random", "99999999"},
                    {"contenttype", "json"}}};
}

Ask FakeTest::ValidGet() {
  Ask ask = Valid();
  ask.path = "/v4/all_member_push/im_get_attr_name";
  ask.body = "{}";
  return ask;
}

Answer FakeTest::Send(const Ask& ask) {
  service();
  const HttpResponse response = door_->Send(
      {.method = ask.method, .target = ask.Target(), .headers = ask.headers, .body = ask.body});
  Answer answer{.status = response.status,
                .body = response.body,
                .content_type = response.content_type,
                .close = response.close};
  const auto json = nlohmann::json::parse(response.body, nullptr, false);
  if (json.is_object() && json.contains("ErrorCode") && json["ErrorCode"].is_number_integer()) {
    answer.code = json["ErrorCode"];
    const auto info = json.find("ErrorInfo");
    answer.info = info != json.end() && info->is_string() ? *info : "(no ErrorInfo)";
  }
  return answer;
}

Answer FakeTest::Set(std::string_view body) {
  Ask ask = Valid();
  ask.body = body;
  return Send(ask);
}

std::string FakeTest::Get() {
  const Answer answer = Send(ValidGet());
  return nlohmann::json::parse(answer.body).at("AttrNames").dump();
}

SeenCall FakeTest::LastCall() {
  const std::lock_guard lock(mutex_);
  return last_;
}

bool FakeTest::Diagnosed(std::string_view name) {
  const SeenCall call = LastCall();
  return std::any_of(call.diagnoses.begin(), call.diagnoses.end(),
                     [&](const Diagnosis& diagnosis) { return diagnosis.name == name; });
}

}  // namespace timock
