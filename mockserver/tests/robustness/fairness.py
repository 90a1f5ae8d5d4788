#!/usr/bin/env python3
"""fairness.py TIMOCK [CONNECTIONS [SECONDS]]: wrk keeps CONNECTIONS (1,000) active for SECONDS (6),
on another core than the server. The kernel counts what each connection was sent (ss).

Prints the calls of each: least, median, most, and Jain's index (1 is equal shares), which must be
at least 0.95. Exits 77 where wrk, ss or a second core is missing or `ulimit -n` is too small.
"""

import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

from running_server import BODY, REPLY, RunningServer, raise_descriptor_limit, show

LEAST_INDEX = 0.95


def bytes_sent(port):
    """By the client's port."""
    text = subprocess.run(["ss", "-tinOH", "state", "established", "sport", "=", ":%d" % port],
                          check=True, stdout=subprocess.PIPE, text=True).stdout
    found = {}
    for line in text.splitlines():
        count = re.search(r"bytes_acked:(\d+)", line)
        if count:
            found[line.split()[3]] = int(count.group(1))
    return found


def length_of_answer(server):
    with socket.create_connection(("127.0.0.1", server.port), 10) as connection:
        connection.send(server.request())
        data = b""
        while not data.endswith(REPLY):
            data += connection.recv(65536)
    return len(data)


def main():
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 6
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2 or not all(map(shutil.which, ("wrk", "ss"))):
        print("skipped: needs wrk, ss (iproute2) and two cores")
        return 77
    raise_descriptor_limit(count + 512)
    with RunningServer(sys.argv[1]) as server, tempfile.NamedTemporaryFile("w") as script:
        for thread in os.listdir("/proc/%d/task" % server.pid):
            os.sched_setaffinity(int(thread), cores[:1])
        answer_bytes = length_of_answer(server)
        target = server.request().split()[1].decode()
        script.write("wrk.method = 'POST'\nwrk.body = '%s'\n"
                     "local text\nfunction init() text = wrk.format() end\n"
                     "function request() return text end\n" % BODY.decode())
        script.flush()
        load = subprocess.Popen(
            ["taskset", "-c", str(cores[1]), "wrk", "-t1", "-c%d" % count,
             "-d%ds" % (seconds + 3), "-s", script.name,
             "http://127.0.0.1:%d%s" % (server.port, target)], stdout=subprocess.DEVNULL)
        try:
            time.sleep(1.5)
            before, begin, cpu = bytes_sent(server.port), time.monotonic(), server.cpu_seconds()
            time.sleep(seconds)
            after = bytes_sent(server.port)
            elapsed = time.monotonic() - begin
            cpu = (server.cpu_seconds() - cpu) / elapsed
        finally:
            load.terminate()
            load.wait()
    shares = [(after[peer] - before[peer]) / answer_bytes for peer in before if peer in after]
    index = sum(shares) ** 2 / (len(shares) * sum(share * share for share in shares))
    show("%d connections active" % len(shares), {
        "calls_per_second": round(sum(shares) / elapsed), "server_cpu": round(cpu, 2),
        "least": round(min(shares)), "median": round(statistics.median(shares)),
        "most": round(max(shares)), "jain": round(index, 4)})
    return 0 if len(shares) == count and index >= LEAST_INDEX and min(shares) > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
