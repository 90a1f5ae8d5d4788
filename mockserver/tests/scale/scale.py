"""scale.py TIMOCK WORK_FOLDER: three instances behind nginx, configured to the letter as docs/scale.md says but for the
ports, keep 30 apps apart: limit, journal, and what is left when one instance is killed and another takes its place.
Exits 77 where nginx or curl is missing.
"""
import concurrent.futures
import http.client
import json
import os
import pathlib
import random
import re
import shutil
import socket
import subprocess
import sys

TIMOCK, WORK = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
PAGE = (pathlib.Path(__file__).resolve().parents[2] / "docs/scale.md").read_text()
APPS = range(1600001000, 1600001030)
CALLS = 120
os.environ["PATH"] += ":/usr/sbin"
for tool in ("nginx", "curl"):
    if not shutil.which(tool):
        print(f"skipped: {tool} is not installed")
        sys.exit(77)
started = []


def start(port=0):
    """An instance and its port."""
    instance = subprocess.Popen(
        [TIMOCK, "serve", "--port", str(port), "--ports-file", "/dev/stdout", "--log", "off", "--exit-with-parent"],
        stdout=subprocess.PIPE)
    started.append(instance)
    line = instance.stdout.readline()
    assert line, "timock serve ended at once"
    return instance, json.loads(line)["http"]


def ask(connection, method, target, body=None):
    """Status, JSON (None where it is none) and the instance that answered."""
    connection.request(method, target, None if body is None else json.dumps(body))
    reply = connection.getresponse()
    text = reply.read()
    try:
        answer = json.loads(text)
    except ValueError:
        answer = None
    return reply.status, answer, reply.headers.get("X-Timock-Instance")


def to(port):
    return http.client.HTTPConnection("127.0.0.1", port, timeout=30)


def good(answer, wanted=200):
    assert answer[0] == wanted, answer
    return answer[1]


def typed(name, **variables):
    """What the lines behind the marker example:NAME of the page print."""
    lines = re.search(rf"<!-- example:{name} -->\n```sh\n(.*?)^```$", PAGE, re.S | re.M)[1]
    return subprocess.run(["sh", "-euc", lines], cwd=WORK, env={**os.environ, **variables}, check=True,
                          stdout=subprocess.PIPE, encoding="utf-8").stdout


