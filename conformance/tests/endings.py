#!/usr/bin/env python3
"""endings.py TIMOCK_CONFORMANCE TIMOCK_LOAD TIMOCK WORK_FOLDER [NAME...]: how the suite and the load
tool end when their output is not read or cannot be written, when they get a signal, and when the
server is a strange one; and what they put back. Each test_ is one of them; NAMEs select."""
import functools
import html.parser
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import traceback
import urllib.request
import xml.etree.ElementTree

SUITE, LOAD, TIMOCK, WORK = sys.argv[1:5]
HERE = os.path.dirname(os.path.abspath(__file__))
KEY = "0123456789abcdef" * 4
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("TIMOCK_")}
OWNER = {**ENVIRONMENT, "TIMOCK_SDKAPPID": "1400000000", "TIMOCK_IDENTIFIER": "administrator",
         "TIMOCK_SECRET_KEY": KEY, "XDG_STATE_HOME": os.path.join(WORK, "state")}
LATEST = 120  # seconds that nothing here may take
NAMES = {str(slot): f"name_{slot}" for slot in range(10)}  # all: no call empties a slot


class Server:
    """A child that prints its URL."""

    def __init__(self, *command):
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)
        self.url = None
        for line in self.process.stdout:
            found = re.search(r"http://127[0-9.:]*", line)
            if found:
                self.url = found.group()
                break

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def wire(mode):
    return Server(sys.executable, os.path.join(HERE, "wire_server.py"), mode)


def fake(*flags):
    return Server(TIMOCK, "serve", "--port", "0", "--log", "off", *flags)


@functools.cache
def usersig():
    return subprocess.run([TIMOCK, "usersig", "--identifier", "administrator", "--sdkappid", "1400000000", "--key", KEY],
                          stdout=subprocess.PIPE, check=True, text=True).stdout.strip()


def fetched(target, body=None):
    with urllib.request.urlopen(target, body, timeout=LATEST) as reply:
        return json.load(reply)


def call(url, command, body):
    reply = fetched(f"{url}/v4/all_member_push/{command}?sdkappid=1400000000&identifier=administrator"
                    f"&usersig={usersig()}&random=1&contenttype=json", json.dumps(body).encode())
    assert reply["ErrorCode"] == 0, reply
    return reply


def names(url):
    return call(url, "im_get_attr_name", {})["AttrNames"]


def run(*command, env=ENVIRONMENT, **more):
    done = subprocess.run(command, env=env, stdout=more.pop("stdout", subprocess.PIPE), stderr=subprocess.STDOUT,
                          timeout=LATEST, check=False, **more)
    done.text = (done.stdout or b"").decode(errors="replace")
    return done


def steady(*command, **more):
    """As run; again while the machine is too busy for the load tool's schedule."""
    for _ in range(5):
        done = run(*command, **more)
        if done.returncode != 6:
            break
    return done


