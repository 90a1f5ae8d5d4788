#include <memory>

#include "mutant.h"

namespace timock::mutants {
namespace {

void Put(Service& service, std::uint32_t sdkappid, const AttrNames& names) {
  static_cast<void>(service.SetNames(sdkappid, names));  // fails where there is no such app
}

void ForgetsState(Service& service, const HttpRequestView& request, HttpResponse* response) {
  Put(service, SubjectOf(request).sdkappid, {});
  service.Handle(request, response);
}

CallHandler NamesCrossApps() {
  auto table = std::make_shared<AttrNames>();
  return [table](Service& service, const HttpRequestView& request, HttpResponse* response) {
    const std::uint32_t sdkappid = SubjectOf(request).sdkappid;
    Put(service, sdkappid, *table);
    service.Handle(request, response);
    *table = service.Names(sdkappid);
  };
}

/// Stores what stands before the slot that the service refuses.
void StoresHalf(Service& service, const HttpRequestView& request, HttpResponse* response) {
  constexpr int kParse = 90'001;
  constexpr std::size_t kMaxBytes = 50;
  service.Handle(request, response);
  const Json body = Json::parse(request.body, nullptr, false);
  if (CodeOf(*response) != kParse || !body.is_object() || !body.contains("AttrNames")) return;
  if (!body["AttrNames"].is_object()) return;
  const std::uint32_t sdkappid = SubjectOf(request).sdkappid;
  AttrNames names = service.Names(sdkappid);
  for (const auto& [key, name] : body["AttrNames"].items()) {
    const bool slot = key.size() == 1 && key.front() >= '0' && key.front() <= '9';
    if (!slot || !name.is_string() || name.get<std::string>().size() > kMaxBytes) break;
    names[key.front() - '0'] = name.get<std::string>();
  }
  Put(service, sdkappid, names);
}

/// The profile says replace.
void MergesInsteadOfReplace(Service& service, const HttpRequestView& request,
                            HttpResponse* response) {
  const std::uint32_t sdkappid = SubjectOf(request).sdkappid;
  AttrNames before = service.Names(sdkappid);
  service.Handle(request, response);
  AttrNames after = service.Names(sdkappid);
  after.merge(before);
  Put(service, sdkappid, after);
}

/// Reads an answer that was true one write ago.
CallHandler ReadsAreOneWriteOld() {
  auto older = std::make_shared<std::map<std::uint32_t, AttrNames>>();
  return [older](Service& service, const HttpRequestView& request, HttpResponse* response) {
    const Subject subject = SubjectOf(request);
    const AttrNames now = service.Names(subject.sdkappid);
    if (subject.command == "im_set_attr_name") {
      service.Handle(request, response);
      if (CodeOf(*response) == 0) (*older)[subject.sdkappid] = now;
      return;
    }
    Put(service, subject.sdkappid, (*older)[subject.sdkappid]);
    service.Handle(request, response);
    Put(service, subject.sdkappid, now);
  };
}

}  // namespace

std::vector<Mutant> StateMutants() {
  return {
      {"stores_half", "{}", StoresHalf},
      {"forgets_state", "{}", ForgetsState},
      {"names_cross_apps", "{}", NamesCrossApps()},
      {"replaces_instead_of_merge", R"({"second_call":"replace"})"},
      {"merges_instead_of_replace", R"({"second_call":"replace"})", MergesInsteadOfReplace},
      {"reads_are_one_write_old", "{}", ReadsAreOneWriteOld()},
  };
}

}  // namespace timock::mutants
