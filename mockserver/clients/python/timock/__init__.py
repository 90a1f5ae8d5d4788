"""A timock server for tests, and apps of it: `with timock.Server() as server, server.app() as app: ...`

Moments are UNIX seconds or a datetime with a time zone; durations are seconds. All that the server refuses, and
a server that does not start or answer, raises Error.
"""
import atexit
import datetime
import http.client
import json
import os
import subprocess
import sys
import time
import urllib.parse

__all__ = ["App", "Clock", "Error", "Fault", "Server"]

BINARY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bin", "timock")
SHOWN = 20  # calls in the text of a failure


class Error(Exception):
    """What went wrong, in the words of the server.

    status: the HTTP status of a refusal, else None. pointer: JSON pointer of the bad member of the body, parameter:
    the bad query parameter; each None where there is none.
    """

    def __init__(self, message, status=None, pointer=None, parameter=None):
        super().__init__(message)
        self.status, self.pointer, self.parameter = status, pointer, parameter


class Server:
    """`timock serve` on a free port of 127.0.0.1, in a process that ends with this one.

    options: more of `timock serve --help`, such as "--profile", "lenient". TIMOCK_* variables do not reach it.
    binary: another program than the one that this package carries. url: where the fake is, without a slash at the
    end. pid: of the server.
    """

    def __init__(self, *options, binary=BINARY):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TIMOCK_")}
        environment["TIMOCK_LOG"] = "off"  # which an option may override
        # stdout is a pipe: its first line are the ports, once connections are accepted, or it ends.
        command = [binary, "serve", "--host", "127.0.0.1", "--port", "0", "--ports-file", "/dev/stdout",
                   "--exit-with-parent", *options]
        try:
            # In a session of its own, so that Ctrl-C ends the tests first, which may still ask it.
            self._process = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                encoding="utf-8", errors="replace", start_new_session=True)
        except OSError as error:
            raise Error(f"timock cannot be started: {error}; its wheel carries it, Server(binary=...) names "
                        "another") from error
        self.pid, self._owner = self._process.pid, os.getpid()
        atexit.register(self.close)
        line = self._process.stdout.readline()
        if not line:
            text = self._process.stderr.read().strip()
            self.close()
            raise Error(f"timock serve ended with exit code {self._process.returncode}: {text}")
        ports = json.loads(line)
        self.url = f"http://127.0.0.1:{ports['http']}"
        self._control_port = ports.get("control", ports["http"])

    def ask(self, method, path, body=None, wait=0, **query):
        """What the control API answers to a request, as JSON gives it (docs/CONTROL.md).

        path: below /_timock/, such as "profile". body: any JSON, or None for no body. query: members of the query
        that are None are left out. wait: seconds that the answer may take on purpose.
        """
        __tracebackhide__ = True  # pytest shows who asked
        query = urllib.parse.urlencode({name: value for name, value in query.items() if value is not None})
        target = "/_timock/" + path + ("?" + query if query else "")
        connection = http.client.HTTPConnection("127.0.0.1", self._control_port, timeout=30 + wait)
        try:
            connection.request(method, target, None if body is None else json.dumps(body))
            response = connection.getresponse()
            text = response.read()
            answer = json.loads(text)
        except (OSError, http.client.HTTPException) as error:
            raise Error(f"{method} {target}: the server at {self.url} does not answer: {error!r}") from error
        except ValueError as error:
            raise Error(f"{method} {target}: the answer is not JSON: {text[:60]!r}", response.status) from error
        finally:
            connection.close()
        if response.status >= 400:
            error = answer["error"]
            pointer, parameter = error.get("pointer"), error.get("parameter")
            where = f" (at {pointer})" if pointer else f" (parameter {parameter})" if parameter else ""
            raise Error(f"{method} {target}: {error['message']}{where}", response.status, pointer, parameter)
        return answer

    def app(self, **members):
        """A new App, which no other test knows. members: of POST apps, such as limit=10 or feature="off"."""
        return App(self, self.ask("POST", "apps", members))

    def close(self):
        """Ends the server; more than once is fine."""
        if self._process.returncode is not None or self._owner != os.getpid():
            return
        atexit.unregister(self.close)
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._process.stderr.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class App:
    """An app of a Server. url: of the fake. sdkappid: a number. key: its secret key. identifier: its admin.

    clock: a Clock of its own. As a context manager it is deleted at the end.
    """

    def __init__(self, server, members):
        self._server = server
        self.url, self.sdkappid, self.key = server.url, members["sdkappid"], members["keys"][0]
        self.identifier = (members["admins"] or [None])[0]
        self._path = f"apps/{self.sdkappid}"
        self.clock = Clock(self)

    def query(self, identifier=None, expire=86400):
        """A signed query string: sdkappid, identifier, usersig, random, contenttype.

        identifier: who calls; None for the admin. expire: seconds until the UserSig is refused.
        """
        return self._server.ask("POST", "usersig", {
            "sdkappid": self.sdkappid, "identifier": identifier or self.identifier, "expire": expire})["query"]

    def target(self, command="im_set_attr_name", **signed):
        """Path and query of a signed call, to come after `url`. signed: as query() takes them."""
        return f"/v4/all_member_push/{command}?{self.query(**signed)}"

    def names(self):
        """The attribute names by slot: {0: "sex"}."""
        return {int(slot): name for slot, name in self._server.ask("GET", self._path + "/names").items()}

    def set_names(self, names):
        """Replaces the attribute names, {0: "sex"}. Slots are 0 to 9."""
        self._server.ask("PUT", self._path + "/names", names)

    def update(self, **members):
        """Changes members of the app, as PUT apps/{sdkappid} takes them: update(enabled=False)."""
        return self._server.ask("PUT", self._path, members)

    def set_limit(self, limit):
        """How many calls of a command pass in a window (a second, unless the profile says otherwise), or "none"."""
        self.update(limit=limit)

    def calls(self, **filters):
        """The recorded calls of this app, oldest first, as GET requests gives them.

        A call has `error_code`, `rule`, `body`, `reply`, `diagnoses` and more. filters: code, command, fault,
        since (an id).
        """
        calls, filters = [], {"since": 0, **filters}
        while True:
            page = self._server.ask("GET", "requests", sdkappid=self.sdkappid, limit=1000, **filters)
            calls += page["requests"]
            if not page["more"]:
                return calls
            filters["since"] = calls[-1]["id"]

    def wait_for_calls(self, at_least, timeout=5, **filters):
        """Waits until that many calls have come, and returns those there are. filters: as calls() takes them.

        timeout: seconds of real time, 60 at most. AssertionError, with the journal, when they do not come.
        """
        __tracebackhide__ = True
        count = self._count(at_least=at_least, wait_ms=round(timeout * 1000), wait=timeout, **filters)
        if not count["satisfied"]:
            raise AssertionError(self._complaint(f"at least {at_least}", f" within {timeout} s", count, filters))
        return self.calls(**filters)

    def assert_called_times(self, times, **filters):
        """AssertionError, with the journal and its diagnoses, unless exactly that many calls have come by now."""
        __tracebackhide__ = True
        count = self._count(at_least=times, at_most=times, **filters)
        if not count["satisfied"]:
            raise AssertionError(self._complaint(f"{times}", "", count, filters))

    def journal(self):
        """The newest calls of this app as text, each with what the fake had to say about it."""
        newest = self._server.ask("GET", "requests", sdkappid=self.sdkappid, order="newest", limit=SHOWN)
        lines = ["older calls are left out"] if newest["more"] else []
        for call in reversed(newest["requests"]):
            why = " ".join(word for word in (call["rule"], call["fault"]) if word)
            lines.append(f"call {call['id']}: {call['command']} {call['body'][:200]} -> "
                         f"{call['error_code'] if call['http_status'] == 200 else call['http_status']}"
                         f"{' (' + why + ')' if why else ''}")
            lines += [f"  {it['name']}: {it['detail']}; {it['remedy']}" for it in call["diagnoses"]]
        return "\n".join(lines) or f"no call has come for this app; its fake is at {self.url}"

    def fail_with(self, what, times=None, seed=None, **match):
        """Makes calls of this app go wrong; returns the Fault.

        what: an error code, the name of a preset (GET faults/presets), or an `action` of POST faults, such as
        {"http_status": 502, "body": "..."}. times: how often; None for the preset's, or always. match: command,
        identifier, body, every_nth, probability; all calls where none is given.
        """
        fault = {"preset": what} if isinstance(what, str) else {
            "action": what if isinstance(what, dict) else {"error_code": what}}
        fault["match"] = {"sdkappid": self.sdkappid, **match}
        fault.update({name: value for name, value in (("times", times), ("seed", seed)) if value is not None})
        return Fault(self._server, self._server.ask("POST", "faults", fault)["id"])

    def delete(self):
        """Deletes the app with its recorded calls and faults; more than once is fine."""
        try:
            self._server.ask("POST", "reset", {"sdkappid": self.sdkappid})
            self._server.ask("DELETE", self._path)
        except Error as error:
            if error.status != 404:
                raise

    def _count(self, **query):
        return self._server.ask("GET", "requests/count", sdkappid=self.sdkappid, **query)

    def _complaint(self, wanted, when, count, filters):
        which = "".join(f", {name} {value}" for name, value in filters.items())
        lines = [f"app {self.sdkappid}{which}: expected {wanted} calls{when}, received {count['count']}"]
        lines += [count["reason"]] if "reason" in count else []
        lines += [f"call {miss['id']} does not count: {miss['why']}" for miss in count.get("near_misses", [])]
        return "\n".join(lines) + "\n\n" + self.journal()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.delete()