def start(*command, env=ENVIRONMENT, **more):
    return subprocess.Popen(command, env=env, **{"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, **more})


def until(what, condition):
    for _ in range(LATEST * 5):
        if condition():
            return
        time.sleep(0.2)
    raise AssertionError(f"never: {what}")


def whole_json(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return None


def fresh(name):
    path = os.path.join(WORK, name)
    if os.path.lexists(path):
        os.unlink(path)
    return path


def profile():
    """Other codes than the fake has, so that very many cases fail and there is much to say."""
    shipped = os.path.join(HERE, "..", "..", "fixtures", "profiles", "seed-2022-04.json")
    with open(shipped, encoding="utf-8") as file:
        switches = json.load(file)
    codes = {name: 90099 for name, value in switches.items() if isinstance(value, int) and value > 60000}
    path = fresh("other.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"base": "seed-2022-04", **codes}, file)
    return path


BUSY = 6  # of timock-load: the machine did not keep the schedule, so its figures do not count


def expect_passed_load(done, *texts):
    """As expect(done, 0, ...), but a machine too busy to measure in is no fault of what is tested."""
    expect(done, BUSY if done.returncode == BUSY and "INVALID" in done.text else 0, *texts)


def expect(done, code, *texts):
    assert done.returncode == code, f"exit code {done.returncode}, expected {code}\n{done.text}"
    for text in texts:
        assert text in done.text, f"expected the output to say: {text}\n{done.text}"


LIVE = ["run", "--live", "--allow-writes", "--rate", "80", "--verbose",
        "--gtest_filter=*/R1.sample_call*:*/R8.*:*/R5.*:*/S4.name_too_long*:*/S4.key_invalid*:*/S4.json_syntax*"]


def test_closed_stdout_puts_names_back():
    with fake("--control", "off") as server:
        call(server.url, "im_set_attr_name", {"AttrNames": NAMES})
        before = names(server.url)
        process = start(SUITE, *LIVE, "--target", server.url, "--expect", profile(), "--snapshot", fresh("kept"), env=OWNER)
        for line in process.stdout:
            if b"FAILED" in line:
                break
        else:
            raise AssertionError("no case failed before the output ended")
        process.stdout.close()
        assert process.wait(LATEST) == 128 + signal.SIGPIPE, process.returncode
        assert names(server.url) == before, names(server.url)
        assert not os.path.exists(os.path.join(WORK, "kept"))


def test_unread_stdout_does_not_hold_up_a_run():
    report = fresh("unread.json")
    process = start(SUITE, "run", "--verbose", "--expect", profile(), "--json", report)
    until("the report is written though nobody reads stdout", lambda: whole_json(report))
    process.terminate()
    process.wait(LATEST)
    process.stdout.close()


def test_signal_with_unread_stdout_puts_names_back():
    with fake("--control", "off") as server:
        call(server.url, "im_set_attr_name", {"AttrNames": NAMES})
        before = names(server.url)
        process = start(SUITE, *LIVE, "--target", server.url, "--expect", profile(), "--snapshot", fresh("kept"), env=OWNER)
        until("the run changes a name", lambda: names(server.url) != before)
        process.send_signal(signal.SIGINT)
        until("the names are back", lambda: names(server.url) == before)
        process.stdout.read()
        assert process.wait(LATEST) == 128 + signal.SIGINT, process.returncode
        process.stdout.close()


def test_full_disk():
    with open("/dev/full", "wb") as full:
        done = run(SUITE, "run", "--gtest_filter=*/R1.*", stdout=full)
        assert done.returncode == 4, done.returncode
        done = steady(LOAD, "--rate", "20", "--duration", "100ms", stdout=full)
        assert done.returncode == 4, done.returncode
    for flag in ("--json", "--html", "--junit", "--badge"):
        expect(run(SUITE, "run", "--gtest_filter=*/R1.*", flag, "/dev/full"), 4, f"{flag} /dev/full: cannot be written")
    expect(run(SUITE, "probe", "--json", "/dev/full"), 4, "--json /dev/full: cannot be written")
    expect(run(LOAD, "--rate", "20", "--duration", "100ms", "--json", "/dev/full"), 4, "cannot be written")


def test_reports_write_through_links():
    real, link = fresh("real.xml"), fresh("link.xml")
    os.symlink("real.xml", link)
    expect(run(SUITE, "run", "--gtest_filter=*/R1.*", "--junit", link), 0)
    assert os.path.islink(link)
    xml.etree.ElementTree.parse(real)
    pipe = fresh("pipe")
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    expect(run(SUITE, "run", "--gtest_filter=*/R1.sample_call*", "--badge", pipe), 0)
    assert json.loads(os.read(reader, 65536))["schemaVersion"] == 1
    os.close(reader)
    assert not os.path.isfile(pipe)


def test_restore_removes_no_link():
    kept, link = fresh("kept"), fresh("link")
    with fake("--control", "off") as server:
        with open(kept, "w", encoding="utf-8") as file:
            json.dump({"format": "timock-conformance snapshot 1", "target": server.url, "sdkappid": 1400000000,
                       "unix_seconds": 1, "names": NAMES}, file)
        os.symlink("kept", link)
        expect(run(SUITE, "restore", link, env=OWNER), 0, "is no regular file and stays")
        assert os.path.islink(link)


def test_help_is_the_programs_own():
    done = run(SUITE, "--help")
    expect(done, 0, "timock-conformance")
    assert "Google Test" not in done.text, done.text


def test_junit_says_what_never_ran():
    report = fresh("signal.xml")
    with fake("--control", "off") as server:
        process = start(SUITE, "run", "--target", server.url, "--live", "--rate", "20", "--junit", report, env=OWNER)
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        assert process.wait(LATEST) == 128 + signal.SIGINT
        process.stdout.close()
    suites = xml.etree.ElementTree.parse(report).getroot()
    not_run = [one for one in suites.iter("skipped") if one.get("message") == "not run: signal 2"]
    assert len(not_run) > 10, len(not_run)


class WorkingClient(threading.Thread):
    """The app's own service beside a run: calls all the time, and keeps what was not right."""

    def __init__(self, url):
        super().__init__(daemon=True)
        self.url = url
        self.calls = 0
        self.wrong = []
        self.over = threading.Event()

    def run(self):
        last = False  # one call more, once the run is over: whatever it did shows by then
        while not last:
            last = self.over.wait(0.3 if self.calls else 0)
            self.calls += 1
            try:
                names(self.url)
            except AssertionError as error:
                self.wrong.append(str(error))

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join()


def strict(failures, window_s):
    """A fake that locks a caller after so many bad UserSigs."""
    path = fresh("strict.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"base": "seed-2022-04", "usersig_lockout": {"failures": failures, "window_s": window_s,
                                                              "code": 70050}}, file)
    return fake("--profile", path)


def live_run(server, *flags, env=OWNER):
    with WorkingClient(server.url) as client:
        done = run(SUITE, "run", "--live", "--target", server.url, "--rate", "80", *flags, env=env)
    assert client.calls > 0 and not client.wrong, (client.calls, client.wrong[:3], done.text)
    return done


BAD = "--gtest_filter=*/S4.usersig_expired*:*/S4.usersig_signature_wrong*:*/P10.refusal*"


def test_live_run_without_leave_locks_nobody_out():
    with strict(1, 60) as server:
        expect(live_run(server), 0, "--allow-bad-signatures lets it")


def test_live_run_with_leave_keeps_below_a_lockout():
    with strict(2, 1) as server:
        done = live_run(server, BAD, "--allow-bad-signatures", "--bad-signature-interval", "1.2")
        expect(done, 0, "that may fail authentication, one each 1.2 s")
        assert "answered with 70050" not in done.text, done.text


def test_live_run_uses_the_account_that_nothing_depends_on_and_stops_at_the_first_lockout():
    with strict(2, 600) as server:
        done = live_run(server, "--gtest_filter=*/S4.usersig_expired*", "--allow-bad-signatures",
                        "--bad-signature-interval", "0", env={**OWNER, "TIMOCK_NON_ADMIN": "nobody_s_account"})
        expect(done, 0, "answered with 70050")


def test_plan_says_how_many_calls_may_fail_authentication():
    done = run(SUITE, "plan", "--target", "https://im.example", "--allow-bad-signatures", env=OWNER)
    expect(done, 0, "calls that may fail authentication, one each 61 s: about", "# $TIMOCK_OTHER_USERSIG: a UserSig")
    done = run(SUITE, "plan", "--target", "https://im.example", env=OWNER)
    expect(done, 0, "--allow-bad-signatures lets it")
    assert "OTHER_USERSIG" not in done.text


def test_server_that_answers_502():
    with wire("502") as server:
        done = run(SUITE, "run", "--target", server.url, env=OWNER)
        expect(done, 3, "HTTP status 502")
        done = run(LOAD, "--target", server.url, "--rate", "50", "--duration", "400ms", env=OWNER)
        expect(done, 1, "NOTHING ADMITTED", "status 502")
        assert "keeps to" not in done.text, done.text


def test_server_of_http_1_0():
    with wire("http10") as server:
        done = steady(LOAD, "--target", server.url, "--rate", "20", "--duration", "400ms", env=OWNER)
        expect_passed_load(done, "admitted                8")


def test_server_that_drips():
    with wire("drip") as server:
        done = run(SUITE, "run", "--target", server.url, "--gtest_filter=*/P2.success*", env=OWNER)
        expect(done, 3, "no whole answer within 10000 ms")


def test_server_that_dies():
    with wire("right") as server:
        url = server.url
    done = run(SUITE, "run", "--target", url, env=OWNER)
    expect(done, 3, "cannot connect")
    done = run(LOAD, "--target", url, "--duration", "200ms", env=OWNER)
    expect(done, 3, "cannot connect")


def test_server_that_closes_at_the_first_byte():
    with wire("closes_at_once") as server:
        done = run(SUITE, "run", "--target", server.url, env=OWNER)
        expect(done, 3, "HTTP status 400")
    with fake() as server:
        expect(run(SUITE, "run", "--target", server.url, "--gtest_filter=*/R13.one_byte*"), 0)


def wire_case(mode, code, *texts, filter="*/P2.success*:*/R13.twenty*"):
    with wire(mode) as server:
        expect(run(SUITE, "run", "--target", server.url, f"--gtest_filter={filter}", env=OWNER), code, *texts)


def test_wire_of_right_servers():
    wire_case("right", 0)
    wire_case("trailer", 0)


def test_wire_of_wrong_servers():
    # Where no answer at all can be read there is nothing to judge; each reason is named.
    wire_case("no_length", 3, "the answer has no end", filter="*/P2.success*")
    wire_case("chunk_garbage", 3, "bytes stand between a chunk and its line end")
    wire_case("length_twice", 3, "Content-Length is given twice")
    wire_case("bytes_behind", 3, "bytes stand behind the answer")
    wire_case("deep", 1, "nested deeper than 64")


class Data(html.parser.HTMLParser):
    """What stands in the page's data element."""

    def __init__(self):
        super().__init__()
        self.inside = False
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.inside = ("id", "data") in attrs

    def handle_endtag(self, tag):
        self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.text += data


def test_reports_can_be_parsed_whatever_came():
    files = {flag: fresh(f"bytes{flag[2:]}") for flag in ("--json", "--html", "--junit", "--badge")}
    flags = [part for pair in files.items() for part in pair]
    with wire("every_byte") as server:
        done = run(SUITE, "run", "--target", server.url, *flags, "--gtest_filter=*/P2.*:*/R1.*:*/P1.*",
                   f"--gtest_output=xml:{fresh('gtest.xml')}", env=OWNER)
        expect(done, 1)
        for path in (files["--junit"], os.path.join(WORK, "gtest.xml")):
            assert list(xml.etree.ElementTree.parse(path).getroot().iter("failure"))
        for flag in ("--json", "--badge"):
            assert whole_json(files[flag])
        page = Data()
        with open(files["--html"], encoding="utf-8") as file:
            page.feed(file.read())
        assert json.loads(page.text)["report"]["results"]


def gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def children_of(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(child) for child in file.read().split()]


def test_signals_leave_no_child():
    for number in (signal.SIGINT, signal.SIGTERM):
        for command in ([LOAD, "--duration", "60s", "--rate", "50", "--progress"], [SUITE, "record", "--out", fresh("r.json")]):
            command += ["--target", f"exec:exec {TIMOCK} serve --port 0 --log off --control off"]
            process = start(*command, env=OWNER)
            until("a child runs", lambda: children_of(process.pid))
            child = children_of(process.pid)[0]
            time.sleep(0.5)
            process.send_signal(number)
            process.stdout.read()
            assert process.wait(LATEST) == 128 + number, (command, process.returncode)
            process.stdout.close()
            until("the child is gone", lambda: gone(child))


def apps(url):
    return len(fetched(f"{url}/_timock/apps")["apps"])


def test_signals_leave_no_app():
    with fake() as server:
        before = apps(server.url)
        process = start(LOAD, "--target", server.url, "--apps", "5", "--duration", "60s", "--rate", "50")
        until("apps were made", lambda: apps(server.url) == before + 5)
        process.terminate()
        text = process.stdout.read()
        assert process.wait(LATEST) == 128 + signal.SIGTERM, process.returncode
        assert b"timock-load: ended by signal 15; there is no report" in text, text
        process.stdout.close()
        assert apps(server.url) == before


def test_control_api_that_wants_a_token():
    command = [SUITE, "run", "--gtest_filter=*/R1.*", "--target"]
    with fake("--control-token", "sesame") as server:
        expect(run(*command, server.url), 2, "HTTP status 401", "TIMOCK_CONTROL_TOKEN")
        expect(run(*command, server.url, env={**ENVIRONMENT, "TIMOCK_CONTROL_TOKEN": "sesame"}), 0)


def test_clock_is_left_as_it_was_found():
    with fake() as server:
        def clock(setting=None):
            body = setting and json.dumps(setting).encode()
            return fetched(urllib.request.Request(f"{server.url}/_timock/clock", body, method="PUT" if body else "GET"))

        def ahead():
            return int(clock()["unix_ns"]) - time.time_ns()

        def suite():
            began = time.time_ns()
            expect(run(SUITE, "run", "--target", server.url, "--gtest_filter=documented/*"), 0)
            return time.time_ns() - began

        frozen = clock({"mode": "frozen", "unix_ns": "1795369800123456789"})
        suite()
        assert clock() == frozen, clock()
        clock({"mode": "offset", "unix_ns": "1795369800123456789"})
        before = ahead()
        took = suite()
        assert abs(ahead() - before) < took / 2, (ahead(), before, took)


def test_load_keeps_the_names_of_the_server_it_loads():
    with fake("--control", "off") as server:
        call(server.url, "im_set_attr_name", {"AttrNames": NAMES})
        relay = f"exec:echo {server.url}; exec sleep 600"
        done = steady(LOAD, "--target", relay, "--live", "--allow-writes", "--rate", "20", "--duration", "300ms", env=OWNER)
        expect_passed_load(done, "the names are as they were before")
        assert names(server.url).items() >= NAMES.items(), names(server.url)
        stays = steady(LOAD, "--target", f"exec:exec {TIMOCK} serve --port 0 --log off --control off", "--live",
                    "--allow-writes", "--rate", "20", "--duration", "300ms", env=OWNER)
        expect_passed_load(stays, "the names are as they were before")


def main():
    os.makedirs(WORK, exist_ok=True)
    os.chdir(WORK)
    bad = 0
    for name, test in list(globals().items()):
        if not name.startswith("test_") or (sys.argv[5:] and not any(part in name for part in sys.argv[5:])):
            continue
        began = time.monotonic()
        try:
            test()
            print(f"ok      {name} ({time.monotonic() - began:.1f} s)", flush=True)
        except Exception:  # whatever it is, the others are tried
            bad += 1
            print(f"FAILED  {name}\n{traceback.format_exc()[-3000:]}", flush=True)
    return 1 if bad else 0


sys.exit(main())
