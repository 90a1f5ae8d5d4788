// The body of im_set_attr_name, what is stored, and im_get_attr_name (PROTOCOL sections 1, 2, 4,
// 7).

#include <string>

#include "service/fake_test.h"

namespace timock {
namespace {

class SetAttrNameTest : public FakeTest {};
TIMOCK_ALL_DOORS(SetAttrNameTest);

std::string NameOfBytes(std::size_t bytes) { return std::string(bytes, 'n'); }
std::string Body(const std::string& name) { return R"({"AttrNames":{"0":")" + name + "\"}}"; }

TEST_P(SetAttrNameTest, AnswersSuccessToTheLetterAndStores) {
  const Answer answer = Set(R"({"AttrNames":{"0":"sex","1":"city","2":"country"}})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0})");
  EXPECT_EQ(answer.content_type, "application/json");
  EXPECT_EQ(service().Names(kDemo), (AttrNames{{0, "sex"}, {1, "city"}, {2, "country"}}));
  EXPECT_TRUE(LastCall().diagnoses.empty());
}

TEST_P(SetAttrNameTest, RefusesToTheLetter) {
  EXPECT_EQ(
      Set("").body,
      R"({"ActionStatus":"FAIL","ErrorInfo":"Fail to Parse json data of body, Please check it",)"
      R"("ErrorCode":90001})");
}

struct BodyCase {
  const char* rule;  // "" = accepted
  std::string body;
};

TEST_P(SetAttrNameTest, JudgesEachBodyByItsRule) {
  Start({.profile = Profile().With(R"({"throttle":{"limit":"none"}})").value()});
  const BodyCase cases[] = {
      {"body_empty", ""},
      {"json_syntax", " "},
      {"json_syntax", "{"},
      {"json_syntax", R"({"AttrNames":{"0":"a"}}x)"},
      {"json_syntax", std::string(R"({"AttrNames":{"0":"a"}})") + '\0' + "garbage"},
      {"json_syntax", R"({"AttrNames":{"0":"a"},"x":1e400})"},
      {"json_syntax", "\xEF\xBB\xBF" + std::string(kValidBody)},
      {"json_syntax", "{\"AttrNames\":{\"0\":\"\xFF\"}}"},
      {"json_syntax", R"({"AttrNames":{"0":"\ud800"}})"},
      {"json_syntax", R"({"AttrNames":{"0":"a",}})"},
      {"json_syntax", R"({'AttrNames':{'0':'a'}})"},
      {"json_syntax",
       R"({"AttrNames":{"0":"a"},"x":)" + std::string(64, '[') + std::string(64, ']') + "}"},
      {"", R"({"AttrNames":{"0":"a"},"x":)" + std::string(63, '[') + std::string(63, ']') + "}"},
      {"body_not_object", "[]"},
      {"body_not_object", "null"},
      {"body_not_object", "\"AttrNames\""},
      {"body_not_object", "7"},
      {"body_not_object", R"([{"AttrNames":{"0":"a"}}])"},
      {"attr_names_missing", "{}"},
      {"attr_names_missing", R"({"0":"sex"})"},
      {"attr_names_missing", R"({"attrnames":{"0":"sex"}})"},
      {"attr_names_missing", R"({"x":{"AttrNames":{"0":"sex"}}})"},
      {"attr_names_not_object", R"({"AttrNames":["sex","city","country"]})"},
      {"attr_names_not_object", R"({"AttrNames":[]})"},
      {"attr_names_not_object", R"({"AttrNames":null})"},
      {"attr_names_not_object", R"({"AttrNames":"0"})"},
      {"attr_names_empty", R"({"AttrNames":{}})"},
      {"key_invalid", R"({"AttrNames":{"10":"a"}})"},
      {"key_invalid", R"({"AttrNames":{"00":"a"}})"},
      {"key_invalid", R"({"AttrNames":{" 1":"a"}})"},
      {"key_invalid", R"({"AttrNames":{"-1":"a"}})"},
      {"key_invalid", R"({"AttrNames":{"":"a"}})"},
      {"key_invalid", R"({"AttrNames":{"x":7}})"},
      {"key_invalid", "{\"AttrNames\":{\"\xEF\xBC\x91\":\"a\"}}"},
      {"value_not_string", R"({"AttrNames":{"0":7}})"},
      {"value_not_string", R"({"AttrNames":{"0":null}})"},
      {"value_not_string", R"({"AttrNames":{"0":["a"]}})"},
      {"value_not_string", R"({"AttrNames":{"0":{"0":"a"}}})"},
      {"name_empty", Body("")},
      {"", Body(NameOfBytes(50))},
      {"name_too_long", Body(NameOfBytes(51))},
      {"", R"({"AttrNames":{"\u0030":"a"}})"},
      {"", R"({"\u0041ttrNames":{"9":"a"}})"},
      {"", R"(  {"AttrNames" : {"0" : "a"}}  )"},
  };
  for (const BodyCase& one : cases) {
    const Answer answer = Set(one.body);
    EXPECT_EQ(LastCall().rule, one.rule) << one.body;
    EXPECT_EQ(answer.code, *one.rule == '\0' ? 0 : 90001) << one.body;
  }
}

TEST_P(SetAttrNameTest, CountsBytesNotCharacters) {
  std::string name;
  for (int i = 0; i < 16; ++i) name += "城";
  EXPECT_EQ(Set(Body(name)).code, 0);
  EXPECT_EQ(service().Names(kDemo).at(0), name);
  EXPECT_EQ(Set(Body(name + "市")).code, 90001);
  EXPECT_TRUE(Diagnosed("name_counted_in_characters"));
  EXPECT_EQ(service().Names(kDemo).at(0), name);
}

TEST_P(SetAttrNameTest, JudgesSlotBySlotInTheOrderOfTheBody) {
  EXPECT_EQ(Set(R"({"AttrNames":{"0":7,"x":"a"}})").code, 90001);
  EXPECT_EQ(LastCall().rule, "value_not_string");
  EXPECT_EQ(Set(R"({"AttrNames":{"x":"a","0":7}})").code, 90001);
  EXPECT_EQ(LastCall().rule, "key_invalid");
  Set(R"({"AttrNames":{"3":"","1":7}})");
  EXPECT_EQ(LastCall().rule, "name_empty");
}

TEST_P(SetAttrNameTest, StoresNothingOfARefusedCall) {
  Set(R"({"AttrNames":{"0":"old"}})");
  EXPECT_EQ(Set(R"({"AttrNames":{"0":"new","1":"city","2":""}})").code, 90001);
  EXPECT_EQ(Get(), R"({"0":"old"})");
}

TEST_P(SetAttrNameTest, MergesALaterCallSlotBySlot) {
  Set(R"({"AttrNames":{"0":"sex","1":"city"}})");
  Set(R"({"AttrNames":{"1":"town","9":"age"}})");
  EXPECT_EQ(Get(), R"({"0":"sex","1":"town","9":"age"})");
}

TEST_P(SetAttrNameTest, ReplacesWhereTheSwitchSaysSo) {
  StartWithSwitches(R"({"second_call":"replace"})");
  Set(R"({"AttrNames":{"0":"sex","1":"city"}})");
  Set(R"({"AttrNames":{"1":"town"}})");
  EXPECT_EQ(Get(), R"({"1":"town"})");
}

TEST_P(SetAttrNameTest, LastValueOfADuplicateKeySurvivesAtThePlaceOfTheFirst) {
  EXPECT_EQ(Set(R"({"AttrNames":{"0":"a","0":"b"}})").code, 0);
  EXPECT_TRUE(Diagnosed("duplicate_key"));
  EXPECT_EQ(Get(), R"({"0":"b"})");
  EXPECT_EQ(Set(R"({"AttrNames":{"0":7,"0":"c"}})").code, 0);
  Set(R"({"AttrNames":{"0":"a","x":"b","0":7}})");
  EXPECT_EQ(LastCall().rule, "value_not_string");
  EXPECT_EQ(Set(R"({"AttrNames":{"x":1},"AttrNames":{"5":"e"}})").code, 0);
  EXPECT_EQ(Get(), R"({"0":"c","5":"e"})");
}

TEST_P(SetAttrNameTest, FirstValueOfADuplicateKeySurvivesWhereTheSwitchSaysSo) {
  StartWithSwitches(R"({"duplicate_key":"first_wins"})");
  EXPECT_EQ(Set(R"({"AttrNames":{"0":"a","0":7}})").code, 0);
  EXPECT_EQ(Set(R"({"AttrNames":{"1":"b"},"AttrNames":7})").code, 0);
  EXPECT_EQ(Get(), R"({"0":"a","1":"b"})");
}

TEST_P(SetAttrNameTest, RefusesADuplicateKeyWhereTheSwitchSaysSo) {
  StartWithSwitches(R"({"duplicate_key":90002})");
  EXPECT_EQ(Set(R"({"AttrNames":{"0":"a","0":"b"}})").code, 90002);
  EXPECT_EQ(Set(R"({"AttrNames":{"0":"a"},"AttrNames":{"0":"a"}})").code, 90002);
  EXPECT_EQ(Get(), "{}");
}

TEST_P(SetAttrNameTest, TakesAnArrayAsAnObjectWhereTheSwitchSaysSo) {
  StartWithSwitches(R"({"attr_names_not_object":"as_object"})");
  EXPECT_EQ(Set(R"({"AttrNames":["sex","city","country"]})").code, 0);
  EXPECT_TRUE(Diagnosed("attr_names_not_object"));
  EXPECT_EQ(Get(), R"({"0":"sex","1":"city","2":"country"})");
  EXPECT_EQ(Set(R"({"AttrNames":["0","1","2","3","4","5","6","7","8","9","ten"]})").code, 90001);
  EXPECT_EQ(LastCall().rule, "key_invalid");
  EXPECT_EQ(Set(R"({"AttrNames":[]})").code, 90001);
  EXPECT_EQ(LastCall().rule, "attr_names_empty");
  EXPECT_EQ(Set(R"({"AttrNames":["a",["b"]]})").code, 90001);
  EXPECT_EQ(LastCall().rule, "value_not_string");
  EXPECT_EQ(Set(R"({"AttrNames":"a"})").code, 90001);
  EXPECT_EQ(LastCall().rule, "attr_names_not_object");
}

TEST_P(SetAttrNameTest, JudgesDuplicateNamesOnTheTableAsItWouldStand) {
  Start({.profile = Profile::Named("table-2023").value()});
  EXPECT_EQ(Set(R"({"AttrNames":{"0":"a","1":"b"}})").code, 0);
  EXPECT_EQ(Set(R"({"AttrNames":{"0":"a"}})").code, 0) << "again at its own slot";
  EXPECT_EQ(Set(R"({"AttrNames":{"0":"b","1":"a"}})").code, 0) << "exchanged";
  const Answer answer = Set(R"({"AttrNames":{"2":"a"}})");
  EXPECT_EQ(answer.code, 90033);
  EXPECT_EQ(answer.info, "attrName:a already exists at index:1");
  EXPECT_EQ(Set(R"({"AttrNames":{"5":"z","7":"z"}})").info, "attrName:z already exists at index:5");
  EXPECT_EQ(Set(R"({"AttrNames":{"7":"z","5":"z"}})").info, "attrName:z already exists at index:7");
  EXPECT_EQ(Get(), R"({"0":"b","1":"a"})");
}

TEST_P(SetAttrNameTest, NotesADuplicateNameThatItAccepts) {
  EXPECT_EQ(Set(R"({"AttrNames":{"0":"a","1":"a"}})").code, 0);
  EXPECT_TRUE(Diagnosed("duplicate_name"));
}

TEST_P(SetAttrNameTest, DiagnosesWhatPhpSendsAndWhatLacksItsWrapper) {
  Set(R"({"AttrNames":["sex"]})");
  EXPECT_NE(LastCall().diagnoses.at(0).remedy.find("JSON_FORCE_OBJECT"), std::string::npos);
  EXPECT_NE(LastCall().diagnoses.at(0).remedy.find("as_object"), std::string::npos);
  Set(R"({"0":"sex"})");
  EXPECT_TRUE(Diagnosed("missing_wrapper"));
}

TEST_P(SetAttrNameTest, UnknownFieldsAreIgnoredOrRefused) {
  EXPECT_EQ(Set(R"({"AttrNames":{"0":"a"},"Extra":1})").code, 0);
  EXPECT_TRUE(Diagnosed("unknown_fields"));
  StartWithSwitches(R"({"unknown_fields":90002})");
  EXPECT_EQ(Set(R"({"AttrNames":{"0":"a"},"Extra":1})").code, 90002);
}

TEST_P(SetAttrNameTest, RefusesABodyOverTheLimitBeforeAllElse) {
  Start({.max_body_bytes = 1'000});
  Ask ask = Valid();
  ask.path = "/nowhere";
  ask.body = std::string(1'001, ' ');
  const Answer answer = Send(ask);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.code, 60002);
  EXPECT_EQ(LastCall().rule, "body_too_large");
  EXPECT_TRUE(answer.close);
  ask = Valid();
  ask.body = std::string(kValidBody) + std::string(1'000 - kValidBody.size(), ' ');
  EXPECT_EQ(Send(ask).code, 0);
}

TEST_P(SetAttrNameTest, GetsWhatWasSet) {
  EXPECT_EQ(Send(ValidGet()).body,
            R"({"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0,"AttrNames":{}})");
  Set(R"({"AttrNames":{"3":"q\"uo\\te\u0001","1":"城市"}})");
  EXPECT_EQ(Send(ValidGet()).body, R"({"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0,)"
                                   R"("AttrNames":{"1":"城市","3":"q\"uo\\te\u0001"}})");
}

TEST_P(SetAttrNameTest, GetTakesAnyJsonOrNothingAsNoInput) {
  for (const char* body : {"{}", "[]", "", "null", R"({"To_Account":["a","b"]})"}) {
    Ask ask = ValidGet();
    ask.body = body;
    EXPECT_EQ(Send(ask).code, 0) << body;
  }
  Ask ask = ValidGet();
  ask.body = "{";
  EXPECT_EQ(Send(ask).code, 90001);
}

TEST_P(SetAttrNameTest, GetNeedsAnAdmin) {
  Start({.apps = {DemoApp()}});
  Ask ask = ValidGet();
  ask = ask.With("identifier", "user").With("usersig", service().Sign(kDemo, "user").value());
  EXPECT_EQ(Send(ask).code, 90009);
}

}  // namespace
}  // namespace timock
