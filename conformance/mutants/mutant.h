#ifndef TIMOCK_CONFORMANCE_MUTANT_H_
#define TIMOCK_CONFORMANCE_MUTANT_H_

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/call_handler.h"
#include "wire/reply_parser.h"

namespace timock::mutants {

/// The bytes of a reply.
using WireText = std::function<std::string(const conformance::ReplyParser& reply)>;

/// The fake with one thing broken. fixtures/cases/mutants.json says in words what.
struct Mutant {
  std::string name = {};
  /// Switches over those of the default profile: some faults are right under another profile.
  std::string switches = "{}";
  CallHandler handler = {};  ///< Empty: Service::Handle. Called by one thread only.
  WireText wire = {};        ///< How replies are written; empty: as the server does.
};

// Each file's own.
std::vector<Mutant> EnvelopeMutants();
std::vector<Mutant> BodyMutants();
std::vector<Mutant> IdentityMutants();
std::vector<Mutant> ThrottleMutants();
std::vector<Mutant> StateMutants();
std::vector<Mutant> TransportMutants();
std::vector<Mutant> ReplyMutants();
std::vector<Mutant> WireMutants();

using Json = nlohmann::ordered_json;

/// Whom a call is for, as far as its target says.
struct Subject {
  std::string command;  ///< "im_set_attr_name"; empty: none.
  std::uint32_t sdkappid = 0;
  std::string identifier;
};
Subject SubjectOf(const HttpRequestView& request);

/// The ErrorCode of an answer; -1 without one.
int CodeOf(const HttpResponse& response);

/// Answers as the service answers a refused call.
void Refuse(int code, HttpResponse* response);

/// Does the call over as `identifier` with a good UserSig; nothing where there is no such app.
void HandleAs(Service& service, const HttpRequestView& request, const std::string& identifier,
              HttpResponse* response);

/// The true answer with its envelope changed.
CallHandler OnEnvelope(std::function<void(Json& envelope)> change);

/// The true answer to another body of im_set_attr_name.
CallHandler OnBody(std::function<std::string(std::string_view body)> change);

/// The same by its AttrNames, where they are an object; left as they are, so are the bytes.
CallHandler OnNames(std::function<void(Json& names)> change);

/// Each name is checked as what `change` makes of it, and stored as it came.
CallHandler CheckNamesAs(std::function<Json(const Json& name)> change);

/// Calls that the service refuses with `code` are done over by a caller that may call, where
/// `wrongly` says so.
using Condition = std::function<bool(const Service& service, const Subject& subject,
                                     const HttpRequestView& request)>;
CallHandler AcceptsWhat(int code, Condition wrongly);

}  // namespace timock::mutants

#endif  // TIMOCK_CONFORMANCE_MUTANT_H_
