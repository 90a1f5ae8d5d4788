"""What a test in Python does with the control API. Run: timock exec -- python3 control_test.py"""
import os
import requests

url = os.environ["TIMOCK_URL"]
control = os.environ["TIMOCK_CONTROL_URL"]
app = requests.post(control + "/apps", json={}).json()["sdkappid"]  # this test's own


def call(names):  # stands for the code under test, which tries again once after 91000
    signed = requests.post(control + "/usersig", json={"sdkappid": app, "identifier": "administrator"}).json()
    target = f"{url}/v4/all_member_push/im_set_attr_name?{signed['query']}"
    reply = requests.post(target, json={"AttrNames": names}).json()
    return requests.post(target, json={"AttrNames": names}).json() if reply["ErrorCode"] == 91000 else reply


# The journal says what came, and why it was refused.
assert call({"0": "x" * 51})["ErrorCode"] == 90001
count = requests.get(control + "/requests/count", params={"sdkappid": app, "at_least": 1, "wait_ms": 1000}).json()
assert count["satisfied"] and count["count"] == 1
assert requests.get(control + "/requests", params={"sdkappid": app}).json()["requests"][0]["rule"] == "name_too_long"

# A fault, and the proof that the client met it.
fault = requests.post(control + "/faults", json={"preset": "retry-91000", "times": 1, "match": {"sdkappid": app}}).json()
assert call({"0": "sex"})["ErrorCode"] == 0
assert requests.get(control + "/faults/" + fault["id"]).json()["hits"] == 1

# Time stands still (for everybody: not on a shared server): 100 calls pass, the next waits for the next second.
requests.put(control + "/clock", json={"mode": "frozen"}).raise_for_status()
requests.post(control + "/clock/advance", json={"seconds": 1}).raise_for_status()
assert [call({"0": "sex"})["ErrorCode"] for _ in range(101)] == [0] * 100 + [60007]
requests.post(control + "/clock/advance", json={"seconds": 1}).raise_for_status()
assert call({"0": "sex"})["ErrorCode"] == 0

requests.put(control + "/clock", json={"mode": "real"}).raise_for_status()
requests.post(control + "/reset", json={"sdkappid": app}).raise_for_status()  # what is this test's own
assert requests.get(control + "/requests", params={"sdkappid": app}).json()["requests"] == []
