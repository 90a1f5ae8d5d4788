#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <iostream>
#include <utility>

#include "cases/embedded_fixture.h"
#include "mutant.h"
#include "relay.h"

namespace timock::mutants {
namespace {

enum ExitCodes { kFailed = 1, kUsage = 2 };

constexpr const char* kMore = R"(
"none" is the fake unbroken. The first line on stdout has the URL; the control API is served beside
the endpoint. Ends with a signal.

Examples:
  timock-mutant --list
  timock-mutant limit_101 --port 8080
  timock-conformance run --target 'exec:timock-mutant limit_101'

Exit codes: 1 the port cannot be had, 2 no such mutant.)";

std::vector<Mutant> AllMutants() {
  std::vector<Mutant> all = {{"none"}};
  for (const auto& layer : {EnvelopeMutants, BodyMutants, IdentityMutants, ThrottleMutants,
                            StateMutants, TransportMutants, ReplyMutants, WireMutants}) {
    for (Mutant& mutant : layer()) all.push_back(std::move(mutant));
  }
  return all;
}

/// All of mutants.json, with what it says of them; 1 when one of them is not served here.
int List() {
  const auto described = Json::parse(conformance::EmbeddedFixture("cases/mutants.json"));
  std::vector<Mutant> all = AllMutants();
  int exit_code = 0;
  std::size_t known = 1;
  for (const Json& one : described.at("mutants")) {
    const std::string name = one.at("name").get<std::string>();
    const bool served = std::any_of(all.begin(), all.end(),
                                    [&](const Mutant& mutant) { return mutant.name == name; });
    std::cout << name << "  " << one.at("breaks").get<std::string>() << '\n';
    if (served) ++known;
    if (!served) {
      std::cerr << "timock-mutant: " << name << " stands in mutants.json and is not served\n";
      exit_code = kFailed;
    }
  }
  if (exit_code == 0 && known != all.size()) {
    std::cerr << "timock-mutant: serves " << all.size() - 1 << " mutants, mutants.json has "
              << known - 1 << '\n';
    exit_code = kFailed;
  }
  return exit_code;
}

int Serve(const std::string& name, std::uint16_t port) {
  for (Mutant& mutant : AllMutants()) {
    if (mutant.name != name) continue;
    ServerOptions options{.port = mutant.wire ? std::uint16_t{0} : port};
    options.service.profile = Profile().With(mutant.switches).value();
    const auto server = ServerAccess::StartWith(std::move(options), std::move(mutant.handler));
    if (!server.ok()) {
      std::cerr << "timock-mutant: " << server.error().Text() << '\n';
      return kFailed;
    }
    std::string url = server.value()->url();
    if (mutant.wire) {
      const std::uint16_t relay = StartRelay(port, server.value()->port(), mutant.wire);
      url = "http://127.0.0.1:" + std::to_string(relay);
    }
    std::cout << "mutant " << name << " on " << url << std::endl;
    for (;;) ::pause();
  }
  std::cerr << "timock-mutant: there is no mutant " << name << "; --list prints all\n";
  return kUsage;
}

}  // namespace
}  // namespace timock::mutants

int main(int argc, char** argv) {
  try {
    CLI::App app{"Serves the fake with exactly one thing broken, to test the suite",
                 "timock-mutant"};
    app.footer(timock::mutants::kMore);
    std::string name;
    std::uint16_t port = 0;
    bool list = false;
    app.add_option("NAME", name, "The mutant");
    app.add_option("--port", port, "Port to listen on; 0, the default, takes a free one");
    app.add_flag("--list", list, "Print all mutants and what each one breaks");
    CLI11_PARSE(app, argc, argv);
    if (list) return timock::mutants::List();
    return timock::mutants::Serve(name, port);
  } catch (const std::exception& error) {
    std::cerr << "timock-mutant: " << error.what() << '\n';
    return timock::mutants::kFailed;
  }
}
