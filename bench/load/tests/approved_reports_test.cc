// Every report of timock-load, as a person approved it: tests/approved/.
#include <gtest/gtest.h>

#include "load/lab/virtual_server.h"
#include "load/report/lab_output.h"
#include "load/report/load_output.h"
#include "tests/approved.h"

namespace timock::load {
namespace {

using std::chrono::milliseconds;
using test::DataOf;
using test::ExpectApproved;

Sample Call(int index, Outcome outcome, int code) {
  const std::chrono::nanoseconds at = milliseconds{50} * index;
  return {.planned = {.at = at},
          .sent = at + milliseconds{1},
          .answered = at + milliseconds{3},
          .verdict = {.outcome = outcome, .code = code}};
}

TEST(ApprovedLoadTest, TextJsonAndPage) {
  LoadOutput output{.target = "in-process",
                    .arrival = "constant",
                    .refused = "ErrorCode 60007",
                    .rate = 20,
                    .connections = 8,
                    .options = {.limit = 10, .duration = std::chrono::seconds{1}}};
  std::vector<Sample> samples;
  samples.reserve(20);
  for (int i = 0; i < 20; ++i) {
    samples.push_back(i < 10 ? Call(i, Outcome::kAdmitted, 0)
                             : Call(i, Outcome::kThrottled, 60'007));
  }
  output.report = Summarize(samples, output.options);
  ExpectApproved("load.txt", LoadText(output));
  ExpectApproved("load.json", LoadJson(output).dump(2) + "\n");
  ExpectApproved("load.html.txt", DataOf(LoadHtml(output)));
  output.report.valid = false;
  ExpectApproved("load_invalid.txt", LoadText(output));
}

TEST(ApprovedLabTest, TextJsonAndPage) {
  LabOutput output{.target = "in-process",
                   .limit = 5,
                   .options = {.clients = 2, .backlog = 8, .most_time = std::chrono::minutes{1}}};
  for (const char* const policy : {"retry:immediate", "retry:fixed,base=500ms"}) {
    VirtualServer server(output.limit);
    output.results.push_back(RunVirtualLab(
        RetryPolicy::Parse(policy),
        output.options, [&](std::chrono::nanoseconds at) -> const auto& {
          return server.Call(at);
        }));
  }
  ExpectApproved("lab.txt", LabText(output));
  ExpectApproved("lab.json", LabJson(output).dump(2) + "\n");
  ExpectApproved("lab.html.txt", DataOf(LabHtml(output)));
}

}  // namespace
}  // namespace timock::load
