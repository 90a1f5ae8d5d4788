#include "target/read_names.h"

#include "judge/judge.h"
#include "target/request_builder.h"

namespace timock::conformance {

NamesReading ReadNames(Target& target, const Identity& who) {
  const CaseRequest request{.command = "im_get_attr_name", .body = "{}"};
  const Reply reply = target.Send(BuildRequest(request, who, target));
  if (const auto wrong = JudgeAnyReply(reply, {}); !wrong.empty()) {
    return {{}, "the reply of im_get_attr_name is wrong: " + wrong.front()};
  }
  EnvelopeReading reading = ReadEnvelope(reply.body);
  if (reading.envelope->error_code != 0 || !reading.envelope->members.contains("AttrNames")) {
    return {{}, "im_get_attr_name does not tell the stored names: " + reply.body};
  }
  try {
    return {reading.envelope->members["AttrNames"].get<std::map<std::string, std::string>>(), ""};
  } catch (const nlohmann::json::exception&) {
    return {{}, "im_get_attr_name tells names of another form: " + reply.body};
  }
}

}  // namespace timock::conformance
