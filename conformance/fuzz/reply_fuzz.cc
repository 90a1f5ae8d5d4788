#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "judge/strict_json.h"
#include "wire/printable.h"
#include "wire/reply_parser.h"

// The first byte says how the rest is cut. However it is cut, the same reply is read, and whatever
// was read can be shown.

namespace {

using timock::conformance::ReplyParser;

/// All that a parser tells of the first reply in `bytes`.
struct Told {
  ReplyParser::State state;
  int status;
  std::string body;
  std::size_t headers;
  bool closes;
  bool operator==(const Told&) const = default;
};

Told Read(std::string_view bytes, std::size_t piece) {
  ReplyParser parser;
  ReplyParser::State state = ReplyParser::State::kMore;
  while (!bytes.empty() && state == ReplyParser::State::kMore) {
    state = parser.Feed(bytes.substr(0, piece));
    bytes.remove_prefix(piece < bytes.size() ? piece : bytes.size());
  }
  if (state == ReplyParser::State::kMore) state = parser.End();
  if (state == ReplyParser::State::kBroken) {
    if (parser.problem().empty()) std::abort();
    return {state, 0, "", 0, false};
  }
  if (parser.status() < 100 || parser.status() > 599) std::abort();
  return {state, parser.status(), parser.body(), parser.headers().size(), parser.closes()};
}

void Show(const std::string& body) {
  const auto json = timock::conformance::ReadStrictJson(body);
  if (json.problem.empty() && json.value.dump().find('\0') != std::string::npos) std::abort();
  const std::string text = timock::conformance::Printable(body);
  if (timock::conformance::Printable(text) != text) std::abort();
  // Throws for what is not UTF-8.
  static_cast<void>(nlohmann::json(text).dump());
  if (timock::conformance::XmlText(body).find_first_of("<>\"") != std::string::npos) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Told whole = Read(bytes, bytes.size() + 1);
  if (!(Read(bytes, data[0] % 16U + 1U) == whole)) std::abort();
  Show(whole.body);
  Show(bytes);
  return 0;
}
