#!/usr/bin/env python3
"""idle_connections.py TIMOCK [COUNT [SECONDS]]: COUNT (5,000) idle keep-alive connections, each of
which has made one call, cost the server less than 60 MB and no thread, and a normal client no time.

Prints the client's latency without and with them. Exits 77 where `ulimit -n` is too small.
"""

import socket
import sys

from running_server import REPLY, RunningServer, raise_descriptor_limit, show
from steady_client import SteadyClient, passed

LIMIT_MB = 60
LIMIT_MS = 50


def call(connection, text):
    connection.send(text)
    data = b""
    while not data.endswith(REPLY):
        piece = connection.recv(65536)
        if not piece:
            raise AssertionError("closed without an answer")
        data += piece


def main():
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 5000
    seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 10
    raise_descriptor_limit(count + 512)  # the server inherits it
    with RunningServer(sys.argv[1]) as server:
        text = server.request()
        cost = lambda: {"rss_mb": round(server.rss_mb(), 1), "threads": server.status("Threads"),
                        "descriptors": server.open_descriptors()}
        show("at start", cost())
        alone = SteadyClient(server.port, text).run(seconds)
        show("normal client alone", alone)
        threads = server.status("Threads")
        idle = []
        for _ in range(count):
            connection = socket.create_connection(("127.0.0.1", server.port), 10)
            call(connection, text)
            idle.append(connection)
        with_idle = cost()
        show("with %d idle connections" % count, with_idle)
        beside = SteadyClient(server.port, text).run(seconds)
        show("normal client beside them", beside)
        for connection in idle:
            call(connection, text)
        show("each called once more", cost())
        good = (with_idle["rss_mb"] < LIMIT_MB and with_idle["threads"] == threads and
                server.rss_mb() < LIMIT_MB and passed(alone, LIMIT_MS) and
                passed(beside, LIMIT_MS))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
