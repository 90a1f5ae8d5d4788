#include "judge/strict_json.h"

#include <cstdint>
#include <limits>
#include <set>
#include <utility>
#include <vector>

namespace timock::conformance {
namespace {

using nlohmann::json;

/// Sees the text pass by before anything is made of it: a value that is too deep could be neither
/// copied nor destroyed, and of two equal keys a json keeps one.
class Checker final : public json::json_sax_t {
 public:
  std::string problem = {};

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(std::int64_t) override { return true; }
  bool number_unsigned(std::uint64_t number) override {
    constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    return number <= kMax || Refuse("a number is beyond 64 bits with a sign");
  }
  bool number_float(double, const std::string& text) override {
    return text.find_first_of(".eE") != std::string::npos || Refuse("a number is beyond 64 bits");
  }
  bool string(std::string&) override { return true; }
  bool binary(json::binary_t&) override { return true; }
  bool start_object(std::size_t) override { return Enter(); }
  bool key(std::string& key) override {
    return keys_.back().insert(key).second || Refuse("the key \"" + key + "\" is given twice");
  }
  bool end_object() override { return Leave(); }
  bool start_array(std::size_t) override { return Enter(); }
  bool end_array() override { return Leave(); }
  bool parse_error(std::size_t, const std::string&, const json::exception& error) override {
    const bool range = dynamic_cast<const json::out_of_range*>(&error) != nullptr;
    return Refuse(range ? "a number is beyond a double" : "is no JSON");
  }

 private:
  bool Enter() {
    constexpr std::size_t kMaxDepth = 64;
    keys_.emplace_back();
    return keys_.size() <= kMaxDepth || Refuse("is nested deeper than 64");
  }
  bool Leave() {
    keys_.pop_back();
    return true;
  }
  bool Refuse(std::string why) {
    problem = std::move(why);
    return false;
  }

  std::vector<std::set<std::string>> keys_;
};

}  // namespace

StrictJson ReadStrictJson(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return {{}, "holds a NUL byte"};
  if (text.starts_with("\xEF\xBB\xBF")) return {{}, "begins with a byte order mark"};
  Checker checker;
  if (!json::sax_parse(text, &checker)) return {{}, checker.problem};
  return {json::parse(text), ""};
}

}  // namespace timock::conformance
