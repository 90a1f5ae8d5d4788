#ifndef TIMOCK_CONFORMANCE_CASES_PAGE_H_
#define TIMOCK_CONFORMANCE_CASES_PAGE_H_

#include <string>
#include <string_view>
#include <vector>

namespace timock::conformance {

/// A normative sentence of the endpoint's page.
struct PageSentence {
  std::string id;  ///< "seed-01", in the order of the page.
  std::string quote;
  std::vector<std::string> covered_by = {};  ///< Case::entry; see run/page_register.h.
  std::string not_testable = {};             ///< Why no case covers it; empty where some do.
};

/// The sentences of a register.json, not covered by any case yet. Throws ConfigError.
std::vector<PageSentence> ReadPage(std::string_view text);

/// Those of the register that is compiled in.
std::vector<PageSentence> ShippedPage();

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_CASES_PAGE_H_
