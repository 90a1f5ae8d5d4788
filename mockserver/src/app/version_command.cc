#include <openssl/crypto.h>
#include <uv.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/commands.h"

namespace timock::app {
namespace {

#ifdef __clang__
constexpr const char* kCompiler = "clang++ " __clang_version__;
#else
constexpr const char* kCompiler = "g++ " __VERSION__;
#endif

int PrintVersion(bool as_json) {
  const nlohmann::ordered_json version = {
      {"timock", TIMOCK_VERSION},
      {"compiler", kCompiler},
      {"libuv", uv_version_string()},
      {"openssl", OpenSSL_version(OPENSSL_VERSION_STRING)},
  };
  if (as_json) {
    Print(version.dump(2) + "\n");
    return kExitOk;
  }
  std::string lines;
  for (const auto& [name, value] : version.items()) {
    lines += name + " " + value.get<std::string>() + "\n";
  }
  Print(lines);
  return kExitOk;
}

}  // namespace

void AddVersionCommand(CLI::App* program, Run* run) {
  CLI::App* version =
      program->add_subcommand("version", "Print the version, compiler and libraries");
  auto as_json = std::make_shared<bool>(false);
  version->add_flag("--json", *as_json, "As one JSON object");
  version->footer("Examples:\n  timock version\n  timock version --json");
  version->callback([as_json, run] { *run = [as_json] { return PrintVersion(*as_json); }; });
}

}  // namespace timock::app
