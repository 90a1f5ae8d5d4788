#include <algorithm>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cases/case.h"
#include "cases/embedded_fixture.h"
#include "judge/result.h"
#include "run/run_case.h"
#include "run/suite.h"
#include "target/url.h"

// Runs each broken server of mutants.json against the cases that claim to catch it.

namespace timock::conformance {
namespace {

constexpr const char* kUsage = R"(conformance-killing-table MUTANT_PROGRAM README [--write]

Each mutant of fixtures/cases/mutants.json must fail every case that names it in `kills`. Prints the
table of mutants and the cases that caught them, and compares it with the one in README; --write puts
it there instead. Exit codes: 0 all caught and README right, 1 not so, 2 usage.
)";

constexpr std::string_view kBegin = "<!-- mutants -->\n";
constexpr std::string_view kEnd = "<!-- /mutants -->";

struct Mutant {
  std::string name;
  Held profile;
};

std::vector<Mutant> Mutants() {
  const auto file = nlohmann::json::parse(EmbeddedFixture("cases/mutants.json"));
  std::vector<Mutant> mutants;
  for (const auto& one : file.at("mutants")) {
    const auto profile = ExpectedProfile::Load("seed-2022-04");
    const auto switches = one.value("profile", nlohmann::json::object());
    mutants.push_back({one.at("name").get<std::string>(), profile.With(switches)});
  }
  return mutants;
}

/// Whether one of the results of a case fails. A server that died of the case before is started
/// again.
class Trial {
 public:
  Trial(const std::string& program, const Mutant& mutant)
      : command_(program + " " + mutant.name), mutant_(mutant), target_(Start()) {}

  bool Fails(const std::vector<const Case*>& results) {
    return std::any_of(results.begin(), results.end(), [this](const Case* one) {
      try {
        return Verdict::kFailed == RunCase(*one, *target_, mutant_.profile).verdict;
      } catch (const UnreachableError&) {
        target_.reset();
        target_ = Start();
        return Verdict::kFailed == RunCase(*one, *target_, mutant_.profile).verdict;
      }
    });
  }

 private:
  std::unique_ptr<Target> Start() const { return MakeUrlTarget({.command = command_}); }

  std::string command_;
  const Mutant& mutant_;
  std::unique_ptr<Target> target_;
};

/// The row of one mutant; what is wrong goes to `problems`.
std::string Row(const std::string& program, const Mutant& mutant, const std::vector<Case>& cases,
                std::vector<std::string>* problems) {
  std::map<std::string, std::vector<const Case*>> claims;
  for (const Case& one : cases) {
    if (std::count(one.kills.begin(), one.kills.end(), mutant.name) > 0) {
      claims[one.entry].push_back(&one);
    }
  }
  if (claims.empty()) problems->push_back(mutant.name + ": no case names it in kills");
  std::string caught;
  Trial trial(program, mutant);
  for (const auto& [entry, results] : claims) {
    if (trial.Fails(results)) {
      caught += (caught.empty() ? "`" : ", `") + entry + "`";
    } else {
      problems->push_back(mutant.name + ": " + entry + " names it in kills, and passes");
    }
  }
  return "| `" + mutant.name + "` | " + caught + " |\n";
}

std::string ReadText(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Compares the part of the README, or writes it.
void KeepInReadme(const std::string& path, const std::string& table, bool write,
                  std::vector<std::string>* problems) {
  std::string text = ReadText(path);
  const std::size_t begin = text.find(kBegin);
  const std::size_t end = text.find(kEnd);
  if (begin == std::string::npos || end == std::string::npos) {
    return problems->push_back(path + ": the lines around the table of mutants are missing");
  }
  const std::size_t at = begin + kBegin.size();
  if (text.substr(at, end - at) == table) return;
  if (!write) return problems->push_back(path + ": another table stands there; run with --write");
  text.replace(at, end - at, table);
  std::ofstream(path) << text;
}

int Run(const std::string& program, const std::string& readme, bool write) {
  const std::vector<Case> cases = ShippedCases();
  std::vector<std::string> problems;
  std::string table = "| broken server | caught by |\n|---|---|\n";
  for (const Mutant& mutant : Mutants()) {
    const std::string row = Row(program, mutant, cases, &problems);
    std::cout << row << std::flush;
    table += row;
  }
  KeepInReadme(readme, table, write, &problems);
  for (const std::string& problem : problems) std::cout << "WRONG " << problem << '\n';
  return problems.empty() ? 0 : 1;
}

}  // namespace
}  // namespace timock::conformance

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const bool write = arguments.size() == 3 && arguments[2] == "--write";
  if (arguments.size() != 2 && !write) {
    std::cerr << timock::conformance::kUsage;
    return 2;
  }
  try {
    return timock::conformance::Run(arguments[0], arguments[1], write);
  } catch (const std::exception& error) {
    std::cerr << "conformance-killing-table: " << error.what() << '\n';
    return 1;
  }
}
