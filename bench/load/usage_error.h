#ifndef TIMOCK_BENCH_LOAD_USAGE_ERROR_H_
#define TIMOCK_BENCH_LOAD_USAGE_ERROR_H_

#include <stdexcept>

namespace timock::load {

/// What was asked for makes no sense; the text says where and what is expected.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace timock::load

#endif  // TIMOCK_BENCH_LOAD_USAGE_ERROR_H_
