// The commands that print something and end.
#include <openssl/crypto.h>
#include <unistd.h>
#include <uv.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/commands.h"
#include "app/line_writer.h"
#include "http/certificate_authority.h"
#include "http/tls_identity.h"
#include "text/words.h"
#include "timock/error_code.h"
#include "timock/profile.h"

namespace timock::app {
namespace {

using nlohmann::ordered_json;

#ifdef __clang__
constexpr const char* kCompiler = "clang++ " __clang_version__;
#else
constexpr const char* kCompiler = "g++ " __VERSION__;
#endif

int PrintJson(const ordered_json& json) {
  return Print(json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n");
}

ordered_json RowToJson(const ErrorCodeInfo& info) {
  return {{"code", info.code},
          {"layer", info.layer},
          {"text", info.text},
          {"mark", info.mark},
          {"description", info.description}};
}

int PrintCatalogue(bool as_json) {
  std::string table = "code   layer    mark description\n";
  auto rows = ordered_json::array();
  for (const ErrorCodeInfo& info : ErrorCatalogue()) {
    char start[32];
    std::snprintf(start, sizeof start, "%-6d %-8s %-5s", info.code, info.layer.c_str(),
                  info.mark.c_str());
    table += start + info.description + "\n";
    rows.push_back(RowToJson(info));
  }
  return as_json ? PrintJson(rows) : Print(table);
}

// How each runtime is made to trust the authority, on one line.
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

}  // namespace

int Complain(std::string_view message, int exit_code) {
  LineWriter(STDERR_FILENO).Write("timock: " + std::string(message) + "\n");
  return exit_code;
}

int Print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
  return kExitOk;
}

int PrintAuthority(const std::string& state_directory, bool as_json) {
  const Result<std::string> directory =
      StateDirectory(state_directory.empty() ? ProcessEnvironment("TIMOCK_STATE_DIR").value_or("")
                                             : state_directory,
                     ProcessEnvironment);
  if (!directory.ok()) return Complain("ca: " + directory.error().Text(), kExitUsage);
  const Result<AuthorityFiles> prepared = PrepareAuthority(directory.value());
  if (!prepared.ok()) return Complain(prepared.error().Text(), kExitFailed);
  const AuthorityFiles& files = prepared.value();
  std::string text = files.certificate + "\n\n";
  ordered_json json = {{"ca_file", files.certificate},
                       {"trust_store", files.trust_store},
                       {"trust_store_password", kTrustStorePassword}};
  for (const auto& [runtime, setting] : TrustSettings(files)) {
    text.append(runtime).append(8 - runtime.size(), ' ').append(setting).append("\n");
    json["trust"][runtime] = setting;
  }
  return as_json ? PrintJson(json) : Print(text);
}

int PrintErrors(const std::string& code, bool as_json) {
  if (code.empty()) return PrintCatalogue(as_json);
  const std::optional<int> number = WholeFromText<int>(code);
  if (!number) {
    return Complain("errors: '" + code + "': expected a code such as 90009", kExitUsage);
  }
  const ErrorCodeInfo* info = FindErrorCode(*number);
  if (info == nullptr) {
    return Complain("the catalogue has no error code " + code + "; `timock errors` lists the " +
                        std::to_string(ErrorCatalogue().size()) +
                        " it knows, and a profile may answer with any other",
                    kExitFailed);
  }
  if (as_json) return PrintJson(RowToJson(*info));
  return Print("code         " + std::to_string(info->code) + "\nlayer        " + info->layer +
               "\nErrorInfo    " + info->text + "\nmark         " + info->mark + "\ndescription  " +
               info->description + "\n");
}

int PrintProfile(const std::string& name_or_path) {
  const std::string source =
      name_or_path.empty() ? ProcessEnvironment("TIMOCK_PROFILE").value_or("") : name_or_path;
  const Result<Profile> profile = source.empty() ? Profile() : LoadProfile(source);
  if (!profile.ok()) return Complain("profile: " + profile.error().Text(), kExitUsage);
  return Print(profile.value().ToJson() + "\n");
}

int PrintProfileNames() { return Print(JoinText(Profile::ShippedNames(), "\n") + "\n"); }

int PrintVersion(bool as_json) {
  const ordered_json version = {{"timock", TIMOCK_VERSION},
                                {"compiler", kCompiler},
                                {"libuv", uv_version_string()},
                                {"openssl", OpenSSL_version(OPENSSL_VERSION_STRING)}};
  std::string lines;
  for (const auto& [name, value] : version.items()) {
    lines += name + " " + value.get<std::string>() + "\n";
  }
  return as_json ? PrintJson(version) : Print(lines);
}

}  // namespace timock::app
