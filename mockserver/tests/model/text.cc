#include "model/text.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <set>

namespace timock::model {
namespace {

std::string Unescaped(std::string_view text, bool plus_is_space) {
  std::string out;
  const auto hex = [](char c) { return std::string_view("0123456789abcdef").find(c | 0x20); };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool triple = text[i] == '%' && i + 2 < text.size() &&
                        isxdigit(static_cast<unsigned char>(text[i + 1])) != 0 &&
                        isxdigit(static_cast<unsigned char>(text[i + 2])) != 0;
    if (triple) {
      const auto digit = [&](char c) {
        return c <= '9' ? static_cast<std::size_t>(c - '0') : hex(c);
      };
      out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' && plus_is_space ? ' ' : text[i];
    }
  }
  return out;
}

}  // namespace

bool Parse(const std::string& text, Body* body) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && (text[i] == '{' || text[i] == '[')) {
      if (++depth > 64) return false;
    } else if (!quoted && (text[i] == '}' || text[i] == ']')) {
      --depth;
    }
  }
  if (text.starts_with("\xEF\xBB\xBF") || text.find('\0') != std::string::npos) return false;
  *body = Body::parse(text, nullptr, false);
  return !body->is_discarded();
}

bool NamesTwice(const Body& body) {
  std::set<std::string> names;
  if (!body.is_structured()) return false;
  for (const auto& [name, value] : body.items()) {
    if (NamesTwice(value) || !names.insert(name).second) return true;
  }
  return false;
}

json Decimal(const std::string& text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos) return {};
  const auto digits = text.substr(std::min(text.find_first_not_of('0'), text.size() - 1));
  if (digits.size() > 10 || std::stoull(digits) > UINT32_MAX) return {};
  return std::stoull(digits);
}

const json* At(const json& root, const std::string& pointer) {
  const json* at = &root;
  for (std::size_t i = 0; i < pointer.size();) {
    const auto end = std::min(pointer.find('/', i + 1), pointer.size());
    std::string token = pointer.substr(i + 1, end - i - 1);
    for (const auto& [code, sign] : {std::pair{"~1", "/"}, {"~0", "~"}}) {
      for (auto p = token.find(code); p != std::string::npos; p = token.find(code, p + 1)) {
        token.replace(p, 2, sign);
      }
    }
    if (at->is_object() && at->contains(token)) {
      at = &(*at)[token];
    } else if (const auto index = Decimal(token);
               at->is_array() && index.is_number() && index < at->size() && token == index.dump()) {
      at = &at->at(index.get<std::size_t>());
    } else {
      return nullptr;
    }
    i = end;
  }
  return at;
}

json Fixture(const std::string& path) {
  return json::parse(std::ifstream(std::string(TIMOCK_FIXTURES_DIR) + "/" + path));
}

bool Holds(const json& list, const json& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

std::string Lower(std::string text) {
  for (char& c : text) c = static_cast<char>(tolower(static_cast<unsigned char>(c)));
  return text;
}

std::int64_t Nanoseconds(const std::string& decimal) {
  const auto dot = std::min(decimal.find('.'), decimal.size());
  std::string fraction = decimal.substr(std::min(dot + 1, decimal.size()));
  fraction.resize(9, '0');
  return std::stoll(decimal.substr(0, dot)) * 1'000'000'000 + std::stoll(fraction);
}

std::string Seconds(std::int64_t nanoseconds) {
  std::string fraction = std::to_string(1'000'000'000 + nanoseconds % 1'000'000'000).substr(1);
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  return std::to_string(nanoseconds / 1'000'000'000) + (fraction.empty() ? "" : "." + fraction);
}

Target::Target(const std::string& target) {
  std::string rest = target;
  for (const std::string scheme : {"http://", "https://"}) {
    if (!rest.starts_with(scheme)) continue;
    const auto end = rest.find_first_of("/?", scheme.size());
    host = rest.substr(scheme.size(), end == std::string::npos ? end : end - scheme.size());
    rest = end == std::string::npos ? "/" : rest.substr(end);
  }
  path = rest.substr(0, rest.find('?'));
  std::string at = path.starts_with("//v4/") ? path.substr(1) : path;
  if (at.starts_with("/v4/")) {
    command = at.substr(4);
    const auto slash = command.find('/');
    path_ok = std::count(command.begin(), command.end(), '/') == 1 && slash > 0 &&
              slash + 1 < command.size();
  }
  if (!path_ok) command.clear();
  rest = rest.find('?') == std::string::npos ? "" : rest.substr(rest.find('?') + 1);
  std::string raw_identifier;
  for (std::size_t i = 0; i <= rest.size();) {
    const auto end = std::min(rest.find('&', i), rest.size());
    const auto part = rest.substr(i, end - i);
    const auto equals = std::min(part.find('='), part.size());
    const auto name = part.substr(0, equals);
    const auto value = part.substr(std::min(equals + 1, part.size()));
    if (query.emplace(name, Unescaped(value, false)).second && name == "identifier") {
      raw_identifier = value;
    }
    i = end + 1;
  }
  identifiers = {Unescaped(raw_identifier, false)};
  const auto space = Unescaped(raw_identifier, true);
  if (space != identifiers[0]) identifiers.push_back(space);
}

}  // namespace timock::model
