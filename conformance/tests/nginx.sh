#!/bin/sh
# nginx.sh TIMOCK_CONFORMANCE WORK_FOLDER BURST LEAST_BURST MOST_BURST DELAYS: the probe names
# nginx's limit_req GCRA of the right rate and burst, by the API's calls and, for a server that has
# nothing to do with it, by plain GETs. DELAYS: true where calls ahead of the rate wait. Skipped
# without nginx, and where this machine is too busy to measure: the probe says that its own calls
# were late, or nginx's clock.
set -eu
suite=$1
burst=$3
least=$4
most=$5
delays=$6
work=$2
here=$(cd "$(dirname "$0")" && pwd)
PATH=$PATH:/usr/sbin
command -v nginx >/dev/null || {
  echo "skipped: nginx is not installed (Debian: nginx-light)"
  exit 77
}
rm -rf "$work"
mkdir -p "$work"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
# limit_req does not see what `return` answers before it: a file is served instead.
mkdir -p "$work/www/v4/all_member_push"
for command in im_set_attr_name im_get_attr_name; do
  printf '{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}' >"$work/www/v4/all_member_push/$command"
done
# As root, nginx would give its workers to a user who may not read this folder.
user=
[ "$(id -u)" -ne 0 ] || user='user root root;'
sed -e "s#USER#$user#; s#PORT#$port#; s#FOLDER#$work#g; s# BURST;#${burst:+ }$burst;#" "$here/nginx.conf" \
  >"$work/nginx.conf"
nginx -c "$work/nginx.conf" -e "$work/error.log" &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null || true' EXIT
until curl -s -o /dev/null "http://127.0.0.1:$port/"; do
  kill -0 $server || {
    cat "$work/error.log"
    exit 1
  }
done
for command in im_set_attr_name im_get_attr_name; do
  status=$(curl -s -o "$work/answer" -w '%{http_code}' --retry 3 -d '{}' "http://127.0.0.1:$port/v4/all_member_push/$command")
  [ "$status" = 200 ] || {
    echo "nginx answers $command with HTTP $status instead of the file"
    cat "$work/answer" "$work/error.log"
    exit 1
  }
done
if [ "$delays" = true ]; then
  set -- --get /v4/all_member_push/im_get_attr_name
else
  set --
  export TIMOCK_SDKAPPID=1400000000 TIMOCK_IDENTIFIER=administrator
  export TIMOCK_SECRET_KEY=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
fi
code=0
"$suite" probe --target "http://127.0.0.1:$port" --refused status=503 --limit 20 --window 200ms \
  "$@" --json "$work/probe.json" --html "$work/probe.html" >"$work/output.txt" || code=$?
cat "$work/output.txt"
if [ "$code" = 6 ] && grep -qE '"reason": "(in the experiment .* late |calls that passed contradict)' "$work/probe.json"; then
  echo 'skipped: this machine is too busy to measure'
  exit 77
fi
[ "$code" = 0 ]
python3 - "$work/probe.json" "$least" "$most" "$delays" <<'PYTHON'
import json, sys
found = json.load(open(sys.argv[1]))
delays = sys.argv[4] == "true"
assert found["algorithm"] == ("gcra" if delays else "token_bucket"), found
# 100 a second, or a little less: without a burst whoever is a millisecond early waits for the next.
assert 14 <= found["limit"] <= 21, found
low, high = found["burst_range"]
assert low <= int(sys.argv[3]) and int(sys.argv[2]) <= high, found
assert delays or int(sys.argv[2]) <= found["burst"] <= int(sys.argv[3]), found
assert found["gcra"]["delays"] == delays, found
assert found["gcra"]["burst"] == found["burst"] - 1, found
assert found["instances"] == 1, found
PYTHON
