#!/bin/sh
# tls_sig_api_v2.sh TIMOCK WORK_FOLDER: a UserSig of the npm package tls-sig-api-v2, sent by curl, sets
# the names; im_get_attr_name returns them. Exits 77 where a tool is missing.
set -eu
timock=$1
work=$2

skip() {
  echo "skipped: $1"
  exit 77
}
for tool in node npm curl; do
  command -v "$tool" >/dev/null || skip "$tool is not installed"
done
mkdir -p "$work"
cd "$work"
node -e 'require.resolve("tls-sig-api-v2")' 2>/dev/null || skip 'npm.sh has not installed tls-sig-api-v2'

rm -f port
"$timock" serve --port 0 --port-file port --log off >/dev/null &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
tries=0
until [ -f port ]; do
  kill -0 "$server"
  tries=$((tries + 1))
  [ "$tries" -lt 200 ] || { echo 'no port file'; exit 1; }
  sleep 0.05
done
port=$(cat port)

key=0123456789abcdef
user_sig=$(node -e "
  const { Api } = require('tls-sig-api-v2');
  process.stdout.write(new Api(1400000000, '$key$key$key$key').genSig('administrator', 600));")
call() { # call COMMAND BODY
  curl -sS -d "$2" "http://127.0.0.1:$port/v4/all_member_push/$1?sdkappid=1400000000&identifier=administrator&usersig=$user_sig&random=7&contenttype=json"
}
expect() { # expect REPLY WANTED
  [ "$1" = "$2" ] || { printf 'got    %s\nwanted %s\n' "$1" "$2"; exit 1; }
}
ok='{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0'
expect "$(call im_set_attr_name '{"AttrNames":{"0":"sex","1":"城市"}}')" "$ok}"
expect "$(call im_get_attr_name '{}')" "$ok,\"AttrNames\":{\"0\":\"sex\",\"1\":\"城市\"}}"
echo 'set and read back'
