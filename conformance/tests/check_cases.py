#!/usr/bin/env python3
"""check_cases.py ROOT [PAGE_FOLDER]: whether the conformance cases under ROOT/fixtures/cases are sound.

PAGE_FOLDER holds the endpoint's page as text, 000_*.txt; without it the quotes of that page are not
compared, and the output says so. Prints each finding, then what was counted and what was skipped.
Exit codes: 0 nothing found, 1 something found, 2 the check cannot run.
"""

import base64
import binascii
import collections
import glob
import hashlib
import json
import os
import re
import sys

try:
    import jsonschema
except ImportError:
    sys.stderr.write("check_cases.py: no module jsonschema; install python3-jsonschema (Debian)\n")
    sys.exit(2)

PLACEHOLDERS = {"sdkappid", "identifier", "usersig", "random", "host", "target", "body_length",
                "usersig_encoded", "identifier_encoded"}
# Whose word a level is. The suite derives it in the same way, in cases/derived.cc, as it does what
# a case needs and whether it writes.
DOC_OF_LEVEL = {"documented": "seed-[0-9]{2}", "elsewhere": r"(zh/)?[0-9]+/[0-9]+|trtc/.*",
                "observed": "public answers", "client": "client .*", "undetermined": "contract"}
NEED_OF_IDENTITY = {"non_admin": "non_admin", "second_app": "second_app", "unknown_app": "sign"}
# Scenarios by the first part of their name: what they need, and whether they write.
OF_FAMILY = {"app": ("apps", True), "state": ("read_back", True), "throttle": ("exceed_rate", True),
             "region": ("region", False), "fault": ("faults", False),
             "connection": ("connection", False)}
BODIES = ("body", "names", "body_text", "body_base64", "raw_lines", "raw_base64")
OTHER_FILES = ("register", "mutants", "scenarios")


def fold(text):
    return " ".join(text.split())


