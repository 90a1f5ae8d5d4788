#include "app/explain.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/commands.h"
#include "app/example_calls.h"
#include "json/strict_json.h"
#include "profile/evidence.h"
#include "text/words.h"
#include "timock/error_code.h"
#include "timock/profile.h"

namespace timock::app {
namespace {

using nlohmann::json;

constexpr std::size_t kColumn = 13;
constexpr std::size_t kWidth = 100;

// "label        text", the text broken into lines of at most kWidth characters.
std::string Paragraph(const std::string& label, const std::string& text) {
  std::string out = label;
  std::size_t length = label.size();
  for (const std::string& word : SplitText(text, " \n")) {
    const bool first = length <= kColumn;
    if (first) out.append(kColumn - length, ' ');
    if (!first && length + 1 + word.size() > kWidth) {
      out.append("\n").append(kColumn, ' ');
      length = kColumn;
    } else if (!first) {
      out += ' ';
      ++length;
    }
    if (first) length = kColumn;
    out += word;
    length += word.size();
  }
  return out + "\n";
}

// The text from `begin` to the first of `ends` after it; empty if `begin` is not found.
std::string_view Between(std::string_view text, std::string_view begin, std::string_view ends) {
  const std::size_t at = text.find(begin);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + begin.size());
  return text.substr(0, text.find_first_of(ends));
}

// "D: a page of the vendor says so", as the contract's introduction has it.
std::string MarkText(const std::string& mark) {
  const std::string_view meaning =
      Between(EmbeddedExplanation("PROTOCOL"), "**" + mark + "** ", "(;,.");
  return meaning.empty() ? mark : mark + ": " + std::string(meaning);
}

std::string MarkLines(const std::string& marks) {
  std::string lines;
  for (const std::string& mark : SplitText(marks, ", ")) {
    lines += Paragraph(lines.empty() ? "mark" : "", MarkText(mark));
  }
  return lines;
}

// The cells of the contract's table row for a rule such as R8; empty for any other name.
std::vector<std::string> RowOf(const std::string& rule) {
  if (!rule.starts_with("R") && !rule.starts_with("P")) return {};
  const std::string row(Between(EmbeddedExplanation("PROTOCOL"), "\n| " + rule + " | ", "\n"));
  const std::size_t mark = row.rfind(" | ");
  if (mark == std::string::npos) return {};
  return {row.substr(0, mark), row.substr(mark + 3, row.rfind(" |") - mark - 3)};
}

// The rules of the contract's tables that name a switch.
std::string RulesThatName(const std::string& name) {
  std::vector<std::string> rules;
  for (const std::string& line : SplitText(EmbeddedExplanation("PROTOCOL"), "\n")) {
    const bool of_rule = line.starts_with("| R") || line.starts_with("| P");
    if (!of_rule || line.find('`' + name + '`') == std::string::npos) continue;
    rules.push_back(line.substr(2, line.find(" |", 2) - 2));
  }
  return JoinText(rules, ", ");
}

// What the contract remarks on a switch in its section 4, "- `name` ..."; empty where it does not.
std::string RemarkOn(const std::string& name) {
  const std::string_view protocol = EmbeddedExplanation("PROTOCOL");
  const std::size_t at = protocol.find("\n- `" + name + "`");
  if (at == std::string_view::npos) return {};
  const std::string_view rest = protocol.substr(at + 3);
  return std::string(rest.substr(0, std::min(rest.find("\n- "), rest.find("\n\n"))));
}

// The sentences of the endpoint's page: their ids and what they say.
std::vector<std::pair<std::string, std::string>> Sentences() {
  std::vector<std::pair<std::string, std::string>> all;
  const json page = ParseOwnJson(EmbeddedExplanation("register"));
  for (const json& sentence : page.at("sentences")) {
    all.emplace_back(sentence.at("id"), sentence.at("quote"));
  }
  return all;
}

std::string OnThePage(const std::string& quote) { return "the endpoint's page: \"" + quote + '"'; }

std::string SentenceOf(const std::string& id) {
  for (const auto& [known, quote] : Sentences()) {
    if (known == id) return OnThePage(quote);
  }
  return id;
}

// Whose word a case is. Empty where it is our own, which the mark says already.
std::string SourceText(const json& source) {
  if (source.is_object() && source.contains("doc") && source.at("doc") != "contract") {
    return "page " + source.at("doc").get<std::string>() + ": \"" +
           source.at("quote").get<std::string>() + '"';
  }
  if (!source.is_string()) return {};
  const auto text = source.get<std::string>();
  if (text.starts_with("seed-")) return SentenceOf(text);
  if (text == "public answers") return "answers of the service that are public";
  return text.starts_with("client ") ? text : "";
}

// The sources of the cases of `rule`, each once, and how to run them.
std::string SourceLines(const std::string& rule) {
  const std::string_view cases = EmbeddedExplanation(rule);
  if (cases.empty()) return {};
  std::string lines;
  std::set<std::string> seen;
  const json file = ParseOwnJson(cases);
  const json defaults = file.value("defaults", json::object());
  for (const json& one : file.at("cases")) {
    const std::string source = SourceText(one.value("source", defaults.value("source", json())));
    if (source.empty() || !seen.insert(source).second) continue;
    lines += Paragraph(lines.empty() ? "source" : "", source);
  }
  return lines +
         Paragraph("held to by", "timock-conformance run --gtest_filter='*/" + rule + ".*'");
}

// What each shipped profile has for a member, "a.b" for one of a group.
std::string ValueLines(const std::string& member) {
  std::string lines;
  for (const std::string& name : Profile::ShippedNames()) {
    const json profile = ParseOwnJson(Profile::Named(name).value().ToJson());
    const json& value = profile.at(member);
    std::string text = value.is_string() ? value.get<std::string>() : JsonText(value);
    if (const ErrorCodeInfo* row = FindErrorCode(value.is_number_integer() ? value.get<int>() : 0);
        row != nullptr && row->code != 0) {
      text += " " + row->text;
    }
    lines += Paragraph(name, text);
  }
  return lines;
}

std::string ExampleLines(const std::string& name) {
  const std::optional<Diagnosis> example = ExampleDiagnosis(name);
  if (!example) return {};
  return Paragraph("for example", example->detail) +
         (example->remedy.empty() ? "" : Paragraph("what to do", example->remedy));
}

std::string ExplainRule(const std::string& rule) {
  const std::vector<std::string> cells = RowOf(rule);
  if (cells.empty()) return {};
  return Paragraph(rule, cells.front()) + MarkLines(cells.back()) + SourceLines(rule);
}

// The marks of the values of a switch, or of its members: "A, I".
std::string MarksOf(const std::string& name) {
  std::set<std::string> marks;
  for (const Evidence& row : AllEvidence()) {
    if (row.name == name || row.name.starts_with(name + ".")) marks.insert(row.mark);
  }
  return JoinText({marks.begin(), marks.end()}, ", ");
}

// A switch of the profile, `throttle` or `usersig_lockout`, or a diagnosis that refuses nothing.
std::string ExplainReason(const std::string& name) {
  const json profile = ParseOwnJson(Profile().ToJson());
  if (!profile.contains(name)) {
    const std::string example = ExampleLines(name);
    return example.empty() && !name.empty() ? Explained(Profile(), name) : example;
  }
  std::string text = Paragraph("switch", name);
  if (const std::string remark = RemarkOn(name); !remark.empty()) {
    text += Paragraph("contract", remark);
  }
  if (const std::string rules = RulesThatName(name); !rules.empty()) {
    text += Paragraph("rule", rules + ", which `timock explain` tells as well");
  }
  return text + Explained(Profile(), name) + MarkLines(MarksOf(name)) + ValueLines(name) +
         ExampleLines(name) + SourceLines("S4." + name);
}

// The members of `profile` that give `code`.
std::vector<std::string> MembersThatGive(int code, const json& profile) {
  std::vector<std::string> members;
  for (const auto& [name, value] : profile.items()) {
    if (value == code || (value.is_object() && value.contains("code") && value["code"] == code)) {
      members.push_back(name);
    }
  }
  return members;
}

std::string ExplainCode(int code) {
  const ErrorCodeInfo* info = FindErrorCode(code);
  if (info == nullptr) return {};
  std::string text = Paragraph("code", std::to_string(code)) + Paragraph("layer", info->layer) +
                     Paragraph("ErrorInfo", info->text) + MarkLines(info->mark) +
                     Paragraph("meaning", info->description);
  for (const auto& [id, quote] : Sentences()) {
    if (!quote.starts_with(std::to_string(code) + " ")) continue;
    text += Paragraph("source", OnThePage(quote));
  }
  std::set<std::string> all;
  for (const std::string& name : Profile::ShippedNames()) {
    const std::vector<std::string> members =
        MembersThatGive(code, ParseOwnJson(Profile::Named(name).value().ToJson()));
    all.insert(members.begin(), members.end());
    text += Paragraph(name, members.empty() ? "no switch gives it" : JoinText(members, ", "));
  }
  for (const std::string& member : all) {
    const std::optional<Diagnosis> example = ExampleDiagnosis(member);
    if (!example) continue;
    text += "\n" + Paragraph("switch", member) + Paragraph("for example", example->detail) +
            Paragraph("what to do", example->remedy);
  }
  return text;
}

}  // namespace

int Explain(const std::string& word) {
  std::string text;
  if (const std::optional<int> code = WholeFromText<int>(word)) {
    text = ExplainCode(*code);
  } else {
    text = ExplainRule(word);
    if (text.empty()) text = ExplainReason(word);
  }
  if (!text.empty()) return Print(text);
  return Complain(
      "explain: there is no '" + OneLine(word, 60) +
          "'; expected a rule such as R8 or P3, the name of a switch or a diagnosis such "
          "as name_too_long (`timock profile` lists the switches), or an error code such "
          "as 60007 (`timock errors` lists them)",
      kExitFailed);
}

}  // namespace timock::app
