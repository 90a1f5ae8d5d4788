#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <utility>

#include "app/commands.h"
#include "app/flags.h"
#include "app/line_writer.h"
#include "app/settings.h"
#include "app/signals.h"
#include "app/standalone.h"

namespace timock::app {
namespace {

constexpr std::uint16_t kDefaultPort = 8080;
constexpr std::uint16_t kDefaultTlsPort = 8443;

constexpr const char* kServeMore = R"(
When it accepts connections, it prints one line on stdout that says so, then the URL of the page
and, for the demo app, a curl line that works. The log goes to stderr; a reader that does not keep
up never holds the server back: lines that it misses are counted. SIGTERM, SIGINT and SIGHUP finish
the requests that have begun to arrive. Exit codes: 0 stopped, 1 the address cannot be bound or a
file not be written, 2 a setting is wrong.

Examples:
  timock serve
  timock serve --port 0 --port-file /run/timock.port
  timock serve --tls
  timock serve --exit-with-parent --log-file timock.log
  timock serve --proxy-port 8081    # and in the client HTTPS_PROXY=http://127.0.0.1:8081
  timock serve --app 1400000001:0123456789abcdef:root,ops --throttle off
  timock serve --profile my-profile.json --clock @1700000000 --log json
  TIMOCK_PORT=9000 timock serve --config timock.json)";

int Serve(const Flags& flags) {
  const Result<Settings> settings =
      ReadSettings(flags, {.server = {.port = kDefaultPort}, .tls = {.port = kDefaultTlsPort}});
  if (!settings.ok()) {
    return Complain(settings.error().Text(), kExitUsage);
  }
  SignalWaiter signals({.watch_parent = settings.value().exit_with_parent});
  Result<Standalone> running = StartStandalone(settings.value());
  if (!running.ok()) {
    return Complain(running.error().Text(), kExitFailed);
  }
  LineWriter out(STDOUT_FILENO);
  out.Write(running.value().ready_text + "\n");
  signals.Wait();
  running.value().Stop();
  return kExitOk;
}

}  // namespace

void AddServeCommand(CLI::App* program, Run* run) {
  CLI::App* serve = program->add_subcommand("serve", "Answer HTTP calls until stopped");
  const std::shared_ptr<Flags> flags = AddServeFlags(serve);
  serve->get_option("--port")->description(
      "Port to listen on, default 8080; 0 takes a free one [TIMOCK_PORT]");
  serve->get_option("--tls-port")
      ->description("Port of HTTPS, default 8443; 0 takes a free one [TIMOCK_TLS_PORT]");
  serve->footer(ServeHelp() + kServeMore);
  serve->callback([flags, run] { *run = [flags] { return Serve(*flags); }; });
}

}  // namespace timock::app