def start_nginx(ports):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        front = probe.getsockname()[1]
    page = re.search(r"^```nginx\n(.*?)^```$", PAGE, re.S | re.M)[1]
    new = {"127.0.0.1:8080": f"127.0.0.1:{front}"}
    new |= {f"127.0.0.1:{8081 + i}": f"127.0.0.1:{port}" for i, port in enumerate(ports)}
    page = re.sub("|".join(new), lambda found: new[found[0]], page)
    folders = "".join(f"{name}_temp_path {name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    user = "user root root;" if os.getuid() == 0 else ""
    (WORK / "nginx.conf").write_text(f"""daemon off; {user} pid nginx.pid; error_log error.log;
events {{ worker_connections 512; }}
http {{ access_log off; {folders}
{page}}}
""")
    nginx = subprocess.Popen(["nginx", "-p", WORK, "-c", "nginx.conf", "-e", "error.log"])
    started.append(nginx)
    while True:
        try:
            socket.create_connection(("127.0.0.1", front)).close()
            return front
        except ConnectionRefusedError:
            assert nginx.poll() is None, (WORK / "error.log").read_text()


def main():
    instances = dict(reversed(start()) for _ in range(3))  # by port
    front = start_nginx(list(instances))
    get = "/v4/all_member_push/im_get_attr_name?"
    balancer, direct = to(front), {port: to(port) for port in instances}
    url = f"http://127.0.0.1:{front}"

    home, query = {}, {}  # of each app: the port of its instance, its signed query
    for app in APPS:
        status, _, instance = ask(balancer, "PUT", f"/_timock/apps/{app}", {"clock": {"mode": "frozen"}})
        assert status in (200, 201), status
        home[app] = int(instance.split(":")[1])
        signed = ask(balancer, "POST", "/_timock/usersig", {"sdkappid": app, "identifier": "administrator"})
        query[app] = good(signed)["query"]
        assert signed[2] == instance, f"app {app}: usersig went to {signed[2]}, not {instance}"
    assert len(set(home.values())) > 1, f"all apps are on one instance: {home}"
    where = typed("where", TIMOCK_URL=url, ID=str(APPS[0])).strip()
    assert where == f"127.0.0.1:{home[APPS[0]]}", where

    # Each app from several connections at once: its hundred calls, and not one more.
    def calls(app):
        connection = to(front)
        target = f"/v4/all_member_push/im_set_attr_name?{query[app]}"
        codes = [good(ask(connection, "POST", target, {"AttrNames": {"0": f"of {app}"}}))["ErrorCode"]
                 for _ in range(CALLS // 4)]
        connection.close()
        return app, codes
    parts = list(APPS) * 4
    random.Random(1).shuffle(parts)
    codes = {app: [] for app in APPS}
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for app, some in pool.map(calls, parts):
            codes[app] += some
    for app in APPS:
        passed, refused = codes[app].count(0), codes[app].count(60007)
        assert (passed, refused) == (100, CALLS - 100), f"app {app}: {passed} passed, {refused} refused"
        count = f"/_timock/requests/count?sdkappid={app}"
        assert good(ask(balancer, "GET", count))["count"] == CALLS
        for port in instances:
            if port == home[app]:
                assert good(ask(direct[port], "GET", count))["count"] == CALLS
            else:  # it has neither the app nor a call for it
                good(ask(direct[port], "GET", count), 404)

    # What is of one app in the body, even behind much else, and its stream of calls; what is of no app.
    for port, app in {port: app for app, port in home.items()}.items():
        fault = {"action": {"http_status": 503, "body": "x" * 60000}, "times": 1, "match": {"sdkappid": app}}
        added = ask(balancer, "POST", "/_timock/faults", fault)
        assert added[::2] == (201, f"127.0.0.1:{port}"), f"{added}, not {port}"
        stream = to(front)
        stream.request("GET", f"/_timock/requests/stream?sdkappid={app}")
        events = stream.getresponse()
        good(ask(balancer, "POST", get + query[app], {}), 503)
        while not (line := events.readline()).startswith(b"data:"):
            assert line, "the stream ended"
        assert json.loads(line[5:])["sdkappid"] == app, line
        stream.close()
        events.close()
    for method, path in (("POST", "apps"), ("GET", "apps"), ("PUT", "clock"), ("GET", "faults"), ("GET", "state")):
        refused = ask(balancer, method, "/_timock/" + path, {})
        assert refused[0] == 400 and "ask an instance itself" in refused[1]["error"]["message"], (path, refused)
    typed("each", INSTANCES=" ".join(f"127.0.0.1:{port}" for port in instances))
    for port in instances:
        assert good(ask(direct[port], "GET", "/_timock/profile/not_admin")) == 60010

    # One instance is killed: its own apps get errors, and no other; then a new one takes its place.
    lost = home[APPS[0]]
    typed("save", INSTANCE=f"127.0.0.1:{lost}")
    instances[lost].kill()
    instances[lost].wait()

    def names():
        """What each app is answered: a status, or its names."""
        found = {}
        for app in APPS:
            status, answer, _ = ask(balancer, "POST", get + query[app], {})
            found[app] = answer["AttrNames"] if status == 200 and answer["ErrorCode"] == 0 else status
        return found
    whole = {app: {"0": f"of {app}"} for app in APPS}
    assert names() == {app: 502 if home[app] == lost else whole[app] for app in APPS}, names()
    start(lost)
    assert all(names()[app] != whole[app] for app in APPS if home[app] == lost), "a new instance has names"
    typed("restore", INSTANCE=f"127.0.0.1:{lost}")
    assert names() == whole, names()
    share = {port: list(home.values()).count(port) for port in instances}
    print(f"{len(APPS)} apps, {list(share.values())} by instance: 100 of {CALLS} calls passed for each, {share[lost]} apps "
          "were lost and restored")


WORK.mkdir(parents=True, exist_ok=True)
try:
    main()
finally:
    for process in reversed(started):
        process.terminate()
        process.wait()
