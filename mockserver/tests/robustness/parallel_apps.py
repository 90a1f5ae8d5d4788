#!/usr/bin/env python3
"""parallel_apps.py TIMOCK: 20 processes share one server, each with an app of its own, 1,000 calls each.
No entry of one is seen by another, and every count is exact."""
import http.client
import json
import multiprocessing
import sys

from running_server import RunningServer

PROCESSES = 20
CALLS = 1000


def ask(connection, method, path, body=None):
    connection.request(method, path, None if body is None else json.dumps(body))
    reply = connection.getresponse()
    text = reply.read()
    assert reply.status < 300, (method, path, reply.status, text)
    return json.loads(text)


def run_one(port, number):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    app = ask(connection, "POST", "/_timock/apps", {"limit": "none"})["sdkappid"]
    signed = ask(connection, "POST", "/_timock/usersig", {"sdkappid": app, "identifier": "administrator"})
    target = "/v4/all_member_push/im_set_attr_name?" + signed["query"]
    refused = 0
    for call in range(CALLS):
        good = call % 10 != number % 10
        name = f"test{number}" if good else "x" * 51
        code = ask(connection, "POST", target, {"AttrNames": {"0": name}})["ErrorCode"]
        assert code == (0 if good else 90001), code
        refused += not good
    count = lambda more: ask(connection, "GET", f"/_timock/requests/count?sdkappid={app}{more}")
    for more, wanted in (("", CALLS), ("&code=0", CALLS - refused), ("&code=90001", refused)):
        found = count(more)
        assert found["complete"] and found["count"] == wanted, (found, wanted)
    since, seen = 0, 0
    while True:
        page = ask(connection, "GET", f"/_timock/requests?sdkappid={app}&since={since}&limit=1000")
        for entry in page["requests"]:
            assert entry["sdkappid"] == app and (f'test{number}"' in entry["body"] or "xxx" in entry["body"])
        seen += len(page["requests"])
        if not page["more"]:
            break
        since = page["requests"][-1]["id"]
    assert seen == CALLS, seen
    assert ask(connection, "GET", f"/_timock/apps/{app}/names") == {"0": f"test{number}"}
    return app


if __name__ == "__main__":
    bounds = ("--journal-entries", "30000", "--journal-bytes", "200000000")
    with RunningServer(sys.argv[1], options=bounds) as server:
        with multiprocessing.Pool(PROCESSES) as pool:
            apps = pool.starmap(run_one, [(server.port, number) for number in range(PROCESSES)])
        assert len(set(apps)) == PROCESSES
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        assert ask(connection, "GET", "/_timock/requests/count")["count"] == PROCESSES * CALLS
    print(f"{PROCESSES} processes, {CALLS} calls each: every count exact, no entry of another app")
