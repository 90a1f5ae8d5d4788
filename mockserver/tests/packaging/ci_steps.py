#!/usr/bin/env python3
"""ci_steps.py PACKAGING TIMOCK WORK: runs the shell steps of the GitHub Action and of the GitLab job here.

With a tarball of TIMOCK by its path and by a URL, from the cache when the URL is gone, and with a wrong SHA-256.
"""
import functools
import hashlib
import http.server
import os
import shutil
import subprocess
import sys
import tarfile
import threading

import yaml

packaging, timock, work = sys.argv[1:]
CALL = 'timock health "$TIMOCK_URL" && test -n "$TIMOCK_USERSIG" && echo "called $TIMOCK_SDKAPPID"'


def steps_of_github():
    with open(f"{packaging}/ci/action.yml", encoding="utf-8") as opened:
        steps = {step["name"]: step["run"] for step in yaml.safe_load(opened)["runs"]["steps"] if "run" in step}
    # What one step adds to GITHUB_PATH, the runner puts in front of the next one's PATH.
    return [steps["fetch"], steps["path"] + '\nPATH=$(cat "$GITHUB_PATH"):$PATH', steps["run"]]


def steps_of_gitlab():
    with open(f"{packaging}/ci/gitlab.yml", encoding="utf-8") as opened:
        job = yaml.safe_load(opened)[".timock"]
    return job["before_script"] + job["script"]


def run(steps, folder, tarball, sha256="", run=CALL, options=""):
    environment = {"PATH": os.environ["PATH"], "HOME": work, "RUNNER_TEMP": os.path.dirname(folder),
                   "GITHUB_PATH": f"{work}/github_path", "TIMOCK_FOLDER": folder, "TIMOCK_TARBALL": tarball,
                   "TIMOCK_SHA256": sha256, "TIMOCK_OPTIONS": options, "TIMOCK_RUN": run}
    open(f"{work}/github_path", "w", encoding="utf-8").close()
    return subprocess.run(["sh", "-e", "-c", "\n".join(steps)], env=environment, text=True, capture_output=True,
                          cwd=work, check=False)


def expect(holds, what, result):
    if not holds:
        sys.exit(f"{what}: exit code {result.returncode}\n{result.stdout}{result.stderr}")


shutil.rmtree(work, ignore_errors=True)
os.makedirs(work)
tarball = f"{work}/timock.tar.gz"
with tarfile.open(tarball, "w:gz") as tar:
    tar.add(timock, "timock-0.0.0-static-x86_64/bin/timock")
with open(tarball, "rb") as opened:
    right = hashlib.sha256(opened.read()).hexdigest()

if steps_of_github()[0].strip() != steps_of_gitlab()[0].strip():
    sys.exit("the two fetch in different ways: action.yml and gitlab.yml")
for name, steps in (("github", steps_of_github()), ("gitlab", steps_of_gitlab())):
    folder = f"{work}/{name}/timock"
    wrong = run(steps, folder, tarball, "0" * 64)
    expect(wrong.returncode != 0 and "called" not in wrong.stdout, f"{name}: a wrong SHA-256", wrong)
    shutil.rmtree(folder)
    by_path = run(steps, folder, tarball, right)
    expect(by_path.returncode == 0 and "called 1400000000" in by_path.stdout, f"{name}: by path", by_path)
    failed = run(steps, folder, tarball, right, "exit 7")
    expect(failed.returncode == 7, f"{name}: the command's exit code", failed)
    strict = run(steps, folder, tarball, right, "true", "--fail-on no-call")
    expect(strict.returncode == 1, f"{name}: options of exec", strict)
    shutil.rmtree(folder)
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=work)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/timock.tar.gz"
        by_url = run(steps, folder, url, right)
        expect(by_url.returncode == 0 and "called 1400000000" in by_url.stdout, f"{name}: by URL", by_url)
        server.shutdown()
    cached = run(steps, folder, url, right)
    expect(cached.returncode == 0 and "called 1400000000" in cached.stdout, f"{name}: from the cache", cached)
