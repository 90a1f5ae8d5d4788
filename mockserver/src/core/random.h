#ifndef TIMOCK_CORE_RANDOM_H_
#define TIMOCK_CORE_RANDOM_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace timock {

/// `bytes` unpredictable bytes as hex digits: a key or a token. Aborts when the machine has no
/// randomness to give.
std::string RandomHex(std::size_t bytes);

/// An unpredictable number.
std::uint64_t RandomNumber();

}  // namespace timock

#endif  // TIMOCK_CORE_RANDOM_H_
