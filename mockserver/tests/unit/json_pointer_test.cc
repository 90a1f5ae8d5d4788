#include "json/json_pointer.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace timock {
namespace {

using nlohmann::json;

/// What `pointer` points to, as JSON text; "none" when nothing is there.
std::string At(std::string_view pointer, const json& document) {
  const auto read = JsonPointer::Parse(pointer);
  if (!read) return "not a pointer";
  const json* const value = read->Find(document);
  return value != nullptr ? value->dump() : "none";
}

// RFC 6901, section 5.
TEST(JsonPointerTest, FindsWhatTheRfcSays) {
  const json document = json::parse(R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,
                                        "i\\j":5,"k\"l":6," ":7,"m~n":8})");
  EXPECT_EQ(At("", document), document.dump());
  EXPECT_EQ(At("/foo", document), R"(["bar","baz"])");
  EXPECT_EQ(At("/foo/0", document), R"("bar")");
  EXPECT_EQ(At("/", document), "0");
  EXPECT_EQ(At("/a~1b", document), "1");
  EXPECT_EQ(At("/c%d", document), "2");
  EXPECT_EQ(At("/e^f", document), "3");
  EXPECT_EQ(At("/g|h", document), "4");
  EXPECT_EQ(At("/i\\j", document), "5");
  EXPECT_EQ(At("/k\"l", document), "6");
  EXPECT_EQ(At("/ ", document), "7");
  EXPECT_EQ(At("/m~0n", document), "8");
}

TEST(JsonPointerTest, ReadsEscapesOnce) {
  EXPECT_EQ(At("/~01", json{{"~1", 1}}), "1");
  EXPECT_EQ(At("/~0~1~0", json{{"~/~", 1}}), "1");
  for (const char* const bad : {"a", "/~", "/a~", "/~2", "/~x/b", " /a", "#/a"}) {
    EXPECT_EQ(At(bad, json::object()), "not a pointer") << bad;
  }
}

TEST(JsonPointerTest, FindsNothingWhereNothingIsAndThrowsNever) {
  const json document = json::parse(R"({"a":["x","y"],"s":"text","n":null})");
  for (const char* const pointer : {"/a/",
                                    "/a/2",
                                    "/a/-",
                                    "/a/00",
                                    "/a/01",
                                    "/a/+1",
                                    "/a/-1",
                                    "/a/1e0",
                                    "/a/ 1",
                                    "/a/1 ",
                                    "/a/x",
                                    "/a/18446744073709551615",
                                    "/a/18446744073709551616",
                                    "/a/99999999999999999999999999",
                                    "/a/0/0",
                                    "/s/0",
                                    "/s/",
                                    "/n/",
                                    "/b",
                                    "/b/c",
                                    "/",
                                    "//"}) {
    EXPECT_EQ(At(pointer, document), "none") << pointer;
  }
  EXPECT_EQ(At("/a/1", document), R"("y")");
  EXPECT_EQ(At("/n", document), "null");
  EXPECT_EQ(At("/0", json::array({7})), "7");
  EXPECT_EQ(At("/0", json{{"0", 8}}), "8");
}

}  // namespace
}  // namespace timock
