"""blocks.py PROGRAM_DIR: types the `sh` blocks of the READMEs and pages, each document in a folder of its own, with the
programs of PROGRAM_DIR and what Debian has. A block is in RUN or in SKIP, by its first line, or the test fails; so it
does for an entry that no block has, and an edit that changes nothing. Exits 77 where all passed but a tool is missing.
"""
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
PAGES = ["README.md", "mockserver/README.md", "mockserver/docs/CONTROL.md", "mockserver/docs/scale.md",
         "mockserver/docs/clients/*.md", "conformance/README.md", "bench/README.md"]
OK = '{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}'
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    PORT = str(probe.getsockname()[1])

# What stands for the reader's own tests: one in Python, which knows the URL, and one in Node, which knows only the
# vendor's host.
SET = "/v4/all_member_push/im_set_attr_name?sdkappid=1400000000&identifier=administrator&random=1&contenttype=json&usersig="
PROJECT = {
    "tests/test_backend.py": f"""
import os, urllib.request
def test_call():
    url = os.environ["TIMOCK_URL"] + "{SET}" + os.environ["TIMOCK_USERSIG"]
    assert b'"OK"' in urllib.request.urlopen(url, b'{{"AttrNames":{{"0":"sex"}}}}').read()
""",
    "package.json": '{"private": true, "scripts": {"test": "node backend.mjs"}}',
    "backend.mjs": f"""
const url = 'https://console.tim.qq.com{SET}' + process.env.TIMOCK_USERSIG;
const reply = await (await fetch(url, {{method: 'POST', body: '{{"AttrNames":{{"0":"sex"}}}}'}})).json();
if (reply.ErrorCode !== 0) throw new Error(JSON.stringify(reply));
console.log('set by Node');
"""}

