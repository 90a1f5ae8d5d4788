"""The servers that bench/peers/run measures: how each is started to do the one job, what it checks of
a call, and which version it is. Each npm package is installed on first use, into a folder of its own.
"""

import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PACKAGES = {"wiremock": "wiremock@3.13.2", "mockoon": "@mockoon/cli@9.9.0",
            "prism": "@stoplight/prism-cli@5.14.2", "mountebank": "mountebank@2.9.1",
            "json-server": "json-server@0.17.4"}
SDKAPPID = "1400000000"
ADMIN = "administrator"
KEY = "0123456789abcdef" * 4
PATH = "/v4/all_member_push/im_set_attr_name"
NAMES = {"0": "sex", "1": "city", "2": "country"}
REPLY = '{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}'


def fail(why):
    sys.exit("run: " + why)


def read(path):
    with open(path) as file:
        return file.read()


def placed(core, options):
    """Run by a new process: a session of its own, the core, and --nice, which Linux applies within
    a session (autogroup) and, told so, between sessions."""
    def place():
        os.setsid()
        os.sched_setaffinity(0, [core])
        if options.nice:
            os.nice(options.nice)
            if os.path.exists("/proc/self/autogroup"):
                with open("/proc/self/autogroup", "w") as file:
                    file.write(str(options.nice))
    return place


class Child:
    """A process in a group of its own, ended at exit."""

    running = []

    def __init__(self, command, options, log):
        self.name, self.log = os.path.basename(command[0]), log
        with open(log, "w") as output:
            self.process = subprocess.Popen(
                command, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                preexec_fn=placed(options.server_core, options))
        Child.running.append(self)

    def check(self):
        if self.process.poll() is not None:
            fail("%s ended at once: %s" % (self.name, read(self.log)[-2000:]))

    @classmethod
    def end_all(cls):
        for child in cls.running:
            if child.process.poll() is None:
                os.killpg(child.process.pid, signal.SIGTERM)
        for child in cls.running:
            try:
                child.process.wait(5)
            except subprocess.TimeoutExpired:
                os.killpg(child.process.pid, signal.SIGKILL)
                child.process.wait()
        cls.running.clear()


