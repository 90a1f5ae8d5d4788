"""A timock server of our own for the robustness tests, and requests for it."""

import json
import os
import resource
import subprocess
import tempfile
import time

SDKAPPID = "1400000000"
ADMIN = "administrator"
KEY = "0123456789abcdef" * 4
BODY = b'{"AttrNames":{"0":"sex","1":"city","2":"country"}}'
REPLY = b'{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}'


class RunningServer:
    """`timock serve` on a free port of 127.0.0.1, throttle off; ended at the end of the block."""

    def __init__(self, timock, descriptors=None, options=()):
        self.timock = timock
        self.options = options
        self.descriptors = descriptors  # its `ulimit -n`

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        port_file = os.path.join(self.folder.name, "port")
        self.process = subprocess.Popen(
            [self.timock, "serve", "--port", "0", "--port-file", port_file, "--throttle", "off",
             "--log", "off", "--app", "%s:%s:%s" % (SDKAPPID, KEY, ADMIN), *self.options],
            stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, preexec_fn=self.limit)
        self.pid = self.process.pid
        try:
            deadline = time.monotonic() + 30
            while not os.path.exists(port_file):
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("the server does not start")
                time.sleep(0.02)
            with open(port_file) as file:
                self.port = int(file.read())
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.folder.cleanup()

    def limit(self):
        if self.descriptors is not None:
            resource.setrlimit(resource.RLIMIT_NOFILE, (self.descriptors, self.descriptors))

    def request(self):
        return request(self.timock)

    def status(self, name):
        """A number of /proc/PID/status: VmRSS (KiB), Threads."""
        with open("/proc/%d/status" % self.pid) as file:
            for line in file:
                if line.startswith(name + ":"):
                    return int(line.split()[1])
        raise KeyError(name)

    def rss_mb(self):
        return self.status("VmRSS") * 1024 / 1e6

    def cpu_seconds(self):
        with open("/proc/%d/stat" % self.pid) as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def open_descriptors(self):
        return len(os.listdir("/proc/%d/fd" % self.pid))


def request(timock):
    """A valid call, signed for this app, keep-alive."""
    user_sig = subprocess.run(
        [timock, "usersig", "--sdkappid", SDKAPPID, "--identifier", ADMIN], check=True,
        stdout=subprocess.PIPE, env=dict(os.environ, TIMOCK_SECRET_KEY=KEY)).stdout.strip()
    return (b"POST /v4/all_member_push/im_set_attr_name?sdkappid=%s&identifier=%s&usersig=%s"
            b"&random=7&contenttype=json HTTP/1.1\r\nHost: console.tim.qq.com\r\n"
            b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
                SDKAPPID.encode(), ADMIN.encode(), user_sig, len(BODY), BODY))


def raise_descriptor_limit(wanted):
    """For this process; exits 77, the code for a skipped test, where that many are not allowed."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard != resource.RLIM_INFINITY and hard < wanted:
        print("skipped: needs `ulimit -n %d`, allowed are %d" % (wanted, hard))
        raise SystemExit(77)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def show(name, figures):
    print("%s: %s" % (name, json.dumps(figures)), flush=True)