# first line: what the block needs. tools: that are not of PROGRAM_DIR. files: written before; "example:NAME" is that
# example of the page. edit: (old, new) texts, for what a reader fills in. under: a command that runs the block. before:
# lines typed first. says: what it must print. invalid: exit code 6 of a line is fine, for a machine that is too busy to
# measure says nothing of the README.
EXEC = "timock exec --log off --"
READERS_URL = ("http://127.0.0.1:8080", "$TIMOCK_URL")
RUN = {
    r"""timock exec -- sh -c 'curl -sS -d "{\"AttrNames\":{\"0\":\"sex\"}}" "$TIMOCK_URL/v4/all_member_push/im_set_attr_name?sdkappid=$TIMOCK_SDKAPPID&identifier=$TIMOCK_IDENTIFIER&usersig=$TIMOCK_USERSIG&random=1&contenttype=json"'""":
        dict(tools=["curl"], says=OK),
    "timock exec -- pytest tests/": dict(tools=["pytest", "npm", "node"], files=PROJECT, says="1 passed"),
    "timock exec --proxy-port 0 -- npm test      # or pytest, go test, ...":
        dict(tools=["npm", "node"], files=PROJECT, says="set by Node"),
    'call() { curl -sS --fail-with-body "$@"; echo; }': dict(
        tools=["curl", "jq"], under=EXEC, says='"satisfied":true',
        # Two of the three calls that the recipe waits for.
        before=f'for i in 1 2; do curl -sS "$TIMOCK_URL{SET}$TIMOCK_USERSIG" -d \'{{"AttrNames":{{"0":"sex"}}}}\'; done',
        edit=[("timock serve --config state.json", """timock serve --config state.json --port-file port &
until [ -s port ]; do kill -0 $!; done
timock health "http://127.0.0.1:$(cat port)"
kill $!
wait $!""")]),
    "timock exec -- go test ./...": dict(tools=["go"], files={
        "first_test.go": "example:go", "go.mod": "module backend\n"}, says="ok"),
    "timock exec -- java FirstTest.java": dict(
        tools=["java", "javac"], files={"FirstTest.java": "example:java"}, says="passed"),
    "timock exec -- php first_test.php": dict(tools=["php"], files={"first_test.php": "example:php"}, says="passed"),
    "timock exec -- sh first_test.sh": dict(
        tools=["curl", "jq"], files={"first_test.sh": "example:shell"}, says="passed"),
    "timock-conformance run                                   # the fake, in this process": dict(
        under=EXEC, before="timock-conformance run --json monday.json; cp monday.json friday.json",
        files={"FILE": "TIMOCK_SDKAPPID=1400000000\nTIMOCK_IDENTIFIER=administrator\nTIMOCK_USERSIG=x\n"},
        edit=[READERS_URL], says="no case differs"),
    "(umask 077; cat >my-app.env <<'END'": dict(edit=[("=...", "=" + "0123456789abcdef" * 4)]),
    "timock-conformance plan --target real --region singapore --credentials my-app.env": dict(says="nothing was sent"),
    "timock serve --control off &     # its demo app: 1400000000, administrator, 0123456789abcdef four times": dict(
        # Faster than ten calls a second, for that takes more than a minute; and the server is on a port of the kernel's.
        edit=[("four times", "\nuntil timock health http://127.0.0.1:8080; do kill -0 $!; done"),
              ("127.0.0.1:8080", f"127.0.0.1:{PORT}"), ("--control off", f"--control off --log off --port {PORT}"),
              ("my-app.env", "my-app.env --rate 90\nkill $!\nwait $!")], says="0 failed"),
    "timock-load --rate 200 --duration 5s --html load.html                        # the fake, in process over HTTP": dict(
        under=EXEC, invalid=True,
        # Shorter; a backlog of 6,000 takes a debug build a while.
        edit=[READERS_URL, ("--duration 5s", "--duration 2s"), ("poisson", "poisson --duration 2s"),
              ("--isolation", "--isolation --duration 2s"), ("--backlog 6000", "--backlog 600"),
              ("timock-load --target http://127.0.0.1:8081", ": needs another limiter:")]),
}
BUILDS = "it builds, for minutes; .ci/readme_commands types it"
SCALE = "it needs several instances; the test scale.nginx types it"
BENCH = "it takes minutes of a quiet machine"
SKIP = {
    "sh mockserver/quickstart": BUILDS,
    "sh conformance/check": BUILDS,
    'export PKG_CONFIG_PATH=$(dirname "$(find DIR -name timock.pc)")': "it needs an installed library; the test readme.pkg_config types it",
    'java -Djavax.net.ssl.trustStore="$HOME/.local/state/timock/ca.p12" -Djavax.net.ssl.trustStoreType=PKCS12 \\':
        "it ends in the reader's program; the test interop.hard_coded_host.java has one",
    "timock exec --proxy-port 0 --tls-port 443 --fail-on no-call -- unshare --mount sh -c '": "it needs root and port 443",
    "unshare --map-root-user --mount --net sh -c '": "it needs a network namespace, which a container may not make",
    "TIMOCK_MODEL_STEPS=1000000 TIMOCK_MODEL_SEED=7 build/release/bin/model_test": "it takes minutes; the test model_test has fewer steps",
    "npm install --save-dev ./timock-0.1.0.tgz": "it needs the package; the test clients.kits installs it",
    "pip install timock-0.1.0-py3-none-manylinux_2_17_x86_64.whl": "it needs the package; the test clients.kits installs it",
    """curl -sS -o /dev/null -D - "$TIMOCK_URL/_timock/apps/$ID" | sed -n 's/^X-Timock-Instance: //p'""": SCALE,
    "for instance in $INSTANCES; do": SCALE,
    'curl -sS --fail-with-body "http://$INSTANCE/_timock/state" >state.json': SCALE,
    'curl -sS --fail-with-body -X PUT "http://$INSTANCE/_timock/state" --data-binary @state.json': SCALE,
    "set -eu": 'it is what "timock exec -- sh first_test.sh" runs',
    "timock-conformance run --target real --region singapore --credentials my-app.env --html report.html": "it calls the vendor's service",
    "timock-conformance probe --target http://127.0.0.1:8081 --get /search --refused status=429 --limit 20 --window 1s":
        "it needs another limiter and takes minutes; the test conformance.probes has one",
    "cmake --preset release -DTIMOCK_BUILD_TESTING=OFF && cmake --build --preset release": "it builds, for minutes",
    "build/release/bin/timock-bench --benchmark_filter='(admitted.*threads:1$|FloorDecide)' \\": BENCH,
    "build/release/bin/timock-bench --benchmark_filter=HandleWithJournal --benchmark_repetitions=9": BENCH,
    "bench/peers/run                          # timock and nginx": BENCH,
}