class Clock:
    """The clock of one App. Other apps, and delays and waits of the control API, do not follow it."""

    def __init__(self, app):
        self._app = app

    def freeze(self, at=None):
        """Stops at this moment; None for where it is."""
        self._app.update(clock={"mode": "frozen", **({} if at is None else {"unix": _unix(at)})})

    def set(self, at):
        """Goes on from this moment."""
        self._app.update(clock={"mode": "offset", "unix": _unix(at)})

    def advance(self, seconds):
        """Moves it on, or back, by this many seconds; frozen stays frozen."""
        self._app.update(advance={"seconds": seconds})

    def real(self):
        """The machine's time again."""
        self._app.update(clock={"mode": "real"})

    def now(self):
        """UNIX seconds."""
        server = self._app._server
        own = server.ask("GET", self._app._path).get("clock")
        clock = own or server.ask("GET", "clock")  # until it is set, it is the server's
        return clock.get("unix", time.time())  # of the mode `real`, the server may tell the mode alone


class Fault:
    """What App.fail_with() made. id: its id."""

    def __init__(self, server, id):
        self._server, self.id = server, id

    def hits(self):
        """How many calls it has acted on."""
        return self._server.ask("GET", "faults/" + self.id)["hits"]

    def remove(self):
        """Ends it."""
        self._server.ask("DELETE", "faults/" + self.id)


def _unix(at):
    if not isinstance(at, datetime.datetime):
        return at
    if at.tzinfo is None:
        raise ValueError(f"{at!r} has no time zone: its moment depends on the machine; give it one, such as "
                         "datetime.timezone.utc")
    return at.timestamp()


def main():
    """The command `timock`: the program that this package carries, in the place of this process."""
    os.execv(BINARY, ["timock", *sys.argv[1:]])
