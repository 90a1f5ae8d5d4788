#!/bin/sh
# slowhttptest.sh TIMOCK [SECONDS]: slow headers, slow body and slow read, each with 1,000
# connections for SECONDS (default 25), attack a server, while a normal client's 99th percentile
# must stay below 50 ms. Loopback only. Exits 77 where slowhttptest or python3 is missing or
# `ulimit -n` is too small.
# shellcheck disable=SC2317,SC3045  # a trap's function; dash, bash and busybox have ulimit -n
set -eu
timock=$1
seconds=${2:-25}
here=$(cd "$(dirname "$0")" && pwd)
connections=1000
limit_ms=50

skip() {
  echo "skipped: $1"
  exit 77
}
for tool in slowhttptest python3; do
  command -v "$tool" >/dev/null || skip "$tool is not installed"
done
# slowhttptest takes the soft limit for the most connections it may open.
ulimit -n 4096 2>/dev/null || skip 'needs ulimit -n 4096'

work=$(mktemp -d)
client=
server=
finish() {
  for process in $client $server; do
    kill "$process" 2>/dev/null || true
  done
  wait
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 143' INT TERM

key=0123456789abcdef
"$timock" serve --port 0 --port-file "$work/port" --throttle off --log off \
  --app "1400000000:$key$key$key$key:administrator" >/dev/null &
server=$!
tries=0
until [ -f "$work/port" ]; do
  kill -0 "$server"
  tries=$((tries + 1))
  [ "$tries" -lt 200 ] || { echo 'no port file'; exit 1; }
  sleep 0.05
done
port=$(cat "$work/port")
url="http://127.0.0.1:$port/v4/all_member_push/im_set_attr_name"
url="$url?sdkappid=1400000000&identifier=administrator&usersig=x&random=7&contenttype=json"
bad=0

# attack NAME FLAG...: up to three times, while the client was late by itself and measured nothing.
attack() {
  for try in 1 2 3; do
    verdict=0
    attack_once "$@" || verdict=$?
    [ "$verdict" -eq 2 ] || break
    echo "$1, try $try: the client may have been late by itself, the machine is busy"
  done
  [ "$verdict" -eq 0 ] || bad=1
}

# attack_once NAME FLAG...: again and again until the time is over, for the server ends slow
# connections. The client's exit code.
attack_once() {
  name=$1
  shift
  python3 "$here/steady_client.py" "$timock" "$port" --seconds "$seconds" \
    --limit-ms "$limit_ms" >"$work/client" &
  client=$!
  end=$(($(date +%s) + seconds))
  rounds=0
  most=0
  while left=$((end - $(date +%s))) && [ "$left" -gt 0 ]; do
    rounds=$((rounds + 1))
    slowhttptest -c "$connections" -r "$connections" -l "$left" -u "$url" -v 1 "$@" \
      >"$work/coloured" 2>&1 || true
    tr -d '\033' <"$work/coloured" | sed 's/\[[0-9;]*m//g' >"$work/attack"
    open=$(sed -n 's/^connected: *\([0-9]*\).*/\1/p' "$work/attack" | sort -n | tail -n 1)
    [ "${open:-0}" -le "$most" ] || most=$open
    if ! grep -q '^service available: *YES' "$work/attack" ||
      grep -q '^service available: *NO' "$work/attack"; then
      cat "$work/attack"
      bad=1
      break
    fi
  done
  result=0
  wait "$client" || result=$?
  client=
  echo "$name: $rounds attacks, $most slow connections at once; client: $(cat "$work/client")"
  [ "$most" -gt 0 ] || { echo 'no slow connection was ever seen open'; bad=1; }
  return "$result"
}

attack 'slow headers' -H -i 2 -t POST -x 24 -p 5
attack 'slow body' -B -i 2 -s 8192 -t POST -x 10 -p 5
attack 'slow read' -X -k 10 -w 10 -y 20 -n 2 -z 1 -t POST -p 5
[ "$bad" -eq 0 ] || echo "failed: the limit is p99 < $limit_ms ms, each call answered"
exit "$bad"