def stat_of(group):
    """The fields of /proc/PID/stat behind the name, of each process of a group."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            fields = read("/proc/%s/stat" % pid).rsplit(")", 1)[1].split()
        except OSError:
            continue  # it has ended
        if int(fields[2]) == group:
            yield fields


def cpu_seconds(group):
    """Of all processes of a group."""
    ticks = sum(int(fields[11]) + int(fields[12]) for fields in stat_of(group))
    return ticks / os.sysconf("SC_CLK_TCK")


def resident_mib(group):
    """Of all processes of a group; memory that they share counts for each."""
    pages = sum(int(fields[21]) for fields in stat_of(group))
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def output_of(command, **options):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, **options).stdout.strip()


def wait_until(what, ready, child):
    deadline = time.monotonic() + 60
    while not ready():
        child.check()
        if time.monotonic() > deadline:
            fail(what + " does not answer")
        time.sleep(0.002)


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


def make_certificate(folder):
    """Self-signed, with an EC P-256 key as timock makes them; for both servers."""
    output_of(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
               "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=localhost", "-days", "2",
               "-keyout", os.path.join(folder, "key.pem"),
               "-out", os.path.join(folder, "certificate.pem")])


def start_timock(options, folder):
    ports_file = os.path.join(folder, "timock.ports")
    command = [options.timock, "serve", "--port", "0", "--throttle", "off", "--log", "off",
               "--app", "%s:%s:%s" % (SDKAPPID, KEY, ADMIN)]
    if options.tls:
        command += ["--tls-port", "0", "--ports-file", ports_file,
                    "--tls-cert", os.path.join(folder, "certificate.pem"),
                    "--tls-key", os.path.join(folder, "key.pem")]
    else:
        command += ["--port-file", ports_file]
    child = Child(command, options, os.path.join(folder, "timock.log"))
    wait_until("timock", lambda: os.path.exists(ports_file), child)
    ports = json.loads(read(ports_file))
    return ports["https"] if options.tls else ports, child.process.pid


def start_nginx(options, folder):
    prefix = os.path.join(folder, "nginx")
    os.mkdir(prefix)
    os.chmod(prefix, 0o755)
    http_port, https_port = free_port(), free_port()
    conf = read(os.path.join(HERE, "nginx.conf"))
    conf = conf.replace("HTTP_PORT", str(http_port)).replace("HTTPS_PORT", str(https_port))
    with open(os.path.join(prefix, "nginx.conf"), "w") as file:
        file.write(conf)
    child = Child([options.nginx, "-p", prefix, "-e", "error.log",
                   "-c", os.path.join(prefix, "nginx.conf")],
                  options, os.path.join(folder, "nginx.log"))
    wait_until("nginx", lambda: listens(http_port), child)
    return https_port if options.tls else http_port, child.process.pid


def package_folder(options, name):
    """Of an npm package, installed on first use."""
    folder = os.path.join(options.packages_folder, name)
    if not os.path.isdir(os.path.join(folder, "node_modules")):
        os.makedirs(folder, exist_ok=True)
        print("installing " + PACKAGES[name], flush=True)
        output_of(["npm", "install", "--no-audit", "--no-fund", "--prefix", folder,
                   PACKAGES[name]])
    return os.path.join(folder, "node_modules")


def program(options, name, binary):
    return os.path.join(package_folder(options, name), ".bin", binary)


def wiremock_jar(options):
    build = os.path.join(package_folder(options, "wiremock"), "wiremock", "build")
    return os.path.join(build, [name for name in os.listdir(build) if name.endswith(".jar")][0])


def write_json(folder, name, content):
    path = os.path.join(folder, name)
    with open(path, "w") as file:
        json.dump(content, file)
    return path


def start_wiremock(options, folder, tuning=("--disable-request-logging", "--no-request-journal")):
    root = tempfile.mkdtemp(dir=folder)
    os.makedirs(os.path.join(root, "mappings"))
    os.makedirs(os.path.join(root, "__files"))
    stub = {"request": {"method": "POST", "urlPath": PATH},
            "response": {"status": 200, "headers": {"Content-Type": "application/json"},
                         "body": REPLY}}
    with open(os.path.join(root, "mappings", "call.json"), "w") as file:
        json.dump(stub, file)
    port = free_port()
    child = Child(["java", "-jar", wiremock_jar(options), "--bind-address", "127.0.0.1",
                   "--port", str(port), "--root-dir", root, "--disable-banner",
                   "--async-response-enabled", "false", *tuning],
                  options, os.path.join(root, "log"))
    wait_until("WireMock", lambda: listens(port), child)
    return port, child.process.pid


def start_journalling_wiremock(options, folder):
    """WireMock as it comes: it keeps and logs every request."""
    return start_wiremock(options, folder, tuning=())


def start_httplib(options, folder):
    """cpp-httplib's own server as it comes, with one handler that answers a fixed text."""
    port = free_port()
    child = Child([options.httplib_peer, str(port), PATH, REPLY], options,
                  os.path.join(folder, "httplib.log"))
    wait_until("cpp-httplib", lambda: listens(port), child)
    return port, child.process.pid


def start_mockoon(options, folder):
    port = free_port()
    route = {"uuid": "call", "type": "http", "documentation": "", "method": "post",
             "endpoint": PATH.lstrip("/"), "responseMode": None,
             "responses": [{"uuid": "success", "body": REPLY, "latency": 0, "statusCode": 200,
                            "label": "", "headers": [{"key": "Content-Type",
                                                      "value": "application/json"}],
                            "bodyType": "INLINE", "filePath": "", "databucketID": "",
                            "sendFileAsBody": False, "rules": [], "rulesOperator": "OR",
                            "disableTemplating": True, "fallbackTo404": False, "default": True,
                            "crudKey": "id", "callbacks": []}]}
    data = write_json(folder, "mockoon.json", {
        "uuid": "peer", "lastMigration": 33, "name": "peer", "port": port,
        "hostname": "127.0.0.1", "endpointPrefix": "", "latency": 0, "folders": [],
        "routes": [route], "rootChildren": [{"type": "route", "uuid": "call"}],
        "proxyMode": False, "proxyHost": "", "proxyRemovePrefix": False, "cors": False,
        "headers": [], "proxyReqHeaders": [], "proxyResHeaders": [], "data": [], "callbacks": [],
        "tlsOptions": {"enabled": False, "type": "CERT", "pfxPath": "", "certPath": "",
                       "keyPath": "", "caPath": "", "passphrase": ""}})
    child = Child([program(options, "mockoon", "mockoon-cli"), "start", "--data", data,
                   "--disable-log-to-file", "--disable-admin-api"],
                  options, os.path.join(folder, "mockoon.log"))
    wait_until("Mockoon", lambda: listens(port), child)
    return port, child.process.pid


