#ifndef TIMOCK_CALLS_ATTR_NAMES_BODY_H_
#define TIMOCK_CALLS_ATTR_NAMES_BODY_H_

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "json/strict_json.h"

namespace timock {

/// R8: the keys "0" to "9".
inline constexpr std::size_t kAttrNameSlots = 10;

enum class JsonKind { kAbsent, kObject, kArray, kString, kOther };

/// One valid key of AttrNames, at its first place.
struct AttrNameSlot {
  int slot = 0;
  JsonKind kind = JsonKind::kOther;
  std::string name = {};  ///< The surviving value, when it is a string.
  bool twice = false;     ///< The key is given more than once.
};

/// What a body of im_set_attr_name says, before any rule is applied to it.
struct AttrNamesBody {
  JsonKind top = JsonKind::kAbsent;
  JsonKind attr_names = JsonKind::kAbsent;
  bool attr_names_twice = false;
  /// Of the AttrNames that survives, in the order of the body; the first `slot_count` are filled.
  /// An array's elements have their index as the key.
  std::array<AttrNameSlot, kAttrNameSlots> slots;
  std::size_t slot_count = 0;
  /// The first key that is not exactly one of "0" to "9", and how many slots came before it.
  std::optional<std::string> invalid_key;
  std::size_t slots_before_invalid_key = 0;
  /// Other top-level members: the first one, and whether one of them is a digit key.
  std::optional<std::string> unknown_field;
  bool digit_at_top = false;
};

enum class Survivor { kFirst, kLast };

/// Reads a body in one pass. `survivor` says which one of a duplicate key is kept
/// (`duplicate_key`). False with `*defect` when the text is not strict JSON.
bool ReadAttrNamesBody(std::string_view text, Survivor survivor, AttrNamesBody* body,
                       JsonDefect* defect);

}  // namespace timock

#endif  // TIMOCK_CALLS_ATTR_NAMES_BODY_H_
