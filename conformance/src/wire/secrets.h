#ifndef TIMOCK_CONFORMANCE_WIRE_SECRETS_H_
#define TIMOCK_CONFORMANCE_WIRE_SECRETS_H_

#include <string>
#include <vector>

namespace timock::conformance {

/// What must never be shown. Redacts by value, so that a secret is found wherever it stands.
class Secrets {
 public:
  /// `shown` stands in its place: "$TIMOCK_USERSIG". An empty secret is none.
  void Add(const std::string& secret, const std::string& shown);

  /// `text` without any secret, in whatever mixture of ways its characters are written: as they
  /// are, percent-encoded (once or twice), escaped as in JSON, XML or a shell; and without the
  /// base64 of one.
  std::string Redacted(const std::string& text) const;

 private:
  struct Entry {
    std::string secret;
    std::string shown;
  };
  std::vector<Entry> entries_;  // longest first
};

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_WIRE_SECRETS_H_
