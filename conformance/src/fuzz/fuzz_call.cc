#include "fuzz/fuzz_call.h"

#include <algorithm>

namespace timock::conformance {
namespace {

using For = FuzzMutation::For;
using Strings = std::vector<std::string>;

/// Of 1 to 50 bytes.
std::string SomeName(FuzzRandom& random) {
  static const Strings pieces = {"a", "Z", "0", " ", "\"", "\\", "/", "é", "名", "😀", "\x7f", "~"};
  constexpr std::size_t kMost = 50;
  const std::size_t size = random.Below(4) == 0 ? kMost : 1 + random.Below(8);
  std::string name = random.Of(pieces);
  while (name.size() < size) {
    const std::string& piece = random.Of(pieces);
    name += name.size() + piece.size() <= kMost ? piece : "x";
  }
  return name;
}

std::string Json(const std::string& text, bool escaped) {
  constexpr std::string_view kHex = "0123456789aBcDeF";
  std::string out = "\"";
  for (const char byte : text) {
    const auto code = static_cast<unsigned char>(byte);
    if (code < ' ' || (escaped && code < 0x80)) {
      out.append("\\u00").append({kHex[code >> 4U], kHex[code & 15U]});
    } else {
      if (byte == '"' || byte == '\\') out += '\\';
      out += byte;
    }
  }
  return out + '"';
}

/// AttrNames with its key.
std::string AttrNamesText(const FuzzBody& body) {
  const std::string& space = body.space;
  std::string text = "\"AttrNames\"" + space + ":" + space;
  if (!body.other.empty()) return text + body.other;
  text += body.array ? "[" : "{";
  for (const FuzzSlot& slot : body.slots) {
    text.append(&slot == body.slots.data() ? "" : ",").append(space);
    if (!body.array) {
      text.append(Json(slot.key, slot.escaped)).append(space).append(":").append(space);
    }
    text += slot.name ? Json(*slot.name, slot.escaped) : slot.other;
  }
  return text + space + (body.array ? "]" : "}");
}

std::string BodyText(const FuzzCall& call) {
  const FuzzBody& body = call.body;
  if (!body.breaks.empty() && body.breaks != "json_syntax") return body.in_place;
  std::string text = body.before + body.space + "{";
  if (!call.reads && body.has_names) {
    if (body.twice) text += R"("AttrNames":{"9":"twice"},)";
    text += AttrNamesText(body) + body.unknown;
  } else if (!body.unknown.empty()) {
    text += body.unknown.substr(1);
  }
  if (!body.inside.empty()) text += (text.back() == '{' ? "\"x\":" : ",\"x\":") + body.inside;
  return text + body.end + body.space + body.behind;
}

void Render(FuzzCall& call) {
  if (!call.request.path) {
    call.request.command = call.reads ? "im_get_attr_name" : "im_set_attr_name";
  }
  call.request.body = BodyText(call) + call.body.padding;
  if (!call.query_changed) return;
  std::string& text = call.request.query_text.emplace();
  for (const auto& [name, value] : call.query) {
    text.append(text.empty() ? "" : "&").append(name).append("=").append(value);
  }
}

/// Whether the mutation can be added to the recipe.
bool Fits(const FuzzMutation& mutation, const FuzzRecipe& recipe, bool apps) {
  if (mutation.what == For::kSetter && recipe.reads) return false;
  if (mutation.what == For::kAppsAlone && !apps) return false;
  return std::none_of(recipe.steps.begin(), recipe.steps.end(), [&](const FuzzRecipe::Step& step) {
    return !mutation.part.empty() && FuzzMutations()[step.mutation].part == mutation.part;
  });
}

}  // namespace

std::uint64_t FuzzRandom::Next() {
  state_ += 0x9E3779B97F4A7C15U;
  std::uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
  return mixed ^ (mixed >> 31U);
}

FuzzRecipe MakeRecipe(std::uint64_t seed, std::uint64_t index, bool apps) {
  FuzzRandom random(FuzzRandom(seed).Next() ^ index);
  FuzzRecipe recipe{.reads = random.Below(4) == 0};
  for (std::size_t i = random.Below(10), left = 1 + random.Below(4); left > 0; --left) {
    recipe.names.emplace_back(std::to_string(i++ % 10), SomeName(random));
  }
  for (std::size_t left = random.Below(4); left > 0; --left) {
    const std::size_t which = random.Below(FuzzMutations().size());
    if (!Fits(FuzzMutations()[which], recipe, apps)) continue;
    recipe.steps.push_back({which, random.Next()});
  }
  std::stable_sort(recipe.steps.begin(), recipe.steps.end(),
                   [](const auto& a, const auto& b) { return a.mutation < b.mutation; });
  return recipe;
}

FuzzCall MakeCall(const FuzzRecipe& recipe) {
  FuzzCall call{.reads = recipe.reads,
                .query = {{"sdkappid", "${sdkappid}"},
                          {"identifier", "${identifier}"},
                          {"usersig", "${usersig}"},
                          {"random", "${random}"},
                          {"contenttype", "json"}}};
  for (const auto& [slot, name] : recipe.names) call.body.slots.push_back({slot, name});
  for (const FuzzRecipe::Step& step : recipe.steps) {
    const FuzzMutation& mutation = FuzzMutations()[step.mutation];
    FuzzRandom random(step.seed);
    if (mutation.what == For::kBytes) {  // They come last.
      Render(call);
      call.lawless = true;
    }
    mutation.apply(call, random, random.Of(mutation.values));
    if (!mutation.breaks.empty()) call.broken.push_back(mutation.breaks);
  }
  if (!call.lawless) Render(call);
  return call;
}

std::vector<std::string> Units(const std::string& text) {
  std::vector<std::string> units;
  for (std::size_t at = 0; at < text.size(); at += units.back().size()) {
    std::size_t end = at + 1;
    if (text.compare(at, 2, "${") == 0) end = text.find('}', at) + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
    units.push_back(text.substr(at, end - at));
  }
  return units;
}

}  // namespace timock::conformance
