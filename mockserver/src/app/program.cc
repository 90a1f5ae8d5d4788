#include "app/program.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <utility>

#include "app/commands.h"
#include "app/line_writer.h"
#include "app/text_values.h"

namespace timock::app {
namespace {

constexpr const char* kOverview =
    "A fake of Tencent Cloud IM's REST endpoint v4/all_member_push/im_set_attr_name:\n"
    "it gives a backend's tests the documented answers, and says why it refused a call.";

constexpr const char* kProgramExamples = R"(Examples:
  timock serve
  timock serve --port 0 --port-file timock.port --profile lenient
  timock exec -- pytest tests/
  timock exec --proxy-port 0 -- curl -I https://console.tim.qq.com
  timock ca
  timock usersig --sdkappid 1400000000 --identifier administrator --key "$KEY"
  timock errors 90009

Exit codes: 0 done, 1 failed, 2 usage or configuration; exec passes on its command's.
`timock COMMAND --help` tells all about one command.)";

// What stands after the first "--" belongs to exec's command and not to the options: CLI11 would
// split an argument such as "[a,b]".
std::vector<std::string> TakeCommand(std::vector<std::string>* arguments) {
  if (arguments->empty() || arguments->front() != "exec") {
    return {};
  }
  const auto mark = std::find(arguments->begin(), arguments->end(), "--");
  std::vector<std::string> command;
  if (mark != arguments->end()) {
    command.assign(mark + 1, arguments->end());
    arguments->erase(mark, arguments->end());
  }
  return command;
}

// Why `name` is no command; empty when it is one.
std::string UnknownCommand(CLI::App* program, const std::string& name) {
  const std::vector<CLI::App*> commands = program->get_subcommands({});
  std::string names;
  for (const CLI::App* command : commands) {
    if (command->get_name() == name) {
      return {};
    }
    if (command != commands.front()) {
      names += command == commands.back() ? " or " : ", ";
    }
    names += command->get_name();
  }
  return "unknown command \"" + OneLine(name, 60) + "\"; expected " + names;
}

// What to say of the words that no option of the chosen command takes.
std::string UnexpectedText(const CLI::App& chosen, const std::vector<std::string>& arguments,
                           bool has_mark) {
  constexpr std::size_t kMaxShown = 200;
  const std::vector<std::string> extras = chosen.remaining();
  if (extras.empty()) {
    return "unexpected arguments";
  }
  std::string words;
  for (const std::string& extra : extras) {
    words += " " + OneLine(ShellWord(extra), kMaxShown);
  }
  if (chosen.get_name() != "exec" || has_mark || extras.front().starts_with('-')) {
    return std::string("unexpected argument") + (extras.size() > 1 ? "s" : "") + ":" + words;
  }
  // An option's value may be a secret, so that options are not repeated here.
  const auto first = std::find(arguments.begin() + 1, arguments.end(), extras.front());
  const bool whole = std::equal(first, arguments.end(), extras.begin(), extras.end());
  return std::string("exec: put -- before the command: timock exec ") +
         (first - arguments.begin() > 1 ? "OPTIONS... " : "") + "--" +
         (whole ? words : " " + OneLine(ShellWord(extras.front()), kMaxShown) + " ...");
}

}  // namespace

int Complain(std::string_view message, int exit_code) {
  LineWriter(STDERR_FILENO).Write("timock: " + std::string(message) + "\n");
  return exit_code;
}

void Print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

int RunProgram(std::vector<std::string> arguments) {
  const std::size_t given = arguments.size();
  std::vector<std::string> command = TakeCommand(&arguments);
  const bool has_mark = arguments.size() < given;
  CLI::App program(kOverview, "timock");
  program.set_version_flag("--version", std::string("timock " TIMOCK_VERSION));
  program.require_subcommand(1);
  program.footer(kProgramExamples);
  program.get_formatter()->column_width(34);
  Run run;
  AddServeCommand(&program, &run);
  AddExecCommand(&program, std::move(command), &run);
  AddUserSigCommand(&program, &run);
  AddCaCommand(&program, &run);
  AddErrorsCommand(&program, &run);
  AddProfileCommand(&program, &run);
  AddVersionCommand(&program, &run);
  if (!arguments.empty() && !arguments.front().starts_with('-')) {
    if (const std::string unknown = UnknownCommand(&program, arguments.front()); !unknown.empty()) {
      return Complain(unknown + "\nSee timock --help", kExitUsage);
    }
  }
  try {
    program.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ExtrasError& error) {
    const std::vector<CLI::App*> chosen = program.get_subcommands();
    if (chosen.empty()) {
      return Complain(std::string(error.what()) + "\nSee timock --help", kExitUsage);
    }
    return Complain(UnexpectedText(*chosen.front(), arguments, has_mark) + "\nSee timock " +
                        chosen.front()->get_name() + " --help",
                    kExitUsage);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {
      return program.exit(error);
    }
    const std::vector<CLI::App*> chosen = program.get_subcommands();
    return Complain(std::string(error.what()) + "\nSee timock " +
                        (chosen.empty() ? "" : chosen.front()->get_name() + " ") + "--help",
                    kExitUsage);
  }
  return run();
}

}  // namespace timock::app
