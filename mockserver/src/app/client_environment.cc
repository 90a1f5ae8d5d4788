#include "app/client_environment.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <span>
#include <string_view>
#include <system_error>

#include "apps/hosts.h"
#include "http/authority.h"
#include "text/url.h"
#include "text/words.h"

namespace timock::app {
namespace {

// Before version 24, fetch and https.request of Node follow no variable; in later ones this finds
// nothing to do. Node makes all its TCP connections by this method. NodePreload defines the
// constants that it reads.
constexpr const char* kNodePreload = R"js('use strict';
const net = require('net');
const connect = net.Socket.prototype.connect;

function isApi(host) {
  const name = String(host).toLowerCase().replace(/\.$/, '');
  return hosts.includes(name) || domains.some((domain) => ('.' + name).endsWith('.' + domain));
}

net.Socket.prototype.connect = function (...args) {
  const list = Array.isArray(args[0]) ? args[0] : args;
  if (typeof list[1] === 'string') list.splice(0, 2, { port: list[0], host: list[1] });
  const options = list[0];
  const port = options && ports[options.port];
  if (port && isApi(options.host)) list[0] = { ...options, host, port };
  return connect.apply(this, args);
};
)js";

// Endings of the names of variables. They count in any case of letters, as Python reads them, and
// behind any prefix, such as GLOBAL_AGENT_ and npm_config_.
constexpr std::string_view kProxies[] = {"http_proxy", "https_proxy", "all_proxy",
                                         "npm_config_proxy"};
constexpr std::string_view kExceptions[] = {"no_proxy", "npm_config_noproxy"};
// In the order in which Java reads them; the last one wins, over the flags of Java as well.
constexpr std::string_view kJavaOptions[] = {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS",
                                             "_JAVA_OPTIONS"};

bool EndsLike(std::string_view name, std::span<const std::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(), [name](std::string_view ending) {
    return name.size() >= ending.size() &&
           EqualsIgnoreCase(name.substr(name.size() - ending.size()), ending);
  });
}

std::string ValueOf(const Variables& variables, std::string_view name) {
  for (const auto& [known, value] : variables) {
    if (known == name) return value;
  }
  return {};
}

// Whether any client reads `entry` of an exceptions list as a host of the API. Some match whole
// names, some names below, some any ending, some patterns.
bool ExceptsApi(std::string entry, const std::vector<std::string>& hosts) {
  std::transform(entry.begin(), entry.end(), entry.begin(), Lower);
  if (const std::size_t colon = entry.find(':'); colon == entry.rfind(':')) {
    entry = entry.substr(0, colon);
  }
  if (IsVendorHost(entry.substr(std::min(entry.find_first_not_of("*."), entry.size())))) {
    return true;
  }
  const std::string pattern = "*" + entry;
  return std::any_of(hosts.begin(), hosts.end(), [&](const std::string& host) {
    return fnmatch(pattern.c_str(), host.c_str(), 0) == 0 ||
           fnmatch(pattern.c_str(), ("." + host + ".").c_str(), 0) == 0;
  });
}

// What is reached without a proxy: this machine, and what the caller excepts.
std::vector<std::string> Exceptions(const ClientTarget& target, const Variables& inherited) {
  std::vector<std::string> direct = {"localhost", "127.0.0.1", "::1"};
  const auto add = [&](const std::string& entry) {
    if (std::find(direct.begin(), direct.end(), entry) == direct.end()) direct.push_back(entry);
  };
  add(target.host);
  for (const auto& [name, value] : inherited) {
    if (!EndsLike(name, kExceptions)) continue;
    for (const std::string& entry : SplitText(value, ", \t")) {
      if (target.proxy_port == 0 || !ExceptsApi(entry, target.hosts)) add(entry);
    }
  }
  return direct;
}

// The options in the variable `name`, and `more`.
std::string Appended(const Variables& variables, const char* name, const std::string& more) {
  const std::string options = ValueOf(variables, name);
  return options.empty() ? more : options + " " + more;
}

// As the JVM lists hosts: 127.* for a network, *.name for names below.
std::string JavaExceptions(const std::vector<std::string>& direct) {
  std::string patterns = "127.*";
  for (const std::string& entry : direct) {
    const bool ipv6 = entry.find(':') != std::string::npos;
    patterns += (entry.starts_with('.') ? "|*" : "|") + (ipv6 ? "[" + entry + "]" : entry);
  }
  return patterns;
}

// The value that a program would see of `property`.
std::string JavaProperty(const Variables& inherited, const std::string& property) {
  std::string value;
  const std::string flag = "-D" + property + "=";
  for (const std::string_view name : kJavaOptions) {
    const std::string options = ValueOf(inherited, name);
    if (const std::size_t at = options.rfind(flag); at != std::string::npos) {
      const std::size_t begin = at + flag.size();
      value = options.substr(begin, options.find_first_of(" \t\"'", begin) - begin);
    }
  }
  return value;
}

// What leads a JVM here; empty when nothing leads it elsewhere.
std::string JavaOptions(const ClientTarget& target, const std::vector<std::string>& direct,
                        const Variables& inherited) {
  const std::string own = JavaExceptions(direct);
  if (target.proxy_port == 0) {
    const bool has_proxy =
        std::any_of(std::begin(kJavaOptions), std::end(kJavaOptions), [&](std::string_view name) {
          return ValueOf(inherited, name).find("roxyHost") != std::string::npos;
        });
    if (!has_proxy) return {};
    std::vector<std::string> options;
    for (const char* property : {"http.nonProxyHosts", "socksNonProxyHosts"}) {
      const std::string theirs = JavaProperty(inherited, property);
      std::string& option = options.emplace_back("-D").append(property).append("=").append(own);
      if (!theirs.empty()) option.append("|").append(theirs);
    }
    return JoinText(options, " ");
  }
  std::string options = "-DsocksProxyHost= -Dhttp.nonProxyHosts=" + own;
  for (const std::string scheme : {"http", "https"}) {
    options += " -D" + scheme + ".proxyHost=" + target.host;
    options += " -D" + scheme + ".proxyPort=" + std::to_string(target.proxy_port);
  }
  if (target.trust_store.empty()) return options;
  return options + " \"-Djavax.net.ssl.trustStore=" + target.trust_store +
         "\" -Djavax.net.ssl.trustStoreType=PKCS12 -Djavax.net.ssl.trustStorePassword=" +
         kTrustStorePassword;
}

