#ifndef TIMOCK_CONFORMANCE_LIMITER_PROBE_BUCKET_H_
#define TIMOCK_CONFORMANCE_LIMITER_PROBE_BUCKET_H_

#include <functional>
#include <string>
#include <vector>

#include "limiter/estimate.h"
#include "limiter/probe_calls.h"

namespace timock::conformance {

/// What was measured of a bucket.
struct BucketFinding {
  Range rate;    ///< Calls a second.
  Range likely;  ///< Of these, what a server that reads its clock exactly shows.
  Range size;    ///< Places; without an end where it was never seen full.
};

/// Measures what frees its places one by one.
class BucketProber {
 public:
  using Attempts = std::function<void(const std::string& name, const std::function<void()>& body)>;

  /// `bursts`: calls at once, after rests. `attempt` does an experiment.
  BucketProber(ProbeCalls& calls, const ProbeCalls::Size& size,
               const std::vector<std::vector<Shot>>& bursts, const Attempts& attempt)
      : calls_(calls), size_(size), bursts_(bursts), attempt_(attempt) {}

  /// Its rate by `steady`, a stream of more calls than pass, and then its size: it fills between
  /// two calls at a time that the rate tells. False when it turns out to be no bucket.
  bool Run(const std::vector<Shot>& steady, bool refusals_count);

  const BucketFinding& found() const { return found_; }

 private:
  double MostSeen() const;
  void Dense();
  void Pauses();
  void Rest();

  ProbeCalls& calls_;
  const ProbeCalls::Size& size_;
  const std::vector<std::vector<Shot>>& bursts_;
  const Attempts& attempt_;
  BucketFinding found_;
  bool is_bucket_ = true;
};

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_LIMITER_PROBE_BUCKET_H_
