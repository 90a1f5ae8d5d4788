#ifndef TIMOCK_BENCH_LOAD_SEND_BODY_MIX_H_
#define TIMOCK_BENCH_LOAD_SEND_BODY_MIX_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace timock::load {

/// What a request is like.
enum class BodyKind : std::uint8_t {
  kValid,     ///< An admin sets names.
  kBadJson,   ///< An admin sends a body that is cut off.
  kNonAdmin,  ///< Somebody with a right UserSig who is not an admin.
};

/// In which shares the kinds come.
class BodyMix {
 public:
  /// "valid=80,bad-json=10,non-admin=10": weights of any sum. Throws conformance::ConfigError.
  static BodyMix Parse(const std::string& text);

  bool Has(BodyKind kind) const;

  /// `count` kinds, in an order drawn from `seed`. Each round of as many as the reduced weights sum
  /// up to (10 for 80, 10, 10) has exactly their shares.
  std::vector<BodyKind> Draw(std::size_t count, std::uint64_t seed) const;

 private:
  std::vector<BodyKind> round_ = {BodyKind::kValid};
};

}  // namespace timock::load

#endif  // TIMOCK_BENCH_LOAD_SEND_BODY_MIX_H_
