#!/bin/sh
# curl.sh USERSIG NAME: below $BASE, by default the host that is documented, sets a name, reads the names back, prints both replies.
set -eu
call() { # call COMMAND BODY
  curl -sS -d "$2" "${BASE:-https://console.tim.qq.com}/v4/all_member_push/$1?sdkappid=1400000000&identifier=administrator&usersig=$user_sig&random=7&contenttype=json"
  echo
}
user_sig=$1
call im_set_attr_name "{\"AttrNames\":{\"0\":\"$2\"}}"
call im_get_attr_name '{}'
