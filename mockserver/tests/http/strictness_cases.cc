#include "http/strictness_cases.h"

#include <vector>

namespace timock::testing {
namespace {

using namespace std::string_literals;

/// A request of one header line besides Host, each line ended by CRLF.
std::string Get(const std::string& header) {
  return "GET / HTTP/1.1\r\nHost: a\r\n" + header + "\r\n\r\n";
}

/// A GET whose header section is exactly `headers`.
std::string GetWith(const std::string& headers) { return "GET / HTTP/1.1\r\n" + headers + "\r\n"; }

std::string Line(const std::string& request_line) { return request_line + "\r\nHost: a\r\n\r\n"; }

std::string Chunked(const std::string& body) {
  return "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body;
}

std::string Length(const std::string& header) {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + header + "\r\n\r\nhello";
}

constexpr bool kAccepted = true;
constexpr bool kRefused = false;

std::vector<StrictnessCase> RequestLineCases() {
  return {
      {"3", "plain_get", Line("GET / HTTP/1.1"), kAccepted},
      {"3.1", "lower_case_method_is_a_method", Line("post / HTTP/1.1"), kAccepted},
      {"3.1", "method_of_any_token", Line("M!#$%&'*+-.^_`|~ / HTTP/1.1"), kAccepted},
      {"3.1", "method_with_a_separator", Line("GE(T / HTTP/1.1"), kRefused, "method"},
      {"3.1", "method_empty", Line(" / HTTP/1.1"), kRefused, "method"},
      {"3", "two_spaces_after_method", Line("GET  / HTTP/1.1"), kRefused, "target"},
      {"3", "tab_after_method", Line("GET\t/ HTTP/1.1"), kRefused, "method"},
      {"3", "two_spaces_before_version", Line("GET /  HTTP/1.1"), kRefused, "space"},
      {"3", "space_after_version", Line("GET / HTTP/1.1 "), kRefused, "space"},
      {"3.2", "raw_space_in_target", Line("GET /a b HTTP/1.1"), kRefused, "raw space"},
      {"3.2", "tab_in_target", Line("GET /a\tb HTTP/1.1"), kRefused, "space"},
      {"3.2", "nul_in_target", Line("GET /a\0b HTTP/1.1"s), kRefused, "NUL"},
      {"3.2", "delete_character_in_target", Line("GET /a\x7F HTTP/1.1"), kRefused, "0x7F"},
      {"3.2", "raw_bytes_over_7f_in_target", Line("GET /\xE4\xBD\xA0?a=\xFF HTTP/1.1"), kAccepted},
      {"3.2", "target_of_no_form", Line("GET foo HTTP/1.1"), kRefused, "neither"},
      {"3.2.2", "absolute_form", Line("POST http://a/v4/x?y HTTP/1.1"), kAccepted},
      {"3.2.2", "absolute_form_https", Line("POST HTTPS://a:443/v4/x HTTP/1.1"), kAccepted},
      {"3.2.2", "absolute_form_without_host_header", "GET http://a/ HTTP/1.1\r\n\r\n", kRefused,
       "missing"},
      {"3.2.2", "absolute_form_with_query_alone", Line("POST http://a?x HTTP/1.1"), kAccepted},
      {"rfc9110_4.2.1", "absolute_form_with_port_alone", Line("GET http://:80/v4 HTTP/1.1"),
       kRefused, "names no host"},
      {"rfc9110_4.2.1", "absolute_form_with_fragment_alone", Line("GET http://#x HTTP/1.1"),
       kRefused, "names no host"},
      {"rfc9110_4.2.4", "absolute_form_with_user", Line("GET http://u@a/ HTTP/1.1"), kRefused,
       "one host and port"},
      {"rfc3986_3.2.2", "absolute_form_with_bad_address", Line("GET http://[zz]/ HTTP/1.1"),
       kRefused, "one host and port"},
      {"rfc3986_3.2.2", "absolute_form_with_backslash", Line("GET http://a\\b/ HTTP/1.1"), kRefused,
       "one host and port"},
      {"rfc3986_3.2.3", "absolute_form_with_port_of_letters", Line("GET http://a:b/ HTTP/1.1"),
       kRefused, "one host and port"},
      {"rfc3986_3.2.3", "absolute_form_with_port_too_large", Line("GET http://a:99999/ HTTP/1.1"),
       kRefused, "one host and port"},
      {"rfc3986_3.1", "absolute_form_with_bad_scheme", Line("GET ht~tp://a/ HTTP/1.1"), kRefused,
       "scheme"},
      {"rfc9110_4.2.1", "absolute_form_without_host", Line("GET http:///v4 HTTP/1.1"), kRefused,
       "names no host"},
      {"3.2.3", "connect_to_a_server", Line("CONNECT a:443 HTTP/1.1"), kRefused, "CONNECT"},
      {"3.2.3", "authority_form_with_get", Line("GET a:443 HTTP/1.1"), kRefused, "neither"},
      {"3.2.4", "asterisk_form_with_options", Line("OPTIONS * HTTP/1.1"), kAccepted},
      {"3.2.4", "asterisk_form_with_get", Line("GET * HTTP/1.1"), kRefused, "OPTIONS only"},
      {"2.3", "later_minor_version_is_1_1", Line("GET / HTTP/1.2"), kAccepted},
      {"2.3", "version_2", Line("GET / HTTP/2.0"), kRefused, "not supported"},
      {"2.3", "version_0_9", Line("GET / HTTP/0.9"), kRefused, "not supported"},
      {"2.3", "version_of_two_digits", Line("GET / HTTP/1.10"), kRefused, "not supported"},
      {"2.3", "version_in_lower_case", Line("GET / http/1.1"), kRefused, "version"},
      {"2.3", "version_missing", Line("GET /"), kRefused, "version"},
      {"rfc9113_3.4", "http_2_preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", kRefused,
       "not supported"},
      {"2.2", "empty_line_before_request_line", "\r\n" + Line("GET / HTTP/1.1"), kAccepted},
      {"2.2", "two_empty_lines_before_request_line", "\r\n\r\n" + Line("GET / HTTP/1.1"),
       kAccepted},
      {"2.2", "three_empty_lines_before_request_line", "\r\n\r\n\r\n" + Line("GET / HTTP/1.1"),
       kRefused, "empty lines"},
      {"2.2", "bare_lf_before_request_line", "\n" + Line("GET / HTTP/1.1"), kRefused, "bare LF"},
      {"2.2", "tls_handshake", "\x16\x03\x01\x02"s, kRefused, "TLS"},
      {"2.2", "bare_lf_after_request_line", "GET / HTTP/1.1\nHost: a\r\n\r\n", kRefused, "bare LF"},
      {"2.2", "bare_lf_everywhere", "GET / HTTP/1.1\nHost: a\n\n", kRefused, "bare LF"},
      {"2.2", "bare_cr_after_request_line", "GET / HTTP/1.1\rHost: a\r\n\r\n", kRefused, "bare CR"},
      {"2.2", "bare_cr_in_target", Line("GET /a\rb HTTP/1.1"), kRefused, "bare CR"},
  };
}

std::vector<StrictnessCase> HeaderCases() {
  return {
      {"5", "header_without_value", Get("A:"), kAccepted},
      {"5", "header_with_outer_spaces", Get("A: \t b \t"), kAccepted},
      {"rfc9110_5.5", "value_with_raw_bytes_over_7f", Get("A: \xE4\xFF"), kAccepted},
      {"5", "header_without_colon", Get("abc"), kRefused, "no colon"},
      {"5", "header_without_name", Get(": b"), kRefused, "no name"},
      {"5.1", "space_before_colon", Get("A : b"), kRefused, "colon"},
      {"5.1", "tab_before_colon", Get("A\t: b"), kRefused, "colon"},
      {"5.1", "space_before_colon_of_content_length", Length("Content-Length : 5"), kRefused,
       "colon"},
      {"rfc9110_5.1", "name_with_a_separator", Get("A(b): c"), kRefused, "name"},
      {"rfc9110_5.1", "name_with_raw_byte_over_7f", Get("A\xE4: c"), kRefused, "name"},
      {"rfc9110_5.1", "name_with_nul", Get("A\0: c"s), kRefused, "NUL"},
      {"5.2", "folded_header", Get("A: b\r\n c"), kRefused, "obs-fold"},
      {"5.2", "folded_by_tab", Get("A: b\r\n\tc"), kRefused, "obs-fold"},
      {"2.2", "space_before_first_header", GetWith(" A: b\r\nHost: a\r\n"), kRefused,
       "first header"},
      {"2.2", "bare_lf_in_header", Get("A: b\nC: d"), kRefused, "bare LF"},
      {"2.2", "bare_cr_in_value", Get("A: b\rc"), kRefused, "bare CR"},
      {"2.2", "bare_lf_as_last_line", "GET / HTTP/1.1\r\nHost: a\r\n\n", kRefused, "bare LF"},
      {"rfc9110_5.5", "nul_in_value", Get("A: b\0c"s), kRefused, "NUL"},
      {"rfc9110_5.5", "control_character_in_value", Get("A: b\x01"), kRefused, "0x01"},
      {"rfc9110_5.5", "delete_character_in_value", Get("A: b\x7F"), kRefused, "0x7F"},
      {"3.2", "host_missing", GetWith("A: b\r\n"), kRefused, "missing"},
      {"3.2", "host_missing_and_no_header", "GET / HTTP/1.1\r\n\r\n", kRefused, "missing"},
      {"3.2", "host_twice", GetWith("Host: a\r\nHost: a\r\n"), kRefused, "more than one"},
      {"3.2", "host_twice_in_http_1_0", "GET / HTTP/1.0\r\nHost: a\r\nhost: b\r\n\r\n", kRefused,
       "more than one"},
      {"3.2", "host_empty", GetWith("Host: \r\n"), kRefused, "empty"},
      {"3.2", "host_list", GetWith("Host: a, b\r\n"), kRefused, "not one host"},
      {"3.2", "host_list_without_space", GetWith("Host: a,b\r\n"), kRefused, "not one host"},
      {"3.2", "host_with_path", GetWith("Host: a/b\r\n"), kRefused, "not one host"},
      {"3.2", "host_with_scheme", GetWith("Host: http://a\r\n"), kRefused, "not one host"},
      {"3.2", "host_with_user", GetWith("Host: u@a\r\n"), kRefused, "not one host"},
      {"3.2", "host_with_raw_byte_over_7f", GetWith("Host: \xE4\r\n"), kRefused, "not one host"},
      {"3.2", "host_with_port_not_a_number", GetWith("Host: a:b\r\n"), kRefused, "not one host"},
      {"3.2", "host_with_port_too_large", GetWith("Host: a:65536\r\n"), kRefused, "not one host"},
      {"3.2", "host_with_port", GetWith("Host: console.tim.qq.com:443\r\n"), kAccepted},
      {"3.2", "host_of_ipv6", GetWith("Host: [::1]:8080\r\n"), kAccepted},
      {"3.2", "host_of_ipv6_unclosed", GetWith("Host: [::1\r\n"), kRefused, "not one host"},
      {"3.2", "host_missing_in_http_1_0", "GET / HTTP/1.0\r\n\r\n", kAccepted},
  };
}

std::vector<StrictnessCase> FramingCases() {
  return {
      {"6.3", "content_length", Length("Content-Length: 5"), kAccepted},
      {"6.3", "content_length_with_leading_zeros", Length("Content-Length: 0005"), kAccepted},
      {"6.3", "content_length_signed", Length("Content-Length: +5"), kRefused, "decimal"},
      {"6.3", "content_length_negative", Length("Content-Length: -5"), kRefused, "decimal"},
      {"6.3", "content_length_hexadecimal", Length("Content-Length: 0x5"), kRefused, "decimal"},
      {"6.3", "content_length_empty", Length("Content-Length:"), kRefused, "decimal"},
      {"6.3", "content_length_with_a_space", Length("Content-Length: 5 5"), kRefused, "decimal"},
      {"6.3", "content_length_list", Length("Content-Length: 5, 5"), kRefused, "decimal"},
      {"6.3", "content_length_twice", Length("Content-Length: 5\r\nContent-Length: 5"), kRefused,
       "more than one"},
      {"6.3", "content_length_differing", Length("Content-Length: 5\r\nContent-Length: 6"),
       kRefused, "more than one"},
      {"rfc9110_8.6", "content_length_overflow", Length("Content-Length: 18446744073709551621"),
       kRefused, "too large"},
      {"6.1", "content_length_and_chunked",
       Length("Content-Length: 5\r\nTransfer-Encoding: chunked"), kRefused, "both"},
      {"6.1", "coding_unknown", Length("Transfer-Encoding: gzip"), kRefused, "chunked"},
      {"6.1", "coding_before_chunked", Length("Transfer-Encoding: gzip, chunked"), kRefused,
       "chunked"},
      {"6.1", "chunked_not_final", Length("Transfer-Encoding: chunked, identity"), kRefused,
       "chunked"},
      {"6.1", "chunked_twice", Length("Transfer-Encoding: chunked, chunked"), kRefused, "chunked"},
      {"6.1", "chunked_in_two_headers",
       Length("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), kRefused, "chunked"},
      {"6.1", "coding_empty", Length("Transfer-Encoding:"), kRefused, "chunked"},
      {"6.1", "coding_quoted", Length("Transfer-Encoding: \"chunked\""), kRefused, "chunked"},
      {"6.1", "chunked_after_vertical_tab",
       Length("Transfer-Encoding: \x0B"
              "chunked"),
       kRefused, "0x0B"},
      {"6.1", "chunked_in_http_1_0",
       "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", kRefused, "HTTP/1.0"},
      {"7.1", "chunked_in_capitals",
       "POST / HTTP/1.1\r\nHost: a\r\ntransfer-encoding: CHUNKED\r\n\r\n0\r\n\r\n", kAccepted},
      {"7.1", "chunked", Chunked("5\r\nhello\r\nA\r\n0123456789\r\n000\r\n\r\n"), kAccepted},
      {"7.1.1", "chunk_extensions", Chunked("5;a=b;c=\"d e\"\r\nhello\r\n0;x\r\n\r\n"), kAccepted},
      {"7.1.2", "trailers", Chunked("0\r\nA: b\r\nC: d\r\n\r\n"), kAccepted},
      {"7.1", "chunk_size_empty", Chunked("\r\nhello\r\n0\r\n\r\n"), kRefused, "size"},
      {"7.1", "chunk_size_signed", Chunked("+5\r\nhello\r\n0\r\n\r\n"), kRefused, "size"},
      {"7.1", "chunk_size_negative", Chunked("-5\r\nhello\r\n0\r\n\r\n"), kRefused, "size"},
      {"7.1", "chunk_size_with_prefix", Chunked("0x5\r\nhello\r\n0\r\n\r\n"), kRefused, "size"},
      {"7.1", "chunk_size_no_number", Chunked("g\r\nhello\r\n0\r\n\r\n"), kRefused, "size"},
      {"7.1", "chunk_size_overflow", Chunked("10000000000000005\r\nhello\r\n0\r\n\r\n"), kRefused,
       "size"},
      {"7.1", "chunk_size_after_space", Chunked(" 5\r\nhello\r\n0\r\n\r\n"), kRefused, "size"},
      {"7.1", "chunk_size_before_comma", Chunked("5,5\r\nhello\r\n0\r\n\r\n"), kRefused, "size"},
      {"7.1", "chunk_line_ends_in_bare_lf", Chunked("5\nhello\r\n0\r\n\r\n"), kRefused, "size"},
      {"7.1", "chunk_line_holds_bare_cr", Chunked("5\rX\r\nhello\r\n0\r\n\r\n"), kRefused,
       "bare CR"},
      {"7.1", "chunk_data_too_long", Chunked("5\r\nhelloX\r\n0\r\n\r\n"), kRefused, "CRLF"},
      {"7.1", "chunk_data_ends_in_bare_lf", Chunked("5\r\nhello\n0\r\n\r\n"), kRefused, "CRLF"},
      {"7.1.1", "chunk_extension_with_control_character", Chunked("5;a=\x01\r\nhello\r\n0\r\n\r\n"),
       kRefused, "extension"},
      {"7.1.1", "chunk_extension_with_nul", Chunked("5;a=\"\0\"\r\nhello\r\n0\r\n\r\n"s), kRefused,
       "extension"},
      {"7.1.1", "chunk_extension_with_bare_lf", Chunked("5;a\nb\r\nhello\r\n0\r\n\r\n"), kRefused,
       "extension"},
      {"7.1.2", "trailer_without_colon", Chunked("0\r\nabc\r\n\r\n"), kRefused, "trailers"},
      {"7.1.2", "trailer_folded", Chunked("0\r\nA: b\r\n c\r\n\r\n"), kRefused, "trailers"},
      {"7.1.2", "trailer_with_space_before_colon", Chunked("0\r\nA : b\r\n\r\n"), kRefused,
       "trailers"},
      {"7.1.2", "trailer_with_nul", Chunked("0\r\nA: b\0\r\n\r\n"s), kRefused, "trailers"},
      {"7.1.2", "trailer_with_bare_lf", Chunked("0\r\nA: b\nC: d\r\n\r\n"), kRefused, "trailers"},
  };
}

}  // namespace

std::span<const StrictnessCase> StrictnessCases() {
  static const std::vector<StrictnessCase> cases = [] {
    std::vector<StrictnessCase> all = RequestLineCases();
    for (std::vector<StrictnessCase> more : {HeaderCases(), FramingCases()}) {
      for (StrictnessCase& one : more) all.push_back(std::move(one));
    }
    return all;
  }();
  return cases;
}

}  // namespace timock::testing
