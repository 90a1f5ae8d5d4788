// What the journal adds to a call, at its bound, and what its memory comes to.

#include <benchmark/benchmark.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "allocation_count.h"
#include "support.h"
#include "wire/median.h"

namespace timock {
namespace {

/// A valid call as a transport makes it, with the headers of a usual client.
class Caller {
 public:
  explicit Caller(bool journal)
      : service_(MakeUnthrottled({.enabled = journal})),
        target_(service_->Target("im_set_attr_name", kSdkAppId, "administrator").value()) {}

  void Call(std::size_t times) {
    for (std::size_t i = 0; i < times; ++i) service_->Handle(request_, &response_);
    benchmark::DoNotOptimize(response_);
  }
  bool accepted() const { return Accepted(response_); }
  const Service& service() const { return *service_; }

 private:
  std::unique_ptr<Service> service_;
  std::string target_;
  std::array<HttpHeaderView, 6> headers_{{{"Host", "127.0.0.1:8080"},
                                          {"User-Agent", "python-requests/2.28.1"},
                                          {"Accept-Encoding", "gzip, deflate"},
                                          {"Accept", "*/*"},
                                          {"Connection", "keep-alive"},
                                          {"Content-Type", "application/json"}}};
  HttpRequestView request_{
      .method = "POST", .target = target_, .headers = headers_, .body = kBody, .connection = 1};
  HttpResponse response_;
};

constexpr std::size_t kFilled = 30'000;  // three times the bound
constexpr std::size_t kBatch = 500;

double NsOfBatch(Caller& caller) {
  const SystemClock clock;
  const Tick start = clock.Ticks();
  caller.Call(kBatch);
  return static_cast<double>((clock.Ticks() - start).count()) / kBatch;
}

/// Batches with and without journal by turns, so that both meet the same machine. Counters:
/// nanoseconds a call, by the median batch.
void BM_HandleWithJournalAndWithout(benchmark::State& state) {
  Caller with(true);
  Caller without(false);
  with.Call(kFilled);
  without.Call(kFilled);
  if (!with.accepted() || !without.accepted()) {
    return state.SkipWithError("the call is not accepted");
  }
  std::vector<double> on;
  std::vector<double> off;
  std::vector<double> more;
  for (auto _ : state) {
    on.push_back(NsOfBatch(with));
    off.push_back(NsOfBatch(without));
    more.push_back(on.back() - off.back());
  }
  state.counters["on_ns"] = conformance::Median(on);
  state.counters["off_ns"] = conformance::Median(off);
  state.counters["more_ns"] = conformance::Median(more);
}
BENCHMARK(BM_HandleWithJournalAndWithout);

void BM_HandleWithJournalAtItsBound(benchmark::State& state) {
  Caller caller(state.range(0) != 0);
  caller.Call(kFilled);
  const std::uint64_t before = AllocationCount();
  for (auto _ : state) caller.Call(1);
  state.counters["allocations"] = benchmark::Counter(
      static_cast<double>(AllocationCount() - before), benchmark::Counter::kAvgIterations);
}
BENCHMARK(BM_HandleWithJournalAtItsBound)->ArgName("journal")->Arg(0)->Arg(1);

/// Resident memory of the process in KiB; 0 where /proc does not tell.
double ResidentKib() {
  std::FILE* const file = std::fopen("/proc/self/statm", "r");
  if (file == nullptr) return 0;
  long pages = 0;
  long resident = 0;
  const int read = std::fscanf(file, "%ld %ld", &pages, &resident);
  std::fclose(file);
  constexpr double kKibOfPage = 4;
  return read == 2 ? static_cast<double>(resident) * kKibOfPage : 0;
}

/// Resident memory after a tenth, half and all of the calls, and what the journal says of itself.
void BM_MemoryOfTenMillionCalls(benchmark::State& state) {
  const auto tenth = static_cast<std::size_t>(state.range(0));
  Caller caller(true);
  for (auto _ : state) {
    caller.Call(tenth);
    state.counters["rss_kib_1M"] = ResidentKib();
    caller.Call(4 * tenth);
    state.counters["rss_kib_5M"] = ResidentKib();
    caller.Call(5 * tenth);
    state.counters["rss_kib_10M"] = ResidentKib();
  }
  const JournalStatus status = caller.service().journal_status();
  state.counters["entries"] = static_cast<double>(status.entries);
  state.counters["held_bytes"] = static_cast<double>(status.bytes);
  state.counters["evicted"] = static_cast<double>(status.evicted);
}
BENCHMARK(BM_MemoryOfTenMillionCalls)
    ->ArgName("a_tenth")
    ->Arg(1'000'000)
    ->Iterations(1)
    ->Unit(benchmark::kSecond);

}  // namespace
}  // namespace timock
