#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/commands.h"
#include "app/settings.h"
#include "app/text_values.h"
#include "http/certificate_authority.h"
#include "http/tls_identity.h"

namespace timock::app {
namespace {

constexpr const char* kCaExamples =
    R"help(The authority is a root whose key nobody keeps and, below it, an issuer that can certify no other
names than the documented hosts, localhost and this machine's own addresses, 127.0.0.1 and ::1. The
issuer's key stays in the state directory and is readable by you alone. To get a new authority,
delete ca.pem there.
Exit codes: 0 printed, 1 it cannot be made or used, 2 usage.

Examples:
  timock ca
  curl --cacert "$(timock ca | head -n 1)" https://127.0.0.1:8443
  timock ca --json | jq -r .trust.java)help";

struct CaAsked {
  std::string state_directory;
  bool json = false;
};

// How each runtime is told to trust the authority, on one line.
std::vector<std::pair<std::string, std::string>> TrustSettings(const AuthorityFiles& files) {
  const std::string pem = ShellWord(files.certificate);
  const std::string store = ShellWord("-Djavax.net.ssl.trustStore=" + files.trust_store);
  return {{"curl", "curl --cacert " + pem},
          {"go", "export SSL_CERT_FILE=" + pem},
          {"node", "export NODE_EXTRA_CA_CERTS=" + pem},
          {"python", "export REQUESTS_CA_BUNDLE=" + pem + " SSL_CERT_FILE=" + pem},
          {"php", "php -d " + ShellWord("curl.cainfo=" + files.certificate) + " -d " +
                      ShellWord("openssl.cafile=" + files.certificate)},
          {"java", "java " + store + " -Djavax.net.ssl.trustStoreType=PKCS12" +
                       " -Djavax.net.ssl.trustStorePassword=" + kTrustStorePassword}};
}

int PrintAuthority(const CaAsked& asked) {
  const Result<std::string> directory = StateDirectory(
      asked.state_directory.empty() ? ProcessEnvironment("TIMOCK_STATE_DIR").value_or("")
                                    : asked.state_directory,
      ProcessEnvironment);
  if (!directory.ok()) {
    return Complain("ca: " + directory.error().Text(), kExitUsage);
  }
  const Result<AuthorityFiles> prepared = PrepareAuthority(directory.value());
  if (!prepared.ok()) {
    return Complain(prepared.error().Text(), kExitFailed);
  }
  const AuthorityFiles& files = prepared.value();
  if (asked.json) {
    nlohmann::ordered_json out = {{"ca_file", files.certificate},
                                  {"trust_store", files.trust_store},
                                  {"trust_store_password", kTrustStorePassword}};
    for (const auto& [runtime, setting] : TrustSettings(files)) {
      out["trust"][runtime] = setting;
    }
    Print(out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
    return kExitOk;
  }
  std::string text = files.certificate + "\n\n";
  for (const auto& [runtime, setting] : TrustSettings(files)) {
    text.append(runtime).append(8 - runtime.size(), ' ').append(setting).append("\n");
  }
  Print(text);
  return kExitOk;
}

}  // namespace

void AddCaCommand(CLI::App* program, Run* run) {
  CLI::App* ca = program->add_subcommand(
      "ca", "Print the certificate authority of --tls and how to trust it; make it if need be");
  auto asked = std::make_shared<CaAsked>();
  ca->add_option("--state-dir", asked->state_directory,
                 "Where it is kept (default $XDG_STATE_HOME/timock or\n"
                 "$HOME/.local/state/timock) [TIMOCK_STATE_DIR]")
      ->type_name("DIR");
  ca->add_flag("--json", asked->json, "As one JSON object");
  ca->footer(kCaExamples);
  ca->callback([asked, run] { *run = [asked] { return PrintAuthority(*asked); }; });
}

}  // namespace timock::app
