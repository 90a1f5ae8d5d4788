#include "calls/reply.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "json/strict_json.h"
#include "timock/error_code.h"

namespace timock {
namespace {

// P3: 60xxx and 70xxx name the code before the text, success and the service's codes after it.
bool CodeFirst(const ProfileData& profile, int code) {
  switch (profile.key_order) {
    case KeyOrder::kErrorInfoFirst:
      return false;
    case KeyOrder::kErrorCodeFirst:
      return true;
    case KeyOrder::kByLayer:
      break;
  }
  return code >= 60'000 && code < 80'000;
}

}  // namespace

std::string ErrorInfoText(const ProfileData& profile, int code) {
  if (const auto own = profile.error_info.find(code); own != profile.error_info.end()) {
    return own->second;
  }
  const ErrorCodeInfo* row = FindErrorCode(code);
  return row != nullptr ? row->text : "error " + std::to_string(code);
}

std::string FilledErrorInfo(const ProfileData& profile, int code, const TemplateValues& values) {
  const ErrorCodeInfo* row = FindErrorCode(code);
  const auto own = profile.error_info.find(code);
  std::string_view rest;
  if (own != profile.error_info.end()) {
    rest = own->second;
  } else if (row != nullptr) {
    rest = row->text_template;
  }
  std::string text;
  bool filled = false;
  // From the front, so that a value that looks like a mark stays as it is.
  while (!rest.empty()) {
    const auto here = std::find_if(values.begin(), values.end(), [&](const auto& value) {
      return rest.starts_with(value.first);
    });
    filled = filled || here != values.end();
    text += here != values.end() ? here->second : std::string(1, rest.front());
    rest.remove_prefix(here != values.end() ? here->first.size() : 1);
  }
  return filled ? text : "";
}

void AppendJsonString(std::string_view text, std::string* out) {
  const auto plain = [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7f &&
           c != '"' && c != '\\';
  };
  if (std::all_of(text.begin(), text.end(), plain)) {
    out->push_back('"');
    out->append(text);
    out->push_back('"');
    return;
  }
  out->append(JsonText(nlohmann::json(text)));
}

void WriteEnvelope(const ProfileData& profile, int code, std::string_view error_info,
                   std::string_view payload, std::string* out, EnvelopeDamage damage) {
  const auto append_info = [&] {
    out->append(R"("ErrorInfo":)");
    if (damage.null_error_info) {
      out->append("null");
    } else {
      AppendJsonString(error_info, out);
    }
  };
  const auto append_code = [&] {
    out->append(R"("ErrorCode":)");
    out->append(std::to_string(code));
  };
  out->assign("{");
  if (profile.action_status_present && !damage.no_action_status) {
    out->append(code == 0 ? R"("ActionStatus":"OK",)" : R"("ActionStatus":"FAIL",)");
  }
  if (CodeFirst(profile, code)) {
    append_code();
    out->push_back(',');
    append_info();
  } else {
    append_info();
    out->push_back(',');
    append_code();
  }
  out->append(payload);
  out->push_back('}');
}

}  // namespace timock
