#!/usr/bin/env python3
"""descriptors.py TIMOCK: a server under `ulimit -n 64`. Connections are opened until it can accept
no more; the open ones are served on, and each that closes lets a waiting one in. Three times over.
"""

import select
import socket
import sys

from running_server import REPLY, RunningServer, show

LIMIT = 64
ROUNDS = 3


def connect(port):
    connection = socket.create_connection(("127.0.0.1", port), 5)
    connection.settimeout(5)
    return connection


def answered(connection):
    """Whether a whole answer comes; None when nothing comes in 300 ms."""
    data = b""
    while not data.endswith(REPLY):
        if not select.select([connection], [], [], 5 if data else 0.3)[0]:
            return None if not data else False
        piece = connection.recv(65536)
        if not piece:
            return False
        data += piece
    return data.startswith(b"HTTP/1.1 200 ")


def exhaust(port, text):
    """Connections that are served, and three that wait."""
    served, waiting = [], []
    while len(waiting) < 3:
        connection = connect(port)
        connection.send(text)
        answer = answered(connection)
        if answer is False:
            raise AssertionError("a connection was closed without an answer")
        (served if answer else waiting).append(connection)
        if len(served) > LIMIT:
            raise AssertionError("more connections than descriptors: the limit does not bite")
    return served, waiting


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def main():
    with RunningServer(sys.argv[1], descriptors=LIMIT) as server:
        text = server.request()
        idle = server.open_descriptors()
        for turn in range(ROUNDS):
            served, waiting = exhaust(server.port, text)
            cpu = server.cpu_seconds()
            for _ in range(20):
                for connection in served:
                    connection.send(text)
                for connection in served:
                    check(answered(connection), "an open connection is not served any more")
            select.select([], [], [], 1)
            cpu = server.cpu_seconds() - cpu
            show("round %d, exhausted" % (turn + 1), {
                "served": len(served), "waiting": len(waiting),
                "server_descriptors": server.open_descriptors(), "cpu_seconds": round(cpu, 2)})
            check(cpu < 0.5, "the server spins while it cannot accept")
            for connection in waiting:
                served.pop().close()
                check(answered(connection), "a closed connection lets no other in")
            for connection in served + waiting:
                connection.close()
            fresh = connect(server.port)
            fresh.send(text)
            check(answered(fresh), "the server does not recover")
            fresh.close()
        select.select([], [], [], 0.2)
        show("after", {"server_descriptors": server.open_descriptors(), "at_start": idle})
        check(server.open_descriptors() == idle, "descriptors leak")


if __name__ == "__main__":
    main()