void LeadThroughProxy(const ClientTarget& target, const std::string& folder,
                      const Variables& inherited, Variables* changes) {
  const std::string proxy = "http://" + HostAndPort(target.host, target.proxy_port);
  for (const auto& [name, value] : inherited) {
    if (EndsLike(name, kProxies)) changes->emplace_back(name, "");
  }
  const auto set = [changes](const std::string& name, const std::string& value) {
    const auto is_it = [&](const auto& change) { return change.first == name; };
    changes->erase(std::remove_if(changes->begin(), changes->end(), is_it), changes->end());
    changes->emplace_back(name, value);
  };
  for (const char* name : {"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy",
                           "GLOBAL_AGENT_HTTP_PROXY", "GLOBAL_AGENT_HTTPS_PROXY"}) {
    set(name, proxy);
  }
  set("CURL_HOME", folder);
  set("NODE_USE_ENV_PROXY", "1");
  set("NODE_OPTIONS", Appended(inherited, "NODE_OPTIONS", "--require \"" + folder + "/node.cjs\""));
  if (target.ca_file.empty()) return;
  set("PHP_INI_SCAN_DIR", ValueOf(inherited, "PHP_INI_SCAN_DIR") + ":" + folder);
  for (const char* name :
       {"SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"}) {
    set(name, target.ca_file);
  }
}

// A list of host names, none of which has a quote in it, in JavaScript.
std::string JsList(const std::vector<std::string>& names) {
  return "['" + JoinText(names, "', '") + "']";
}

std::string NodePreload(const ClientTarget& target) {
  std::vector<std::string> domains;
  for (const std::string& host : DocumentedHosts()) {
    domains.push_back(host.substr(host.find('.') + 1));
  }
  return "const hosts = " + JsList(target.hosts) + ";\nconst domains = " + JsList(domains) +
         ";\nconst ports = {\"443\":" + std::to_string(target.tls_port) +
         ",\"80\":" + std::to_string(target.port) + "};\nconst host = '" + target.host + "';\n" +
         kNodePreload;
}

}  // namespace

Variables InheritedVariables() {
  Variables variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::string_view name = text.substr(0, text.find('='));
    variables.emplace_back(name, text.substr(std::min(name.size() + 1, text.size())));
  }
  return variables;
}

Result<ClientFiles> ClientFiles::Write(const ClientTarget& target) {
  std::error_code error;
  std::string folder = (std::filesystem::temp_directory_path(error) / "timock-XXXXXX").string();
  if (error || mkdtemp(folder.data()) == nullptr) {
    return Error{"exec: cannot make a folder in the one for temporary files (" +
                 (error ? error.message() : std::string(std::strerror(errno))) +
                 "); set TMPDIR to one that can be written"};
  }
  ClientFiles files;
  files.folder_.reset(new Folder{folder});
  const Variables texts = {
      {".curlrc", "# None of the caller's: it may name a proxy.\n"},
      {"node.cjs", NodePreload(target)},
      {"timock.ini",
       target.ca_file.empty()
           ? ""
           : "curl.cainfo=\"" + target.ca_file + "\"\nopenssl.cafile=\"" + target.ca_file + "\"\n"},
  };
  for (const auto& [name, text] : texts) {
    const std::filesystem::path path = std::filesystem::path(folder) / name;
    std::ofstream file(path);
    file << text;
    if (!file.flush()) return Error{"exec: cannot write " + path.string()};
  }
  return files;
}

ClientFiles::Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

Variables LeadClients(const ClientTarget& target, const std::string& folder,
                      const Variables& inherited) {
  const std::vector<std::string> direct = Exceptions(target, inherited);
  Variables changes;
  for (const char* name : {"NO_PROXY", "no_proxy", "GLOBAL_AGENT_NO_PROXY"}) {
    changes.emplace_back(name, JoinText(direct, ","));
  }
  for (const auto& [name, value] : inherited) {
    if (EndsLike(name, kExceptions) && ValueOf(changes, name).empty()) {
      changes.emplace_back(name, JoinText(direct, ","));
    }
  }
  if (const std::string options = JavaOptions(target, direct, inherited); !options.empty()) {
    changes.emplace_back("_JAVA_OPTIONS", Appended(inherited, "_JAVA_OPTIONS", options));
  }
  if (target.proxy_port != 0) LeadThroughProxy(target, folder, inherited, &changes);
  return changes;
}

std::string DescribeChanges(const Variables& changes, const Variables& inherited) {
  std::vector<std::string> changed;
  std::vector<std::string> added;
  std::vector<std::string> removed;
  for (const auto& [name, value] : changes) {
    const std::string before = ValueOf(inherited, name);
    if (before == value) continue;
    (value.empty() ? removed : before.empty() ? added : changed).push_back(name);
  }
  std::string text;
  for (const auto& [doing, names] :
       {std::pair{"changed ", &changed}, {"added ", &added}, {"removed ", &removed}}) {
    if (!names->empty()) text += (text.empty() ? "" : "; ") + (doing + JoinText(*names, ", "));
  }
  return text;
}

}  // namespace timock::app
