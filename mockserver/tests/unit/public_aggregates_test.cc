// Every aggregate of the public API can be begun with one member: compiled with -Wextra -Werror,
// where a member without a default would warn. Two of each, for the one that is named needs none.

#include <gtest/gtest.h>

#include "timock/timock.h"
#include "timock/user_sig.h"

namespace timock {
namespace {

template <typename T>
void Holds(const T& first, const T& second) {
  EXPECT_NE(&first, &second);
}

TEST(PublicAggregatesTest, NeedOneMemberAtMost) {
  Holds(Feature{.state = {}}, Feature{.approved_at = {}});
  Holds(App{.sdkappid = 1}, App{.keys = {"key"}});
  Holds(ClockSetting{.mode = {}}, ClockSetting{.at = {}});
  Holds(ErrorCodeInfo{.code = 1}, ErrorCodeInfo{.layer = "access"});
  Holds(FaultMatch{.sdkappid = 1}, FaultMatch{.command = "c"});
  Holds(FaultDelay{.kind = {}}, FaultDelay{.sigma = 1});
  Holds(FaultAction{.error_code = 1}, FaultAction{.body = "b"});
  Holds(Fault{.id = "a"}, Fault{.times = 1});
  Holds(FaultStatus{.fault = {}}, FaultStatus{.hits = 1});
  Holds(HttpHeader{.name = "a"}, HttpHeader{.value = "b"});
  Holds(HttpRequest{.method = "GET"}, HttpRequest{.target = "/"});
  Holds(HttpHeaderView{.name = "a"}, HttpHeaderView{.value = "b"});
  Holds(HttpRequestView{.method = "GET"}, HttpRequestView{.target = "/"});
  Holds(TransportFault{.delay = {}}, TransportFault{.trickle_bytes = 1});
  Holds(HttpResponse{.status = 200}, HttpResponse{.body = "b"});
  Holds(Diagnosis{.name = "a"}, Diagnosis{.remedy = "b"});
  Holds(JournalOptions{.enabled = true}, JournalOptions{.max_entries = 1});
  Holds(JournalEntry{.id = 1}, JournalEntry{.at = {}});
  Holds(JournalFilter{.sdkappid = 1}, JournalFilter{.command = "c"});
  Holds(JournalPage{.entries = {}}, JournalPage{.more = true});
  Holds(JournalCount{.count = 1}, JournalCount{.complete = true});
  Holds(JournalCount::NearMiss{.id = 1}, JournalCount::NearMiss{.why = "w"});
  Holds(JournalStatus{.entries = 1}, JournalStatus{.bytes = 1});
  Holds(Assumption{.name = "a"}, Assumption{.value = "b"});
  Holds(Error{.message = "m"}, Error{});
  Holds(HttpLimits{.connections = 1}, HttpLimits{.header_count = 1});
  Holds(TlsOptions{.port = 0}, TlsOptions{.key_file = "k"});
  Holds(ControlOptions{.enabled = true}, ControlOptions{.token = "t"});
  Holds(ThrottleRule{.code = 1}, ThrottleRule{.burst = 1});
  Holds(UserSigClaims{.identifier = "a"}, UserSigClaims{.time = 1});
  Holds(DecodedUserSig{.claims = {}}, DecodedUserSig{.signature = "s"});
  Holds(CallEvent{.at = {}}, CallEvent{.method = "GET"});
  Holds(ThrottleStatus{.sdkappid = 1}, ThrottleStatus{.command = "c"});
  Holds(CallMetrics{.outcomes = {}}, CallMetrics{.duration_sum = 1});
  Holds(CallMetrics::Outcome{.command = "c"}, CallMetrics::Outcome{.calls = 1});
  Holds(ServiceState{.apps = {}}, ServiceState{.verify_user_sig = true});
  const ServiceOptions options{.apps = {}};
  const ServerOptions server{.host = "127.0.0.1"};
  EXPECT_TRUE(options.apps.empty());
  EXPECT_EQ(server.port, 0);
}

}  // namespace
}  // namespace timock