def strings(value):
    """Every string in a JSON value, the keys of objects among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            yield key
            yield from strings(one)


def with_param(value, param):
    """What `value` is for one entry of params: see README.md of the cases."""
    if isinstance(value, list):
        return [with_param(one, param) for one in value]
    if isinstance(value, dict):
        return {with_param(key, param): with_param(one, param) for key, one in value.items()}
    if not isinstance(value, str):
        return value
    whole = re.fullmatch(r"\$\{(\w+)\}", value)
    if whole and whole[1] in param:
        return param[whole[1]]
    return re.sub(r"\$\{(\w+)\}", lambda m: str(param.get(m[1], m[0])), value)


def unknown_placeholders(text):
    text = re.sub(r"\$\{repeat:.+?:[1-9][0-9]*\}", "", text, flags=re.DOTALL)
    return [name for name in re.findall(r"\$\{([^}]*)\}?", text) if name not in PLACEHOLDERS]


def switches_of(profile):
    """The values by name; those of the throttle as throttle.NAME."""
    found = {name: value for name, value in profile.items() if name not in ("name", "about", "throttle")}
    found.update({"throttle." + name: value for name, value in profile["throttle"].items()})
    return found


def source_of(case):
    """The source as an object with `doc`, whichever way it is written."""
    source = case["source"]
    if isinstance(source, str):
        return {"doc": source}
    return {"doc": "contract", **source}


def level_of(case):
    doc = source_of(case)["doc"]
    return next((level for level, docs in DOC_OF_LEVEL.items() if re.fullmatch(docs, doc)), None)


def with_defaults(case, defaults):
    case = {**{name: value for name, value in defaults.items() if name != "request"}, **case}
    if "request" in case:
        request = dict(defaults.get("request", {}))
        if any(form in case["request"] for form in BODIES):
            request.pop("body", None)
        case["request"] = {**request, **case["request"]}
    return case


def results_of(case):
    """The case once for each entry of params; each has a name and a title of its own."""
    if "params" not in case:
        return [case]
    rest = {name: value for name, value in case.items() if name != "params"}
    results = []
    for param in case["params"]:
        result = with_param(rest, param)
        words = param.get("title", param["name"].replace("_", " "))
        result["id"] += "_" + param["name"]
        result["title"] += ": " + words
        results.append(result)
    return results


def requests_of(result):
    return result.get("before", []) + ([result["request"]] if "request" in result else [])


def switches_named(case):
    """Those that the source or the expectation of a case names."""
    source = source_of(case)
    named = [source["switch"]] if "switch" in source else []
    for member in case.get("expect", {}).values():
        switch = member.get("switch", []) if isinstance(member, dict) else []
        named += [switch] if isinstance(switch, str) else switch
    return named


def body_text(request):
    if "body" in request:
        return json.dumps(request["body"])
    if "names" in request:
        return json.dumps({"AttrNames": request["names"]})
    if "body_base64" in request:
        return base64.b64decode(request["body_base64"]).decode("latin-1")
    if "raw_lines" in request:
        return "\r\n".join(request["raw_lines"])
    return request.get("body_text", request.get("raw_base64", ""))


def may_store(request):
    command = request.get("command", "im_set_attr_name")
    path = request.get("path", "/" + command)
    return path.endswith("/im_set_attr_name") and body_text(request) not in ("", "{}")


def writes_of(result):
    """Whether a server may change stored names by it, as its requests or its scenario say."""
    if "scenario" in result:
        return OF_FAMILY.get(result["scenario"].split(".")[0], ("", False))[1]
    return any(may_store(request) for request in requests_of(result))


def needs_of(result):
    """What its requests, its expectation or its scenario need."""
    if "scenario" in result:
        need = OF_FAMILY.get(result["scenario"].split(".")[0], ("", False))[0]
        return {need} - {""}
    needs = {"read_back"} if "then" in result else set()
    for request in requests_of(result):
        usersig = request.get("usersig", {})
        needs.add(NEED_OF_IDENTITY.get(request.get("identity")))
        needs.add("sign" if usersig and "text" not in usersig else None)
        needs.add("second_app" if usersig.get("key") == "second_app" else None)
        if "raw_lines" in request or "raw_base64" in request:
            needs.add("malformed" if "malformed" in result["expect"] else "connection")
    return needs - {None}


class Checker:
    """Reads ROOT/fixtures/cases; `findings` and `notes` are lists of lines."""

    def __init__(self, root, page_folder=None):
        self.root = root
        self.folder = os.path.join(root, "fixtures", "cases")
        self.page_folder = page_folder
        self.findings = []
        self.notes = []
        self.cases = []
        self.rules = []
        self.results = collections.Counter()

    def run(self):
        self.read()
        if self.findings:  # what follows counts on the schema
            return
        self.check_ids()
        self.check_quotes()
        self.check_switches()
        for case in self.cases:
            self.check_case(case)
            self.check_derived(case)
        self.check_names("mutants", "kills", [m["name"] for m in self.mutants["mutants"]])
        self.check_names("scenarios", "scenario", [s["name"] for s in self.scenarios["scenarios"]])
        self.check_register()
        self.count()

    def find(self, where, what):
        self.findings.append("%s: %s" % (where, what))

    def read(self):
        schema = self.load("schema.json")
        jsonschema.Draft202012Validator.check_schema(schema)
        for path in sorted(glob.glob(os.path.join(self.folder, "*.json"))):
            name = os.path.basename(path)[:-len(".json")]
            if name == "schema":
                continue
            self.read_file(name, schema)
        with open(os.path.join(self.root, "fixtures", "profiles", "seed-2022-04.json"),
                  encoding="utf-8") as file:
            self.switches = switches_of(json.load(file))

    def read_file(self, name, schema):
        content = self.load(name + ".json")
        part = schema
        if name in OTHER_FILES:
            part = {"$ref": "#/$defs/" + name, "$defs": schema["$defs"]}
        wrong = list(jsonschema.Draft202012Validator(part).iter_errors(content))
        for error in wrong:
            place = "/".join(str(step) for step in error.absolute_path)
            self.find(name + ".json", "%s: %s" % (place, error.message[:300]))
        if wrong:
            return
        if name in OTHER_FILES:
            setattr(self, name, content)
            return
        if not (name + ".").startswith(content["rule"] + "."):
            self.find(name + ".json", "a file's name begins with its rule, " + content["rule"])
        for case in content["cases"]:
            if not case["id"].startswith(content["rule"] + "."):
                self.find(case["id"], "an id begins with the rule of its file, " + content["rule"])
        self.rules.append(content["rule"])
        for case in content["cases"]:
            case = with_defaults(case, content.get("defaults", {}))
            if "source" in case:
                self.cases.append(case)
            else:
                self.find(case["id"], "neither the case nor the defaults of its file have a source")

    def load(self, name):
        def once(pairs):
            for key, number in collections.Counter(key for key, _ in pairs).items():
                if number > 1:
                    self.find(name, "the key %s is given twice in one object" % key)
            return dict(pairs)
        with open(os.path.join(self.folder, name), encoding="utf-8") as file:
            return json.load(file, object_pairs_hook=once)

    def check_ids(self):
        for member, what in (("id", "name"), ("title", "title")):
            seen = collections.Counter(result[member] for case in self.cases
                                       for result in results_of(case))
            for text, number in seen.items():
                if number > 1:
                    self.find(text, "%d results have this %s" % (number, what))

    def check_quotes(self):
        with open(os.path.join(self.root, "mockserver", "docs", "PROTOCOL.md"),
                  encoding="utf-8") as file:
            texts = {"contract": fold(file.read())}
        page = self.read_page()
        if page is not None:
            texts["seed"] = fold(page)
        quoted = [(case["id"], source_of(case)) for case in self.cases]
        quoted += [(one["id"], {"doc": "seed", "quote": one["quote"]})
                   for one in self.register["sentences"]]
        skipped = collections.Counter()
        for name, source in quoted:
            if "quote" not in source:
                continue
            if not source["quote"].isascii() and "in_english" not in source and source["doc"] != "seed":
                self.find(name, "the quote is not English: in_english is missing")
            if source["doc"] not in texts:
                skipped[source["doc"]] += 1
            elif fold(source["quote"]) not in texts[source["doc"]]:
                self.find(name, "%s does not say: %s" % (source["doc"], source["quote"]))
        if page is not None:
            self.check_completeness(fold(page))
        for doc, number in sorted(skipped.items()):
            self.notes.append("skipped: %d quotes of %s, whose text is not here" % (number, doc))

    def check_completeness(self, page):
        """Nothing of the page stands outside the sentences but what is marked not normative."""
        quotes = [fold(one["quote"]) for one in self.register["sentences"]]
        for quote in sorted(quotes, key=len, reverse=True):
            page = page.replace(quote, "\0")
        rest = {text.strip() for text in page.split("\0") if text.strip()}
        for text in sorted(rest - set(self.register["not_normative"])):
            self.find("register.json", "no sentence covers this of the page: " + text)
        for text in sorted(set(self.register["not_normative"]) - rest):
            self.find("register.json", "not_normative, but not what the page leaves over: " + text)

    def read_page(self):
        if self.page_folder is None:
            return None
        for path in sorted(glob.glob(os.path.join(self.page_folder, "000_*.txt"))):
            with open(path, "rb") as file:
                content = file.read()
            if hashlib.sha256(content).hexdigest() == self.register["page_sha256"]:
                return content.decode("utf-8")
        self.find("register.json", "no 000_*.txt in the folder has the page_sha256 given here")
        return None

    def check_switches(self):
        used = set()
        for case in self.cases:
            for switch in list(switches_named(case)) + list(case.get("yields_to", {})):
                used.add(switch)
                if switch not in self.switches:
                    self.find(case["id"], "no profile has the switch " + switch)
        for switch in sorted(set(self.switches) - used):
            self.find(switch, "no case is about this switch")

    def check_case(self, case):
        name = case["id"]
        for result in results_of(case):
            self.check_result(name, result)
        members = {key for param in case.get("params", []) for key in param} - {"name", "title"}
        text = json.dumps({key: case.get(key)
                           for key in ("source", "before", "request", "expect", "then")})
        for member in sorted(members):
            if "${%s}" % member not in text:
                self.find(name, "nothing uses the member %s of params" % member)

    def check_result(self, name, result):
        for text in strings({key: value for key, value in result.items() if key != "title"}):
            for unknown in unknown_placeholders(text):
                self.find(name, "nothing gives ${%s} a value" % unknown)
        if level_of(result) is None:
            self.find(name, "no level has the source " + source_of(result)["doc"])
        for request in requests_of(result):
            self.check_base64(name, request)
        words = result.get("then", {}).get("by_word")
        if words is not None:
            value = self.switches.get(source_of(result).get("switch"))
            if ("code" if isinstance(value, int) else value) not in words:
                self.find(name, "by_word has no entry for the default, %s" % value)

    def check_base64(self, name, request):
        for member in ("body_base64", "raw_base64"):
            try:
                base64.b64decode(request.get(member, ""), validate=True)
            except binascii.Error:
                self.find(name, member + " is not base64")
                request[member] = ""

    def check_derived(self, case):
        """What can be derived is not written: only what differs from it for some result."""
        name = case["id"]
        results = results_of(case)
        for need in case.get("needs", []):
            if all(need in needs_of(result) for result in results):
                self.find(name, "needs names %s, which is derived: leave it out" % need)
        if "writes" in case:
            derived = [writes_of(result) for result in results]
            if not case["writes"] and "scenario" not in case and any(derived):
                self.find(name, "writes is false, but a request may store names: leave it out")
            elif all(case["writes"] == one for one in derived):
                self.find(name, "writes is what is derived: leave it out")
        for sentence in case.get("covers", []):
            if all(sentence == source_of(result)["doc"] for result in results):
                self.find(name, "covers names its own source, %s: leave it out" % sentence)

    def check_names(self, kind, member, declared):
        """What the cases name in `member` is declared in KIND.json, once, and the reverse."""
        used = set()
        for case in self.cases:
            names = case.get(member, [])
            for one in [names] if isinstance(names, str) else names:
                used.add(one)
                if one not in declared:
                    self.find(case["id"], "%s.json does not know %s" % (kind, one))
        for one, number in collections.Counter(declared).items():
            if number > 1:
                self.find(kind + ".json", one + " is given twice")
            if one not in used:
                self.find(kind + ".json", "no case names " + one)

    def coverage(self):
        """The ids of the cases that cover a sentence, by the sentence's id."""
        covered = collections.defaultdict(list)
        for case in self.cases:
            own = {source_of(result)["doc"] for result in results_of(case)}
            for sentence in sorted(own | set(case.get("covers", []))):
                if sentence.startswith("seed-"):
                    covered[sentence].append(case["id"])
        return covered

    def check_register(self):
        numbers = [one["id"] for one in self.register["sentences"]]
        if numbers != ["seed-%02d" % (i + 1) for i in range(len(numbers))]:
            self.find("register.json", "the sentences are not numbered from seed-01 in order")
        covered = self.coverage()
        for sentence in sorted(set(covered) - set(numbers)):
            self.find(covered[sentence][0], "register.json has no sentence " + sentence)
        for one in self.register["sentences"]:
            if (one["id"] in covered) == ("not_testable" in one):
                self.find(one["id"], "needs either a case that covers it or not_testable, not both")
        for one in self.register["rows_without_a_file"]:
            if "cases_of" in one and one["cases_of"] not in self.rules:
                self.find(one["row"], "there is no rule " + one["cases_of"])
        rows = {one["row"] for one in self.register["rows_without_a_file"]}
        with open(os.path.join(self.root, "mockserver", "docs", "PROTOCOL.md"),
                  encoding="utf-8") as file:
            contract = re.findall(r"^\| ([RP][0-9]+) \|", file.read(), flags=re.MULTILINE)
        for row in contract:
            if (row in rows) == (row in self.rules):
                self.find(row, "the row has a file of cases or an entry in the register, not both")

    def count(self):
        for case in self.cases:
            self.results.update(level_of(result) for result in results_of(case))
        covered = len(self.coverage())
        self.notes.append("%d cases, %d results: %s" % (
            len(self.cases), sum(self.results.values()),
            ", ".join("%d %s" % (self.results[level], level) for level in DOC_OF_LEVEL)))
        self.notes.append("%d sentences of the page: %d covered, %d not testable" % (
            len(self.register["sentences"]), covered, len(self.register["sentences"]) - covered))
        self.notes.append("%d switches, %d mutants, %d scenarios" % (
            len(self.switches), len(self.mutants["mutants"]), len(self.scenarios["scenarios"])))


def main(arguments):
    if len(arguments) not in (1, 2):
        sys.stderr.write(__doc__)
        return 2
    checker = Checker(*arguments)
    try:
        checker.run()
    except (OSError, ValueError, jsonschema.SchemaError) as error:
        sys.stderr.write("check_cases.py: %s\n" % error)
        return 2
    for line in checker.findings + checker.notes:
        print(line)
    return 1 if checker.findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
