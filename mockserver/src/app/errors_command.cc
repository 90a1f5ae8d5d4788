#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/text_values.h"
#include "timock/error_code.h"

namespace timock::app {
namespace {

constexpr const char* kErrorsExamples =
    R"(Marks: D the vendor documents the text, O it was observed, A it is our own.
Exit codes: 0 printed, 1 no such code, 2 usage.

Examples:
  timock errors
  timock errors 90009
  timock errors --json | jq '.[] | select(.layer == "access")')";

struct ErrorsAsked {
  std::string code;
  bool json = false;
};

nlohmann::ordered_json ToJson(const ErrorCodeInfo& info) {
  return {{"code", info.code},
          {"layer", info.layer},
          {"text", info.text},
          {"mark", info.mark},
          {"description", info.description}};
}

std::string Row(const ErrorCodeInfo& info) {
  char start[32];
  std::snprintf(start, sizeof start, "%-6d %-8s %-5s", info.code, info.layer.c_str(),
                info.mark.c_str());
  return start + info.description + "\n";
}

int PrintCatalogue(bool json) {
  if (json) {
    auto rows = nlohmann::ordered_json::array();
    for (const ErrorCodeInfo& info : ErrorCatalogue()) {
      rows.push_back(ToJson(info));
    }
    Print(rows.dump(2) + "\n");
    return kExitOk;
  }
  std::string table = "code   layer    mark description\n";
  for (const ErrorCodeInfo& info : ErrorCatalogue()) {
    table += Row(info);
  }
  Print(table);
  return kExitOk;
}

int PrintCode(const ErrorsAsked& asked) {
  const auto code = ParseSigned(asked.code, INT32_MIN, INT32_MAX);
  if (!code) {
    return Complain("errors: '" + asked.code + "': expected a code such as 90009", kExitUsage);
  }
  const ErrorCodeInfo* info = FindErrorCode(static_cast<int>(*code));
  if (info == nullptr) {
    return Complain("the catalogue has no error code " + asked.code +
                        "; `timock errors` lists the " + std::to_string(ErrorCatalogue().size()) +
                        " it knows, and a profile may answer with any other",
                    kExitFailed);
  }
  if (asked.json) {
    Print(ToJson(*info).dump(2) + "\n");
    return kExitOk;
  }
  Print("code         " + std::to_string(info->code) + "\nlayer        " + info->layer +
        "\nErrorInfo    " + info->text + "\nmark         " + info->mark + "\ndescription  " +
        info->description + "\n");
  return kExitOk;
}

}  // namespace

void AddErrorsCommand(CLI::App* program, Run* run) {
  CLI::App* errors = program->add_subcommand("errors", "Print the error catalogue");
  auto asked = std::make_shared<ErrorsAsked>();
  errors->add_option("code", asked->code, "One ErrorCode; all of them when absent")
      ->type_name("CODE");
  errors->add_flag("--json", asked->json, "As JSON: an array, or one object");
  errors->footer(kErrorsExamples);
  errors->callback([asked, run] {
    *run = [asked] {
      return asked->code.empty() ? PrintCatalogue(asked->json) : PrintCode(*asked);
    };
  });
}

}  // namespace timock::app
