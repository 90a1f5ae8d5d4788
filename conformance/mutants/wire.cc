#include <sstream>
#include <string>

#include "mutant.h"
#include "relay.h"

// Faults below HTTP's messages: where a reply ends, and of what it is made.

namespace timock::mutants {
namespace {

using conformance::ReplyParser;

/// The reply's head without the headers that frame its body, and without the empty line.
std::string Unframed(const ReplyParser& reply) {
  std::string text = "HTTP/1.1 " + std::to_string(reply.status()) + " OK\r\n";
  for (const auto& [name, value] : reply.headers()) {
    if (name != "Content-Length") text.append(name).append(": ").append(value).append("\r\n");
  }
  return text;
}

/// Of refusals alone: each costs a client all of its patience.
std::string NoLength(const ReplyParser& reply) {
  if (reply.body().find("\"FAIL\"") == std::string::npos) return PlainText(reply);
  return Unframed(reply) + "\r\n" + reply.body();
}

std::string Chunked(const ReplyParser& reply, const std::string& behind_chunk) {
  std::ostringstream text;
  text << Unframed(reply) << "Transfer-Encoding: chunked\r\n\r\n"
       << std::hex << reply.body().size() << "\r\n"
       << reply.body() << behind_chunk << "\r\n0\r\n\r\n";
  return text.str();
}

std::string GarbageBehindChunk(const ReplyParser& reply) { return Chunked(reply, "xx"); }

std::string LengthWithLetters(const ReplyParser& reply) {
  return Unframed(reply) + "Content-Length: " + std::to_string(reply.body().size()) +
         "abc\r\n\r\n" + reply.body();
}

std::string LengthTwice(const ReplyParser& reply) {
  const std::string length = std::to_string(reply.body().size());
  return Unframed(reply) + "Content-Length: " + length + "\r\nContent-Length: " + length +
         "\r\n\r\n" + reply.body();
}

std::string BytesBehindReply(const ReplyParser& reply) { return PlainText(reply) + "\r\n"; }

}  // namespace

std::vector<Mutant> WireMutants() {
  return {{.name = "no_length", .wire = NoLength},
          {.name = "garbage_behind_chunk", .wire = GarbageBehindChunk},
          {.name = "length_with_letters", .wire = LengthWithLetters},
          {.name = "length_twice", .wire = LengthTwice},
          {.name = "bytes_behind_reply", .wire = BytesBehindReply}};
}

}  // namespace timock::mutants
