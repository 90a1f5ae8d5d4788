#include "json/fields.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "apps/app_fields.h"
#include "clock/clock_fields.h"
#include "faults/fault_fields.h"
#include "profile/profile_fields.h"
#include "service/state_json.h"

namespace timock {
namespace {

using nlohmann::json;

struct Inner {
  bool flag = false;
  std::uint64_t size = 7;
};

struct Outer {
  Inner inner = {};
  int small = 0;
  std::vector<std::string> texts = {};
  std::optional<double> number = {};
};

Fields<Outer> OuterFields(FieldsOptions options = {}) {
  const Fields<Inner> inner({Describe("flag", &Inner::flag, FlagType()),
                             Describe("size", &Inner::size, WholeType<std::uint64_t>{1})},
                            options);
  return Fields<Outer>({Describe("inner", &Outer::inner, inner),
                        Describe("small", &Outer::small, WholeType<int>{-128, 127}),
                        Describe("texts", &Outer::texts, ListType<TextType>()),
                        Describe("number", &Outer::number, OptionalType<NumberType>())},
                       options);
}

std::string Refusal(const char* text, FieldsOptions options = {}) {
  Outer out;
  const Problem problem = OuterFields(options).Read(json::parse(text), &out);
  return problem ? problem->Text() : "";
}

TEST(FieldsTest, ReadsWhatIsThereAndKeepsTheRest) {
  Outer out{.small = 5, .number = 1.5};
  ASSERT_FALSE(OuterFields().Read(json::parse(R"({"inner":{"flag":true},"texts":["a"]})"), &out));
  EXPECT_TRUE(out.inner.flag);
  EXPECT_EQ(out.inner.size, 7U);
  EXPECT_EQ(out.small, 5);
  EXPECT_EQ(out.texts, std::vector<std::string>{"a"});
  EXPECT_EQ(out.number, 1.5);
}

TEST(FieldsTest, WritesInTheOrderOfTheTable) {
  EXPECT_EQ(OuterFields().Write({}).dump(),
            R"({"inner":{"flag":false,"size":7},"small":0,"texts":[]})");
  EXPECT_EQ(OuterFields({.leaves_out_defaults = true}).Write({.small = 1, .number = 2}).dump(),
            R"({"small":1,"number":2.0})");
}

TEST(FieldsTest, AnErrorHasThePointerOfTheBadMember) {
  EXPECT_EQ(Refusal("[]"), "expected an object");
  EXPECT_EQ(Refusal(R"({"nope":1})"),
            "/nope: unknown member; expected one of inner, small, texts, number");
  EXPECT_EQ(Refusal(R"({"nope":1})", {.unknown = "ask"}), "/nope: ask");
  EXPECT_EQ(Refusal(R"({"inner":{"flag":1}})"), "/inner/flag: expected true or false");
  EXPECT_EQ(Refusal(R"({"inner":1})", {.shows_values = true}),
            "/inner: 1 is not allowed; expected an object");
  EXPECT_EQ(Refusal(R"({"texts":["a",1]})", {.shows_values = true}), "/texts/1: expected a string");
  EXPECT_EQ(Refusal(R"({"number":"1"})"), "/number: expected a number");
}

TEST(FieldsTest, AWholeNumberIsOfItsRange) {
  for (const char* const small : {"-128", "127", "0"}) {
    EXPECT_EQ(Refusal(("{\"small\":" + std::string(small) + "}").c_str()), "") << small;
  }
  for (const char* const bad : {"-129", "128", "1.0", "18446744073709551615", "\"1\"", "null"}) {
    EXPECT_EQ(Refusal(("{\"small\":" + std::string(bad) + "}").c_str()),
              "/small: expected a whole number from -128 to 127")
        << bad;
  }
  EXPECT_EQ(Refusal(R"({"inner":{"size":18446744073709551615}})"), "");
  EXPECT_NE(Refusal(R"({"inner":{"size":0}})"), "");
  EXPECT_NE(Refusal(R"({"inner":{"size":-1}})"), "");
  Outer out;
  EXPECT_FALSE(OuterFields().Read({{"inner", {{"size", 1}}}}, &out)) << "signed, made by a program";
}

/// What the tables say stands in fixtures/openapi.json as well; texts and examples do so there
/// alone.
class OpenApiTest : public testing::Test {
 protected:
  json Schema(const std::string& name) { return Resolved(schemas_.at(name)); }

  static void ExpectSame(const json& table, const json& documented) {
    if (!table.is_structured()) {
      EXPECT_EQ(documented, table);
      return;
    }
    ASSERT_EQ(documented.type(), table.type()) << documented << "\n" << table;
    if (table.is_array()) {
      ASSERT_EQ(documented.size(), table.size()) << documented << "\n" << table;
      for (std::size_t i = 0; i < table.size(); ++i) ExpectSame(table[i], documented[i]);
      return;
    }
    for (const auto& [key, value] : table.items()) {
      SCOPED_TRACE(key);
      ASSERT_TRUE(documented.contains(key)) << "in the table alone: " << value;
      ExpectSame(value, documented[key]);
      if (key != "properties") continue;
      for (const auto& [name, other] : documented[key].items()) {
        EXPECT_TRUE(value.contains(name)) << name << " is documented, but not in the table";
      }
    }
  }

 private:
  json Resolved(json schema) {
    if (schema.is_object() && schema.contains("$ref")) {
      const auto ref = schema["$ref"].get<std::string>();
      return Schema(ref.substr(ref.rfind('/') + 1));
    }
    for (json& part : schema) {
      if (part.is_structured()) part = Resolved(std::move(part));
    }
    return schema;
  }

  const json schemas_ =
      json::parse(std::ifstream(std::string(TIMOCK_FIXTURES_DIR) + "/openapi.json"))
          .at("components")
          .at("schemas");
};

TEST_F(OpenApiTest, DescribesAnApp) {
  json app = AppFields().Schema();
  ExpectSame(app, Schema("App"));
  json put = Schema("PutApp");
  EXPECT_EQ(put["properties"].erase("advance"), 1U);
  ExpectSame(app, put);
  app["properties"].erase("sdkappid");
  ExpectSame(app, Schema("NewApp"));
}

TEST_F(OpenApiTest, DescribesAProfile) {
  json documented = Schema("Profile");
  EXPECT_EQ(documented["properties"].erase("base"), 1U);
  ExpectSame(ProfileFields().Schema(), documented);
}

TEST_F(OpenApiTest, DescribesAFault) {
  json fault = FaultFields().Schema();
  for (const char* const count : {"matched", "hits"}) {
    EXPECT_EQ(Schema("FaultStatus").at("allOf").at(1).at("properties").count(count), 1U);
    fault["properties"].erase(count);
  }
  fault.erase("additionalProperties");
  json documented = Schema("Fault");
  EXPECT_EQ(documented["properties"].erase("preset"), 1U);
  ExpectSame(fault, documented);
}

TEST_F(OpenApiTest, DescribesTheClock) { ExpectSame(ClockFields().Schema(), Schema("Clock")); }

}  // namespace
}  // namespace timock