def example(text, name):
    found = re.search(rf"<!-- example:{name} -->\n```\w+\n(.*?)^```$", text, re.S | re.M)
    if not found:
        raise ValueError(f"the page has no example:{name}")
    return found[1]


def run(block, entry, page, folder, environment):
    """None where the block did what it must, else what went wrong."""
    for name, content in entry.get("files", {}).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(example(page, content[8:]) if content.startswith("example:") else content)
    for old, new in entry.get("edit", []):
        if old not in block:
            return f"the block has no {old!r} to edit"
        block = block.replace(old, new)
    output = ""
    for script in block.splitlines() if entry.get("invalid") else [block]:
        (folder / "block.sh").write_text("set -eu\n" + entry.get("before", ":") + "\n" + script + "\n")
        command = entry.get("under", "").split() + ["sh", "block.sh"]
        with open(folder / "block.out", "wb") as sink:
            shell = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=sink,
                                     stderr=sink, start_new_session=True)
            try:
                code = shell.wait(300)
            except subprocess.TimeoutExpired:
                code = "none in 300 s"
            finally:  # with a server that a block which failed has left behind
                try:
                    os.killpg(shell.pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
                shell.wait()
        output += (folder / "block.out").read_text(errors="replace")
        if code == 6 and entry.get("invalid"):
            print(f"too busy to measure: {script}")
        elif code:
            return f"exit code {code}\n{output[-3000:]}"
    return None if entry.get("says", "") in output else f"it does not print {entry['says']!r}\n{output[-3000:]}"


def main():
    programs = pathlib.Path(sys.argv[1]).resolve()
    path = f"{programs}:/usr/local/bin:/usr/bin:/bin"
    failed, missing, met = False, False, set()
    os.umask(0o077)  # for credentials
    with tempfile.TemporaryDirectory() as work:
        for page in (found for pattern in PAGES for found in sorted(ROOT.glob(pattern))):
            text = page.read_text()
            name = page.relative_to(ROOT).as_posix()
            folder = pathlib.Path(work, name.replace("/", "_"))
            folder.mkdir()
            environment = {"PATH": path, "HOME": str(folder), "LANG": "C.UTF-8", "npm_config_update_notifier": "false"}
            for found in re.finditer(r"^ *```sh\n(.*?)^ *```$", text, re.S | re.M):
                block = textwrap.dedent(found[1])
                first = block.splitlines()[0]
                met.add(first)
                begin, why = time.monotonic(), None
                if first in SKIP:
                    row = "not run: " + SKIP[first]
                elif first not in RUN:
                    row, why = "FAILED", "neither in RUN nor in SKIP of blocks.py"
                elif lacks := [tool for tool in RUN[first].get("tools", []) if not shutil.which(tool, path=path)]:
                    row, missing = "skipped: not installed: " + " ".join(lacks), True
                else:
                    try:
                        why = run(block, RUN[first], text, folder, environment)
                    except ValueError as error:
                        why = str(error)
                    row = "FAILED" if why else f"ran in {time.monotonic() - begin:.1f} s"
                failed = failed or bool(why)
                line = text.count("\n", 0, found.start()) + 2
                print(f"{name}:{line}: {first[:70]}\n    {row}{': ' + why if why else ''}", flush=True)
    for first in (RUN.keys() | SKIP.keys()) - met:
        failed = True
        print(f"FAILED: no page has a block that begins with: {first}")
    for first in RUN.keys() & SKIP.keys():
        failed = True
        print(f"FAILED: both in RUN and in SKIP: {first}")
    sys.exit(1 if failed else 77 if missing else 0)


main()
