#include "console.h"

namespace timock::conformance {
namespace {

std::string Shortened(const std::string& text) {
  constexpr std::size_t kShown = 2'000;
  return text.size() <= kShown ? text : text.substr(0, kShown) + "... (cut)";
}

}  // namespace

Console::Console(std::ostream& out, Target& target, bool progress)
    : out_(out), target_(target), progress_(progress) {}

void Console::ClearProgress() {
  if (progress_) out_ << "\r\033[K";
}

void Console::OnResult(const CaseResult& result) {
  ++done_;
  if (result.verdict == Verdict::kFailed) {
    ++failed_;
    ClearProgress();
    out_ << "FAILED " << result.one->FullName() << "\n  " << result.one->title << '\n';
    const Secrets& secrets = target_.secrets();
    for (const std::string& reason : result.reasons) {
      out_ << "  - " << secrets.Redacted(reason) << '\n';
    }
    if (!result.one->source_quote.empty()) {
      out_ << "  the page (" << result.one->source_doc << ") says: \"" << result.one->source_quote
           << "\"\n";
    }
    for (const Exchange& exchange : result.exchanges) {
      out_ << "  " << Shortened(CurlLine(exchange.request, target_.BaseUrl(), secrets)) << "\n  -> "
           << (exchange.reply.status == 0 ? exchange.reply.failure
                                          : "HTTP " + std::to_string(exchange.reply.status) + " " +
                                                Shortened(secrets.Redacted(exchange.reply.body)))
           << '\n';
    }
    out_ << std::flush;
  }
  if (progress_) {
    out_ << '\r' << done_ << " cases, " << failed_ << " failed  " << std::flush;
  }
}

void Console::Summarize(const RunSummary& summary) {
  ClearProgress();
  for (const std::string& name : summary.stale_known_failing) {
    out_ << "STALE " << name << ": on the known-failing list, but it passes or did not run\n";
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
  out_ << '\n' << CoverageLine(summary.page, summary.results) << '\n';
}

}  // namespace timock::conformance
