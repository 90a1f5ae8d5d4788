#include "wire/exit_codes.h"

#include <exception>

#include "wire/config_error.h"
#include "wire/interrupt.h"
#include "wire/report_file.h"

namespace timock::conformance {

int RunToEnd(const std::string& program, std::ostream& problems, const std::function<int()>& body) {
  const InterruptWatch watch;
  const auto complain = [&](const std::string& what, int code) {
    problems << program << ": " << what << '\n';
    return code;
  };
  // What a signal cut short is no failure of anything else.
  const auto unless_by_signal = [&](const std::string& what, int code) {
    const int signal = FirstInterrupt();
    if (signal == 0) return complain(what, code);
    return complain("ended by signal " + std::to_string(signal) + "; there is no report",
                    kExitBySignal + signal);
  };
  try {
    const int code = body();
    return code == 0 && FirstInterrupt() != 0 ? kExitBySignal + FirstInterrupt() : code;
  } catch (const ReportError& error) {
    return complain(error.what(), kExitOwnFault);
  } catch (const UnreachableError& error) {
    return unless_by_signal(error.what(), kExitUnreachable);
  } catch (const ConfigError& error) {
    return unless_by_signal(error.what(), kExitUsage);
  } catch (const std::exception& error) {
    return unless_by_signal("a fault of " + program + " itself: " + error.what(), kExitOwnFault);
  }
}

}  // namespace timock::conformance
