#include "report/console.h"

#include <map>
#include <utility>

#include "report/conclusion.h"
#include "wire/printable.h"

namespace timock::conformance {
namespace {

std::string Shortened(const std::string& text) {
  constexpr std::size_t kShown = 2'000;
  return text.size() <= kShown ? text : text.substr(0, kShown) + "... (cut)";
}

}  // namespace

Console::Console(std::ostream& out, bool progress, bool verbose)
    : out_(out), progress_(progress), verbose_(verbose) {}

void Console::ClearProgress() {
  if (progress_) out_ << "\r\033[K";
}

void Console::OnResult(const CaseResult& result) {
  ++done_;
  if (result.verdict == Verdict::kFailed) {
    ++failed_;
    bool is_new = verbose_;
    for (const std::string& reason : result.reasons) is_new = told_.insert(reason).second || is_new;
    if (is_new) TellFailure(result);
  }
  if (progress_) {
    out_ << '\r' << done_ << " cases, " << failed_ << " failed  " << std::flush;
  }
}

void Console::TellFailure(const CaseResult& result) {
  ClearProgress();
  out_ << "FAILED " << result.one->FullName() << "\n  " << result.one->title << '\n';
  for (const std::string& reason : result.reasons) {
    out_ << "  - " << Printable(reason) << '\n';
  }
  out_ << "  " << result.one->SourceText();
  if (!result.one->source_quote.empty()) out_ << ": \"" << result.one->source_quote << '"';
  out_ << '\n';
  if (const std::string& english = result.one->source_english; !english.empty()) {
    out_ << "  in English: \"" << english << "\"\n";
  }
  for (const ShownExchange& exchange : result.exchanges) {
    out_ << "  " << Shortened(exchange.curl) << "\n  -> "
         << (exchange.http_status == 0 ? exchange.failure
                                       : "HTTP " + std::to_string(exchange.http_status) + " " +
                                             Shortened(Printable(exchange.body)))
         << '\n';
  }
  out_ << std::flush;
}

void Console::TellCauses(const RunSummary& summary) {
  bool shared = false;
  for (const Cause& cause : CausesOf(summary.results)) {
    if (cause.cases.size() < 2) continue;
    out_ << Printable(cause.reason) << ": " << cause.cases.size() << " cases, the first "
         << cause.cases.front()->FullName() << '\n';
    shared = true;
  }
  if (shared && !verbose_) out_ << "(--verbose tells each failure in full)\n";
}

/// The rules that cases broke, with their titles.
void Console::TellRules(const RunSummary& summary) {
  std::map<std::string, std::pair<const Case*, std::size_t>> broken;
  for (const CaseResult& result : summary.results) {
    if (result.verdict != Verdict::kFailed) continue;
    auto& [one, cases] = broken[result.one->rule];
    one = result.one;
    ++cases;
  }
  for (const auto& [rule, found] : broken) {
    out_ << "broken: " << rule << ' ' << found.first->rule_title << " (" << found.second
         << (found.second == 1 ? " case)\n" : " cases)\n");
  }
}

void Console::OnEnd(const RunSummary& summary) {
  ClearProgress();
  TellCauses(summary);
  TellRules(summary);
  for (const std::string& name : summary.stale_known_failing) {
    out_ << "STALE " << name << ": " << kStale << '\n';
  }
  if (summary.interrupted_by != 0) {
    out_ << "ended early by signal " << summary.interrupted_by << '\n';
  }
  if (!summary.unreachable.empty()) out_ << "the target was lost: " << summary.unreachable << '\n';
  if (!summary.own_fault.empty()) out_ << "a fault of the suite: " << summary.own_fault << '\n';
  out_ << summary.target << ", "
       << (summary.profile.empty() ? "undetermined cases only recorded"
                                   : "held to profile " + summary.profile)
       << ":";
  const auto counts = summary.Counts();
  for (std::size_t i = 0; i < kVerdicts; ++i) {
    out_ << (i == 0 ? " " : ", ") << counts[i] << ' ' << VerdictName(static_cast<Verdict>(i));
  }
  out_ << '\n' << Conclusion(summary) << '\n';
  for (const LevelResult& level : LevelsOf(summary)) {
    const std::string name = LevelName(level.level);
    out_ << "  " << name << std::string(14 - name.size(), ' ') << level.Text() << ": "
         << LevelMeaning(level.level) << '\n';
  }
  out_ << CoverageLine(summary.page, summary.results) << '\n';
}

}  // namespace timock::conformance
