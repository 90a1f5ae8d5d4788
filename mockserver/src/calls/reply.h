#ifndef TIMOCK_CALLS_REPLY_H_
#define TIMOCK_CALLS_REPLY_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "profile/profile_data.h"

namespace timock {

/// The ErrorInfo text of `code`: the profile's, else the catalogue's, else one of our own.
std::string ErrorInfoText(const ProfileData& profile, int code);

/// What stands for each mark of a template: {"<slot>", "7"}.
using TemplateValues = std::vector<std::pair<std::string_view, std::string>>;

/// The text of `code` that names something of the call: the profile's, else the catalogue's
/// template, with `values` in place of their marks. Empty when there is neither, or no mark in it.
std::string FilledErrorInfo(const ProfileData& profile, int code, const TemplateValues& values);

/// Appends `text` as a JSON string: raw UTF-8, bytes that are not UTF-8 replaced.
void AppendJsonString(std::string_view text, std::string* out);

/// What a fault takes from an envelope.
struct EnvelopeDamage {
  bool no_action_status = false;
  bool null_error_info = false;
};

/// Writes the envelope of a reply (P2, P3, P10) over `*out`. `payload` is a run of further members,
/// each beginning with a comma.
void WriteEnvelope(const ProfileData& profile, int code, std::string_view error_info,
                   std::string_view payload, std::string* out, EnvelopeDamage damage = {});

}  // namespace timock

#endif  // TIMOCK_CALLS_REPLY_H_
