"""The kit for Python, from the installed package: pytest test_kit.py"""
import concurrent.futures
import datetime
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.parse

import pytest

import timock

NOON = 1795369800


def call(app, names=None, command="im_set_attr_name", **signed):
    """Stands for the code under test. The answer as (HTTP status, ErrorCode), None where it is no JSON."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(app.url).netloc, timeout=30)
    connection.request("POST", app.target(command, **signed), json.dumps({"AttrNames": names or {"0": "sex"}}))
    response = connection.getresponse()
    text = response.read()
    connection.close()
    return response.status, json.loads(text)["ErrorCode"] if text.startswith(b"{") else None


def test_an_app_is_called_and_its_names_are_read_and_set(timock_app):
    assert call(timock_app, {"3": "city"}) == (200, 0)
    assert timock_app.names() == {3: "city"}
    timock_app.set_names({0: "sex"})
    assert timock_app.names() == {0: "sex"}
    assert len(timock_app.key) == 64
    assert call(timock_app, identifier="nobody") != (200, 0)


def test_each_test_has_an_app_of_its_own_in_one_server(timock_server, timock_app):
    with timock_server.app(names={"1": "other"}, limit=1) as other:
        assert other.sdkappid != timock_app.sdkappid
        assert other.url == timock_app.url == timock_server.url
        call(other)
        other.delete()
    assert timock_app.names() == {}
    assert timock_app.calls() == []
    with pytest.raises(timock.Error, match="there is no app") as caught:
        other.names()
    assert caught.value.status == 404


def test_calls_are_listed_oldest_first_and_filtered(timock_app):
    call(timock_app, {"0": ""})
    call(timock_app)
    call(timock_app, command="im_get_attr_name")
    assert [it["error_code"] for it in timock_app.calls()] == [90001, 0, 0]
    assert [it["rule"] for it in timock_app.calls(code=90001)] == ["name_empty"]
    assert len(timock_app.calls(command="im_get_attr_name")) == 1


def test_all_calls_are_listed_where_they_are_more_than_a_page(timock_app):
    timock_app.set_limit("none")
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(timock_app.url).netloc, timeout=30)
    target = timock_app.target()
    for _ in range(1001):
        connection.request("POST", target, '{"AttrNames":{"0":"sex"}}')
        connection.getresponse().read()
    connection.close()
    ids = [it["id"] for it in timock_app.calls()]
    assert len(ids) == 1001 and ids == sorted(set(ids))
    timock_app.assert_called_times(1001)
    assert timock_app.journal().startswith("older calls are left out\n")


def test_waiting_returns_the_calls_that_came(timock_app):
    with concurrent.futures.ThreadPoolExecutor() as pool:
        waiting = pool.submit(timock_app.wait_for_calls, 2, timeout=30)
        call(timock_app)
        call(timock_app)
        assert len(waiting.result()) == 2


def test_waiting_in_vain_says_what_came_and_why_it_was_refused(timock_app):
    call(timock_app, {"0": ""})
    with pytest.raises(AssertionError) as caught:
        timock_app.wait_for_calls(1, timeout=0.01, code=0)
    text = str(caught.value)
    assert f"app {timock_app.sdkappid}, code 0: expected at least 1 calls within 0.01 s, received 0" in text
    assert "does not count" in text
    assert "90001 (name_empty)" in text and "give the slot a non-empty name" in text


def test_counting_calls_says_what_came(timock_app):
    timock_app.assert_called_times(0)
    with pytest.raises(AssertionError, match=f"(?s)expected 1 calls, received 0.*its fake is at {timock_app.url}"):
        timock_app.assert_called_times(1)
    call(timock_app)
    timock_app.assert_called_times(1, code=0)
    call(timock_app)
    with pytest.raises(AssertionError, match="(?s)expected 1 calls, received 2.*one too many.*im_set_attr_name"):
        timock_app.assert_called_times(1)


def test_faults_by_code_by_preset_and_by_action(timock_server, timock_app):
    code = timock_app.fail_with(60014, times=1)
    assert [call(timock_app), call(timock_app)] == [(200, 60014), (200, 0)]
    assert code.hits() == 1
    timock_app.fail_with("gateway-502", times=1)
    assert [call(timock_app), call(timock_app)] == [(502, None), (200, 0)]
    action = timock_app.fail_with({"http_status": 429, "body": "slow down"}, command="im_get_attr_name", every_nth=2)
    get = {"command": "im_get_attr_name"}
    assert [call(timock_app), call(timock_app, **get), call(timock_app, **get)] == [(200, 0), (200, 0), (429, None)]
    assert f"-> 429 ({action.id})" in timock_app.journal()
    with timock_server.app() as other:
        assert call(other, **get) == call(other, **get) == (200, 0)
    action.remove()
    assert [call(timock_app, **get), call(timock_app, **get)] == [(200, 0), (200, 0)]


def test_a_refusal_has_the_words_of_the_server(timock_app):
    with pytest.raises(timock.Error, match='POST /_timock/faults: no preset is named "x".*at /preset') as caught:
        timock_app.fail_with("x")
    assert (caught.value.status, caught.value.pointer) == (400, "/preset")
    with pytest.raises(timock.Error, match="parameter code") as caught:
        timock_app.calls(code="x")
    assert caught.value.parameter == "code"
    with pytest.raises(timock.Error, match="/limit"):
        timock_app.set_limit(0)


def test_members_of_an_app_change(timock_app):
    timock_app.update(enabled=False)
    assert call(timock_app) != (200, 0)


def test_a_moment_without_a_time_zone_is_refused(timock_app):
    with pytest.raises(ValueError, match="time zone"):
        timock_app.clock.freeze(datetime.datetime(2026, 11, 22))


def test_the_clock_of_an_app_is_its_own(timock_server, timock_app):
    clock = timock_app.clock
    clock.freeze(NOON)
    assert clock.now() == NOON
    clock.advance(1.5)
    assert clock.now() == NOON + 1.5
    clock.freeze(datetime.datetime.fromtimestamp(NOON, datetime.timezone.utc))
    assert clock.now() == NOON
    clock.set(NOON)
    clock.freeze()
    assert NOON <= clock.now() < NOON + 60
    with timock_server.app() as other:
        assert abs(other.clock.now() - time.time()) < 60
    clock.real()
    assert abs(clock.now() - time.time()) < 60


def test_the_throttle_and_user_sigs_follow_the_clock_of_the_app(timock_app):
    timock_app.set_limit(2)
    timock_app.clock.freeze(NOON)
    assert [call(timock_app)[1] for _ in range(3)] == [0, 0, 60007]
    timock_app.clock.advance(1)
    assert call(timock_app) == (200, 0)
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(timock_app.url).netloc, timeout=30)
    target = timock_app.target(expire=60)
    timock_app.clock.advance(61)
    connection.request("POST", target, '{"AttrNames":{"0":"sex"}}')
    assert json.loads(connection.getresponse().read())["ErrorCode"] == 70001
    connection.close()
    assert call(timock_app) == (200, 0)


@pytest.fixture(scope="module")
def pool():
    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        yield threads


def test_eight_tests_at_once_do_not_interfere(timock_server, pool):
    def one(number):
        with timock_server.app(limit=number) as app:
            app.clock.freeze(NOON + 1000 * number)
            fault = app.fail_with(91000 + number, times=number, command="im_get_attr_name")
            for second in range(3):  # `number` calls pass in a second, and then no more
                assert [call(app, {"0": f"n{number}"})[1] for _ in range(number + 1)] == [0] * number + [60007]
                assert app.clock.now() == NOON + 1000 * number + second
                app.clock.advance(1)
            assert [call(app, command="im_get_attr_name")[1] for _ in range(number)] == [91000 + number] * number
            assert fault.hits() == number
            assert app.names() == {0: f"n{number}"}
            app.assert_called_times(3 * (number + 1) + number)
            app.assert_called_times(3, code=60007)
            assert {round(it["unix"]) for it in app.calls()} == {NOON + 1000 * number + it for it in range(4)}
            return number

    assert list(pool.map(one, range(1, 9))) == list(range(1, 9))


def test_a_failing_test_shows_the_calls_of_its_app(pytester):
    pytester.makepyfile("""
        import urllib.request

        def test_fails(timock_app):
            urllib.request.urlopen(timock_app.url + timock_app.target(), b'{"AttrNames":{"0":""}}')
            assert False
    """)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*calls of timock app *", "call 1: *im_set_attr_name*90001 (name_empty)",
                                 "  name_empty: *give the slot a non-empty name"])


def test_options_reach_the_server_and_variables_do_not(monkeypatch):
    monkeypatch.setenv("TIMOCK_PROFILE", "no such profile")
    monkeypatch.setenv("TIMOCK_CONTROL", "off")
    with timock.Server("--profile", "lenient", "--control-port", "0") as server, server.app() as app:
        assert server.ask("GET", "profile")["name"] == "lenient"
        assert call(app) == (200, 0)
        app.assert_called_times(1)
    with pytest.raises(timock.Error, match="does not answer"):
        server.ask("GET", "health")
    server.close()


def test_a_server_that_does_not_start_says_why():
    with pytest.raises(timock.Error, match="exit code 2.*no such profile"):
        timock.Server("--profile", "no such profile")
    with pytest.raises(timock.Error, match="no such binary.*Server\\(binary="):
        timock.Server(binary="no such binary")


HOLDER = """
import sys, threading, timock
servers = []
thread = threading.Thread(target=lambda: servers.append(timock.Server()))  # which ends before the process does
thread.start()
thread.join()
print(servers[0].url, flush=True)
sys.stdin.readline()
"""


@pytest.mark.parametrize("how", ["killed", "ends"])
def test_a_server_ends_with_the_process_that_started_it(how):
    holder = subprocess.Popen([sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with holder:
        address = urllib.parse.urlsplit(holder.stdout.readline().strip())
        with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
            if how == "killed":
                holder.send_signal(signal.SIGKILL)
            else:
                holder.stdin.write("\n")
                holder.stdin.flush()
            assert connection.recv(1) == b""  # the server's end of it
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address.hostname, address.port), timeout=30)


def test_a_forked_child_leaves_the_server_alone(timock_server):
    child = os.fork()
    if child == 0:
        timock_server.close()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert timock_server.ask("GET", "health")["status"] == "ready"


def test_the_command_is_the_carried_program():
    command = shutil.which("timock")
    result = subprocess.run([command, "exec", "--", "sh", "-c", 'echo "$TIMOCK_SDKAPPID"; exit 7'], text=True,
                            capture_output=True, check=False)
    assert (result.returncode, result.stdout) == (7, "1400000000\n")
