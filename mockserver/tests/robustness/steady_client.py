#!/usr/bin/env python3
"""A normal client: an open loop of valid calls at a constant rate over keep-alive connections.

Latency is counted from the intended start. A call that finds no free connection is not made up for:
it counts as unanswered. Exits 1 when the 99th percentile reaches the limit or a call is unanswered
or wrong, 2 when that may come from the client's own being late.
"""

import argparse
import json
import selectors
import socket
import sys
import time

from running_server import REPLY, request


class SteadyClient:
    def __init__(self, port, text, rate=200, connections=64):
        self.text, self.interval = text, 1 / rate
        self.selector = selectors.DefaultSelector()
        self.free = []
        self.latencies, self.lags, self.errors, self.unanswered = [], [], 0, 0
        for _ in range(connections):
            connection = socket.create_connection(("127.0.0.1", port), 10)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.setblocking(False)
            self.selector.register(connection, selectors.EVENT_READ, [0.0, b""])
            self.free.append(connection)

    def run(self, seconds):
        """Milliseconds."""
        begin = time.monotonic()
        calls = int(seconds / self.interval)
        for call in range(calls):
            intended = begin + call * self.interval
            while (left := intended - time.monotonic()) > 0:
                self.receive(left)
            self.receive(0)
            self.send(intended)
        deadline = time.monotonic() + 2
        while len(self.latencies) + self.errors + self.unanswered < calls:
            if time.monotonic() > deadline:
                self.unanswered = calls - len(self.latencies) - self.errors
            self.receive(0.05)
        return self.figures(calls)

    def send(self, intended):
        if not self.free:
            self.unanswered += 1
            return
        connection = self.free.pop()
        self.selector.get_key(connection).data[:] = [intended, b""]
        self.lags.append(time.monotonic() - intended)
        try:
            connection.send(self.text)
        except OSError:
            self.lose(connection)

    def receive(self, timeout):
        for key, _ in self.selector.select(timeout):
            connection = key.fileobj
            try:
                data = connection.recv(65536)
            except OSError:
                data = b""
            if not data:
                self.lose(connection)
                continue
            key.data[1] += data
            head, blank, body = key.data[1].partition(b"\r\n\r\n")
            if not blank or len(body) < len(REPLY):
                continue
            if head.startswith(b"HTTP/1.1 200 ") and body == REPLY:
                self.latencies.append(time.monotonic() - key.data[0])
            else:
                self.errors += 1
            self.free.append(connection)

    def lose(self, connection):
        """An idle connection may be closed by the server; a call that is under way may not."""
        self.selector.unregister(connection)
        connection.close()
        if connection in self.free:
            self.free.remove(connection)
        else:
            self.errors += 1

    def figures(self, calls):
        latencies, lags = sorted(self.latencies), sorted(self.lags)
        quantile = lambda values, share: round(
            1000 * values[min(int(share * len(values)), len(values) - 1)], 2) if values else None
        return {"calls": calls, "answered": len(latencies), "wrong": self.errors,
                "unanswered": self.unanswered, "p50_ms": quantile(latencies, 0.5),
                "p99_ms": quantile(latencies, 0.99), "max_ms": quantile(latencies, 1),
                "own_lag_p99_ms": quantile(lags, 0.99)}


def passed(figures, limit_ms):
    return figures["answered"] == figures["calls"] and figures["p99_ms"] < limit_ms


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("timock")
    parser.add_argument("port", type=int)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--limit-ms", type=float, default=50)
    options = parser.parse_args()
    figures = SteadyClient(options.port, request(options.timock), options.rate).run(
        options.seconds)
    print(json.dumps(figures))
    if passed(figures, options.limit_ms):
        return 0
    return 2 if figures["own_lag_p99_ms"] and figures["own_lag_p99_ms"] > 10 else 1


if __name__ == "__main__":
    sys.exit(main())
