#ifndef TIMOCK_CONFORMANCE_FUZZ_FUZZ_CALL_H_
#define TIMOCK_CONFORMANCE_FUZZ_FUZZ_CALL_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cases/case.h"

namespace timock::conformance {

/// Stored names by slot, as NamesReading has them.
using FuzzNames = std::map<std::string, std::string>;

/// SplitMix64: the same numbers on every machine.
class FuzzRandom {
 public:
  explicit FuzzRandom(std::uint64_t seed) : state_(seed) {}
  std::uint64_t Next();
  /// 0 to `bound` - 1; `bound` is at least 1.
  std::size_t Below(std::size_t bound) { return Next() % bound; }
  template <typename T>
  const T& Of(const std::vector<T>& all) {
    return all[Below(all.size())];
  }

 private:
  std::uint64_t state_;
};

/// One member of AttrNames.
struct FuzzSlot {
  std::string key;
  std::optional<std::string> name;
  std::string other = {};  ///< JSON of the value, where it is not a name.
  bool escaped = false;    ///< Its ASCII is written as \u escapes.
};

/// A body as an oracle can judge it.
struct FuzzBody {
  std::vector<FuzzSlot> slots = {};
  bool has_names = true;
  bool array = false;         ///< AttrNames is an array of the values.
  std::string other = {};     ///< JSON in the place of that object; empty: none.
  bool twice = false;         ///< {"9":"twice"} comes before AttrNames, under the same key.
  std::string unknown = {};   ///< Another member, with its comma; empty: none.
  std::string space = {};     ///< Between all tokens.
  std::string breaks = {};    ///< The switch that the whole text breaks; empty: none.
  std::string in_place = {};  ///< The whole text, where `breaks` is not json_syntax.
  std::string before = {};    ///< Syntax errors: in front of the text,
  std::string inside = {};    ///< as the value of a member more,
  std::string behind = {};    ///< behind it.
  std::string end = "}";      ///< Its last brace.
  std::string padding = {};   ///< Behind whatever text it is.
};

/// What is changed of the app for one call.
enum class FuzzApp { kAsMade, kDisabled, kFeatureOff, kUsedUp };

/// A call, and what an oracle must know of it.
struct FuzzCall {
  bool reads = false;  ///< im_get_attr_name
  CaseRequest request = {};
  std::optional<Signing> signing = {};  ///< In the place of the request's own.
  std::vector<std::pair<std::string, std::string>> query = {};
  bool query_changed = false;
  FuzzBody body = {};
  FuzzApp app = FuzzApp::kAsMade;
  std::vector<std::string> broken = {};  ///< Switches, in no order; those of the body may be wrong.
  bool lawless = false;                  ///< Its bytes were changed: no oracle knows it.
};

/// One way to change a call.
struct FuzzMutation {
  std::string breaks;  ///< A switch of the profile; empty: the answer must stay the same.
  std::string part;    ///< Of the call, which gets one mutation of each; empty: any number.
  std::function<void(FuzzCall& call, FuzzRandom& random, const std::string& value)> apply;
  std::vector<std::string> values = {""};  ///< One of them is applied.
  enum class For { kAll, kSetter, kAppsAlone, kBytes };
  For what = For::kAll;

  /// "key_invalid"; "other headers" where nothing is broken.
  std::string Title() const;
};

/// All of them, in the order in which they are applied.
const std::vector<FuzzMutation>& FuzzMutations();

/// What a call is made from. A part that is taken away leaves the others as they were.
struct FuzzRecipe {
  struct Step {
    std::size_t mutation = 0;  ///< Index in FuzzMutations.
    std::uint64_t seed = 0;
  };
  bool reads = false;
  std::vector<std::pair<std::string, std::string>> names = {};  ///< Of slots, in order.
  std::vector<Step> steps = {};                                 ///< In the order of the mutations.
};

/// The recipe of call `index` of a run: a valid call and up to three mutations. `apps`: the target
/// can make and change apps.
FuzzRecipe MakeRecipe(std::uint64_t seed, std::uint64_t index, bool apps);

FuzzCall MakeCall(const FuzzRecipe& recipe);

/// `text` as its bytes, with each placeholder and each character of UTF-8 whole.
std::vector<std::string> Units(const std::string& text);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_FUZZ_FUZZ_CALL_H_