def start_prism(options, folder):
    port = free_port()
    parameters = [{"name": name, "in": "query", "required": True, "schema": {"type": "string"}}
                  for name in ("sdkappid", "identifier", "usersig", "random", "contenttype")]
    names = {"type": "object", "additionalProperties": {"type": "string", "maxLength": 50}}
    body = {"type": "object", "required": ["AttrNames"], "properties": {"AttrNames": names}}
    answer = {"application/json": {"schema": {"type": "object"}, "example": json.loads(REPLY)}}
    document = write_json(folder, "prism.json", {
        "openapi": "3.0.3", "info": {"title": "peer", "version": "1"},
        "paths": {PATH: {"post": {
            "parameters": parameters,
            "requestBody": {"content": {"application/json": {"schema": body}}},
            "responses": {"200": {"description": "success", "content": answer}}}}}})
    child = Child([program(options, "prism", "prism"), "mock", "--host", "127.0.0.1", "--port",
                   str(port), "--verboseLevel", "silent", document],
                  options, os.path.join(folder, "prism.log"))
    wait_until("Prism", lambda: listens(port), child)
    return port, child.process.pid


def start_mountebank(options, folder):
    port, admin = free_port(), free_port()
    imposter = {"port": port, "host": "127.0.0.1", "protocol": "http", "stubs": [{
        "predicates": [{"equals": {"method": "POST", "path": PATH}}],
        "responses": [{"is": {"headers": {"Content-Type": "application/json"},
                              "body": REPLY}}]}]}
    config = write_json(folder, "mountebank.json", {"imposters": [imposter]})
    child = Child([program(options, "mountebank", "mb"), "start", "--host", "127.0.0.1", "--port",
                   str(admin), "--configfile", config, "--nologfile", "--loglevel", "error",
                   "--pidfile", os.path.join(folder, "mountebank.pid")],
                  options, os.path.join(folder, "mountebank.out"))
    wait_until("mountebank", lambda: listens(port), child)
    return port, child.process.pid


def start_json_server(options, folder):
    """Made for resources: a middleware of its own Express gives the answer."""
    port = free_port()
    middleware = os.path.join(folder, "middleware.js")
    with open(middleware, "w") as file:
        file.write("module.exports = (request, response, next) => request.path === %s ?\n"
                   "  response.type('json').send(%s) : next();\n"
                   % (json.dumps(PATH), json.dumps(REPLY)))
    database = write_json(folder, "database.json", {"calls": []})
    child = Child([program(options, "json-server", "json-server"), database, "--host",
                   "127.0.0.1", "--port", str(port), "--quiet", "--middlewares", middleware],
                  options, os.path.join(folder, "json-server.log"))
    wait_until("json-server", lambda: listens(port), child)
    return port, child.process.pid


STARTERS = {"timock": start_timock, "nginx": start_nginx, "httplib": start_httplib,
            "wiremock": start_wiremock, "wiremock-journal": start_journalling_wiremock,
            "mockoon": start_mockoon, "prism": start_prism, "mountebank": start_mountebank,
            "json-server": start_json_server}
CHECKS = {"timock": "method, path, all parameters, UserSig (HMAC), admin, throttle, body; stores "
                    "the names, journals the call",
          "nginx": "nothing: a fixed text for every request",
          "httplib": "method and path",
          "wiremock": "method and path",
          "wiremock-journal": "method and path; journals the call",
          "mockoon": "method and path",
          "prism": "method, path, that the parameters are there, the body against a JSON schema",
          "mountebank": "method and path; journals no call",
          "json-server": "path, in a middleware; parses the body"}
