#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>

#include "mutant.h"

namespace timock::mutants {
namespace {

constexpr std::size_t kMaxNameBytes = 50;

/// Whether a byte of UTF-8 goes on with a character.
bool Continues(char byte) { return (static_cast<unsigned>(byte) & 0xC0U) == 0x80U; }

std::size_t Characters(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char byte) { return !Continues(byte); }));
}

bool TooLong(const Json& name) {
  return name.is_string() && name.get<std::string>().size() > kMaxNameBytes;
}

/// The text up to the end of its first object or array.
std::string FirstValue(std::string_view body) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < body.size(); ++i) {
    const char byte = body[i];
    if (in_string) {
      if (byte == '\\') ++i;
      in_string = byte != '"';
    } else if (byte == '"') {
      in_string = true;
    } else if (byte == '{' || byte == '[') {
      ++depth;
    } else if ((byte == '}' || byte == ']') && --depth == 0) {
      return std::string(body.substr(0, i + 1));
    }
  }
  return std::string(body);
}

/// Dies of what a parser throws at a number out of range.
std::string DieOf1e400(std::string_view body) {
  try {
    if (Json::parse(body, nullptr, true).is_null()) return "null";
  } catch (const Json::out_of_range&) {
    std::_Exit(EXIT_FAILURE);
  } catch (const Json::parse_error&) {
    // The service says what is wrong.
  }
  return std::string(body);
}

/// Gives the names of some keys to other keys, in their order; a key that is there stays.
template <typename NewKey>
void RenameKeys(Json& names, NewKey new_key) {
  Json renamed = Json::object();
  for (const auto& [key, name] : names.items()) {
    const std::string other = new_key(key);
    if (other == key || !names.contains(other)) renamed[other] = name;
  }
  names = renamed;
}

void TakeKey10(Json& names) {
  RenameKeys(names, [](const std::string& key) { return key == "10" ? "0" : key; });
}

void TakeKey00(Json& names) {
  RenameKeys(names, [](const std::string& key) {
    unsigned number = 0;
    const char* const end = key.data() + key.size();
    const bool digits = std::from_chars(key.data(), end, number).ptr == end && !key.empty();
    return digits && number < 10 ? std::to_string(number) : key;
  });
}

void RefuseKey9(Json& names) {
  RenameKeys(names, [](const std::string& key) { return key == "9" ? "out_of_range" : key; });
}

void TakeElevenNames(Json& names) {
  if (names.size() == 11) names.erase("10");
}

void CutNames(Json& names) {
  for (auto& name : names) {
    if (!TooLong(name)) continue;
    std::string text = name.get<std::string>().substr(0, kMaxNameBytes + 1);
    do {
      text.pop_back();
    } while (Continues(name.get<std::string>()[text.size()]));
    name = text;
  }
}

void RefuseFrom49(Json& names) {
  for (auto& name : names) {
    if (name.is_string() && name.get<std::string>().size() >= 49) name = std::string(51, 'x');
  }
}

/// Which of its ends a name is cut at.
void TrimNames(Json& names) {
  for (auto& name : names) {
    if (!name.is_string()) continue;
    const std::string text = name.get<std::string>();
    const std::size_t begin = text.find_first_not_of(' ');
    if (begin == std::string::npos) continue;
    name = text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
  }
}

void MangleNames(Json& names) {
  for (auto& name : names) {
    if (!name.is_string()) continue;
    std::string text = name.get<std::string>();
    const auto ascii = [](char byte) { return static_cast<unsigned char>(byte) < 0x80; };
    std::replace_if(text.begin(), text.end(), std::not_fn(ascii), '?');
    name = text;
  }
}

void RefuseBlankNames(Json& names) {
  for (auto& name : names) {
    if (name == " ") name = "";
  }
}

Json AsShort(const Json& name) { return TooLong(name) ? Json("short") : name; }

Json ByCharacters(const Json& name) {
  return TooLong(name) && Characters(name.get<std::string>()) <= kMaxNameBytes ? Json("short")
                                                                               : name;
}

Json NumbersAsNames(const Json& name) { return name.is_number() ? Json(name.dump()) : name; }

Json NullsAsNames(const Json& name) { return name.is_null() ? Json("null") : name; }

}  // namespace

std::vector<Mutant> BodyMutants() {
  return {
      {"trailing_garbage_accepted", "{}", OnBody(FirstValue)},
      {"nul_accepted", "{}",
       OnBody([](std::string_view body) { return std::string(body.substr(0, body.find('\0'))); })},
      {"crash_on_1e400", "{}", OnBody(DieOf1e400)},
      {"first_duplicate_key_wins", R"({"duplicate_key":"first_wins"})"},
      {"key_10_accepted", "{}", OnNames(TakeKey10)},
      {"key_00_accepted", "{}", OnNames(TakeKey00)},
      {"refuses_key_9", "{}", OnNames(RefuseKey9)},
      {"eleven_names", "{}", OnNames(TakeElevenNames)},
      {"length_in_characters", "{}", CheckNamesAs(ByCharacters)},
      {"refuses_49_bytes", "{}", OnNames(RefuseFrom49)},
      {"accepts_51_bytes", "{}", CheckNamesAs(AsShort)},
      {"truncates_names", "{}", OnNames(CutNames)},
      {"trims_names", "{}", OnNames(TrimNames)},
      {"mangles_utf8", "{}", OnNames(MangleNames)},
      {"refuses_blank_names", "{}", OnNames(RefuseBlankNames)},
      {"numbers_as_names", "{}", CheckNamesAs(NumbersAsNames)},
      {"nulls_as_names", "{}", CheckNamesAs(NullsAsNames)},
      {"empty_names_accepted", R"({"name_empty":"accept"})"},
  };
}

}  // namespace timock::mutants
