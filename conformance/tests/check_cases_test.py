#!/usr/bin/env python3
"""check_cases_test.py ROOT: check_cases.py passes the cases and finds each fault that is planted."""

import copy
import json
import os
import shutil
import sys
import tempfile
import unittest

from check_cases import Checker, level_of, with_defaults

ROOT = None
CASE = {
    "id": "R1.planted", "title": "Planted", "source": {"switch": "name_empty"},
    "request": {"names": {"0": "x"}}, "expect": {"error_code": 0},
}


class CheckCases(unittest.TestCase):

    def setUp(self):
        self.root = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.root)
        for part in ("fixtures/cases", "fixtures/profiles", "mockserver/docs"):
            shutil.copytree(os.path.join(ROOT, part), os.path.join(self.root, part))

    def findings(self, page_folder=None):
        checker = Checker(self.root, page_folder)
        checker.run()
        return checker.findings

    def edit(self, name, change):
        path = os.path.join(self.root, "fixtures", "cases", name)
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
        change(content)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(content, file)

    def plant(self, **members):
        """Adds CASE with these members to the sound file of R1; None leaves a member out."""
        name = os.path.join("fixtures", "cases", "R1.url.json")
        shutil.copy(os.path.join(ROOT, name), os.path.join(self.root, name))
        case = {**copy.deepcopy(CASE), **members}
        case = {name: value for name, value in case.items() if value is not None}
        self.edit("R1.url.json", lambda content: content["cases"].append(case))

    def expect(self, words):
        findings = self.findings()
        self.assertTrue(findings, "nothing found")
        self.assertTrue(all(words in one for one in findings), findings)

    def test_the_cases_are_sound(self):
        self.assertEqual(self.findings(), [])

    def test_a_sound_case_is_no_finding(self):
        self.plant()
        self.assertEqual(self.findings(), [])

    def test_schema(self):
        for members in ({"title": None}, {"level": "documented"}, {"note": "x"}, {"expect": None},
                        {"id": "R1.with space"}, {"scenario": "a.b"}, {"expect": {}},
                        {"expect": {"error_code": "0"}}, {"needs": ["luck"]}, {"needs": []},
                        {"title": "A call of ${client}"},
                        {"request": {"body": 1, "body_text": ""}},
                        {"request": {"names": {}, "body": {}}}, {"request": {"raw_lines": "x"}},
                        {"request": {"query": {"a": "b"}, "query_text": ""}},
                        {"then": {"names": {"10": "x"}}}, {"source": "seed"},
                        {"source": {"doc": "seed-21", "quote": "x"}},
                        {"source": {"doc": "1047/34620"}},
                        {"source": {"doc": "contract", "switch": "name_empty", "quote": "x"}}):
            with self.subTest(members):
                self.plant(**members)
                checker = Checker(self.root)
                checker.read_file("R1.url", checker.load("schema.json"))
                self.assertEqual(len(checker.findings), 1, checker.findings)
                self.assertIn("R1.url.json: cases/3", checker.findings[0])

    def test_names(self):
        self.plant(id="R1.sample_call")
        self.expect("2 results have this name")

    def test_names_after_expansion(self):
        self.plant(id="R1.parameter", params=[{"name": "absent_usersig", "text": "x"}],
                   request={"body_text": "${text}"})
        self.expect("2 results have this name")

    def test_rule_of_the_file(self):
        self.plant(id="R2.planted")
        self.expect("an id begins with the rule of its file")

    def test_key_twice(self):
        path = os.path.join(self.root, "fixtures", "cases", "mutants.json")
        with open(path, "w", encoding="utf-8") as file:
            file.write('{"mutants": [{"name": "a", "name": "b", "breaks": "It."}]}')
        self.expect("is given twice in one object")

    def test_titles(self):
        self.plant(title="The page's own sample call succeeds")
        self.expect("2 results have this title")

    def test_titles_of_params(self):
        members = {"request": {"body_text": "${text}"}, "needs": None}
        self.plant(params=[{"name": "a_b", "text": "x"}, {"name": "c", "title": "a b", "text": "y"}],
                   **members)
        self.expect("2 results have this title")

    def test_defaults_of_the_file(self):
        def change(content):
            content["defaults"] = {"source": {"switch": "name_empty"},
                                   "request": {"command": "im_get_attr_name", "body": {}}}
            content["cases"].append({"id": "R1.planted", "title": "Planted", "request": {},
                                     "expect": {"error_code": 0}})
            for case in content["cases"][:-1]:
                case["request"]["command"] = "im_set_attr_name"
        self.edit("R1.url.json", change)
        self.assertEqual(self.findings(), [])

    def test_a_body_replaces_that_of_the_defaults(self):
        defaults = {"request": {"command": "im_get_attr_name", "body": {}}}
        request = with_defaults({"request": {"body_text": "x"}}, defaults)["request"]
        self.assertEqual(request, {"command": "im_get_attr_name", "body_text": "x"})

    def test_source_is_missing(self):
        self.plant(source=None)
        self.assertIn("R1.planted: neither the case nor the defaults of its file have a source",
                      self.findings())

    def test_level_follows_from_the_source(self):
        for source, level in (("seed-21", "documented"), ("client x", "client"),
                              ("public answers", "observed"), ({"switch": "x"}, "undetermined"),
                              ({"doc": "1047/34620", "quote": "x"}, "elsewhere"),
                              ({"doc": "zh/647/63417", "quote": "x"}, "elsewhere"),
                              ({"doc": "contract", "quote": "x"}, "undetermined")):
            self.assertEqual(level_of({"source": source}), level)

    def test_source_of_no_level(self):
        self.plant(source="${source}", params=[{"name": "a", "source": "hearsay"}])
        self.expect("no level has the source hearsay")

    def test_sentence_that_the_page_does_not_have(self):
        self.plant(source="seed-99")
        self.expect("register.json has no sentence seed-99")

    def test_quote_of_the_contract(self):
        self.plant(source={"doc": "contract", "quote": "words that stand nowhere"})
        self.expect("contract does not say")

    def test_quote_of_the_page(self):
        page = os.path.join(self.root, "000_page.txt")
        with open(page, "w", encoding="utf-8") as file:
            file.write("Another page")
        self.assertIn("page_sha256", self.findings(self.root)[0])

    def test_switch(self):
        self.plant(expect={"error_code": {"switch": "no_such_switch"}})
        self.expect("no profile has the switch")

    def test_switch_without_a_case(self):
        os.remove(os.path.join(self.root, "fixtures", "cases", "P10.action_status.json"))
        findings = self.findings()
        self.assertIn("action_status: no case is about this switch", findings)
        self.assertTrue(any(one.startswith("P10: the row") for one in findings), findings)

    def test_placeholder(self):
        self.plant(request={"body_text": "${nothing}"})
        self.expect("nothing gives ${nothing} a value")

    def test_member_of_params_without_use(self):
        self.plant(params=[{"name": "a", "text": "x"}])
        self.expect("nothing uses the member text")

    def test_needs(self):
        for request, need in (({"identity": "second_app"}, "second_app"),
                              ({"usersig": {"key": "wrong"}}, "sign"),
                              ({"raw_lines": ["x"]}, "connection")):
            with self.subTest(need):
                self.plant(request=request, needs=["clock", need])
                self.expect("needs names %s, which is derived" % need)

    def test_needs_of_the_expectation(self):
        self.plant(then={"names": "unchanged"}, needs=["read_back"])
        self.expect("needs names read_back, which is derived")
        self.plant(request={"raw_lines": ["x"]}, expect={"malformed": True}, needs=["malformed"])
        self.expect("needs names malformed, which is derived")

    def test_a_need_that_cannot_be_derived_is_no_finding(self):
        self.plant(needs=["clock"])
        self.assertEqual(self.findings(), [])

    def test_writes(self):
        self.plant(writes=True)
        self.expect("writes is what is derived")
        self.plant(writes=False)
        self.expect("writes is false, but a request may store")
        self.plant(request={}, writes=True)
        self.assertEqual(self.findings(), [])

    def test_covers(self):
        self.plant(source="seed-21", covers=["seed-22"])
        self.assertEqual(self.findings(), [])
        self.plant(source="seed-21", covers=["seed-21"])
        self.expect("covers names its own source")

    def test_word_of_the_default(self):
        self.plant(source={"switch": "second_call"},
                   then={"by_word": {"replace": {"0": "x"}, "code": "unchanged"}})
        self.expect("by_word has no entry for the default, merge")

    def test_base64(self):
        self.plant(request={"command": "im_get_attr_name", "raw_base64": "*"})
        self.expect("raw_base64 is not base64")

    def test_mutant(self):
        self.plant(kills=["no_such_mutant"])
        self.expect("mutants.json does not know")

    def test_mutant_that_nothing_kills(self):
        self.edit("mutants.json",
                  lambda content: content["mutants"].append({"name": "new", "breaks": "All."}))
        self.expect("no case names new")

    def test_scenario(self):
        self.plant(request=None, expect=None, scenario="no.such")
        self.expect("scenarios.json does not know")

    def test_a_sentence_that_nothing_covers(self):
        self.edit("R10.admin.json", lambda content: [
            content["cases"].remove(case) for case in list(content["cases"])
            if case.get("source") == "seed-04"])
        self.assertIn("seed-04: needs either a case that covers it or not_testable, not both",
                      self.findings())

    def test_a_covered_sentence_that_is_not_testable(self):
        self.edit("register.json",
                  lambda content: content["sentences"][0].update(not_testable="it is"))
        self.expect("seed-01: needs either a case that covers it or not_testable")

    def test_row_without_a_file(self):
        self.edit("register.json",
                  lambda content: content["rows_without_a_file"][0].update(cases_of="Q"))
        self.expect("there is no rule Q")


if __name__ == "__main__":
    ROOT = sys.argv.pop(1)
    unittest.main()
