#include <string>

#include "control/control_files.h"
#include "control/handlers.h"

namespace timock::control {

Outcome GetPage(Exchange& exchange) {
  exchange.response->headers.push_back(
      {"Content-Security-Policy",
       "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
       "connect-src 'self'; img-src data:; frame-ancestors 'none'"});
  AnswerText(exchange.response, 200, "text/html; charset=utf-8",
             std::string(ControlFile("page.html")));
  return {};
}

Outcome GetOpenApi(Exchange& exchange) {
  AnswerText(exchange.response, 200, "application/json", std::string(ControlFile("openapi.json")));
  return {};
}

}  // namespace timock::control
