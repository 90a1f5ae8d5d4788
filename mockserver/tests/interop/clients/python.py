"""python.py USERSIG NAME: below $BASE, by default the host that is documented, sets a name, reads the names back, prints both replies."""

import os
import sys

import requests

BASE = os.environ.get("BASE", "https://console.tim.qq.com")


def call(command, user_sig, body):
    reply = requests.post(
        f"{BASE}/v4/all_member_push/{command}",
        params={
            "sdkappid": 1400000000,
            "identifier": "administrator",
            "usersig": user_sig,
            "random": 7,
            "contenttype": "json",
        },
        json=body,
    )
    print(reply.text)


_, signature, name = sys.argv
call("im_set_attr_name", signature, {"AttrNames": {"0": name}})
call("im_get_attr_name", signature, {})
