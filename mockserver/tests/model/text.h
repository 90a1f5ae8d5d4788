#ifndef TIMOCK_TESTS_MODEL_TEXT_H_
#define TIMOCK_TESTS_MODEL_TEXT_H_

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "timock/http_message.h"

/// The texts that the model reads and writes: bodies, targets, pointers, numbers, fixtures.
namespace timock::model {

using nlohmann::json;

inline constexpr std::string_view kService = "all_member_push/";

/// An object that keeps members of one name, in their order.
template <class K, class T, class L, class A>
struct AllMembers : nlohmann::ordered_map<K, T, L, A> {
  using nlohmann::ordered_map<K, T, L, A>::ordered_map;
  T& operator[](const K& key) {
    this->emplace_back(key, T());
    return this->back().second;
  }
};
using Body = nlohmann::basic_json<AllMembers>;

/// Reads a body; false: `json_syntax` of PROTOCOL section 4.
bool Parse(const std::string& text, Body* body);

/// Whether an object within has two members of one name.
bool NamesTwice(const Body& body);

/// The number of an unsigned 32 bit decimal, or null.
json Decimal(const std::string& text);

/// What a JSON pointer leads to, or null.
const json* At(const json& root, const std::string& pointer);

/// Whether the value is one of the list.
bool Holds(const json& list, const json& value);

std::string Lower(std::string text);

/// The nanoseconds of "1.5" seconds, and the other way round.
std::int64_t Nanoseconds(const std::string& decimal);
std::string Seconds(std::int64_t nanoseconds);

json Fixture(const std::string& path);

/// A target taken apart.
struct Target {
  bool path_ok = false;
  std::string command;  ///< "all_member_push/im_set_attr_name"
  std::map<std::string, std::string> query;
  std::vector<std::string> identifiers;  ///< Either reading.
  std::string path;
  std::string host;  ///< Of an absolute form, where it counts more than the header; else empty.

  explicit Target(const std::string& target);
  std::string Get(const std::string& name) const {
    const auto it = query.find(name);
    return it == query.end() ? "" : it->second;
  }
  /// What counts as one identifier in the throttle: a plus and a space are the same there.
  std::string SharedIdentifier() const {
    std::string shared = identifiers[0];
    for (char& c : shared) c = c == '+' ? ' ' : c;
    return shared;
  }
  bool served() const {
    return command == std::string(kService) + "im_set_attr_name" ||
           command == std::string(kService) + "im_get_attr_name";
  }
  bool sets() const { return command.ends_with("im_set_attr_name"); }
};

}  // namespace timock::model

#endif  // TIMOCK_TESTS_MODEL_TEXT_H_
