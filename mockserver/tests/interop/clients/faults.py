"""Reads `PRESET URL` lines, calls each once, and prints what `requests` makes of the answer."""
import sys

import requests

session = requests.Session()
session.trust_env = False  # no proxy of the machine
for line in sys.stdin:
    preset, url = line.split()
    wait = 2 if preset == "timeout-3s" else 30
    try:
        answer = session.post(url, json={"AttrNames": {"0": "sex"}}, timeout=wait).json()
        seen = f'{answer["ErrorCode"]} {answer["ActionStatus"]}'
    except (requests.RequestException, KeyError) as error:
        seen = type(error).__name__
    print(f"{preset}: {seen}", flush=True)
