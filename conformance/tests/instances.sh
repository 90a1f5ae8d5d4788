#!/bin/sh
# instances.sh TIMOCK_CONFORMANCE TIMOCK WORK_FOLDER connection|call: the probe sees that two fakes
# answer behind one port that do not share their limit, be it by connection or by call. Skipped
# without nginx, and where this machine is too busy to measure.
set -eu
suite=$1
timock=$2
work=$3
way=$4
PATH=$PATH:/usr/sbin
command -v nginx >/dev/null || {
  echo "skipped: nginx is not installed (Debian: nginx-light)"
  exit 77
}
rm -rf "$work"
mkdir -p "$work"
pids=
trap 'for pid in $pids; do kill $pid 2>/dev/null || true; done; wait' EXIT
echo '{"throttle": {"limit": 20, "window_ms": 250}}' >"$work/profile.json"
for number in 1 2; do
  "$timock" serve --port 0 --port-file "$work/port$number" --log off --control off --profile "$work/profile.json" &
  pids="$pids $!"
done
for number in 1 2; do
  until [ -s "$work/port$number" ]; do :; done
done
front=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
pick='random;'
[ "$way" = call ] || pick='hash $connection;'
user=
[ "$(id -u)" -ne 0 ] || user='user root root;'
cat >"$work/nginx.conf" <<NGINX
daemon off;
$user
worker_processes 1;
pid $work/nginx.pid;
error_log $work/error.log;
events { worker_connections 512; }
http {
  access_log off;
  client_body_temp_path $work/body;
  proxy_temp_path $work/proxy;
  fastcgi_temp_path $work/fastcgi;
  uwsgi_temp_path $work/uwsgi;
  scgi_temp_path $work/scgi;
  keepalive_requests 100000;
  upstream two {
    $pick
    server 127.0.0.1:$(cat "$work/port1");
    server 127.0.0.1:$(cat "$work/port2");
    keepalive 64;
  }
  server {
    listen 127.0.0.1:$front;
    location / {
      proxy_pass http://two;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }
}
NGINX
nginx -c "$work/nginx.conf" -e "$work/error.log" &
pids="$pids $!"
until curl -s -o /dev/null "http://127.0.0.1:$front/"; do
  kill -0 $! || {
    cat "$work/error.log"
    exit 1
  }
done
export TIMOCK_SDKAPPID=1400000000 TIMOCK_IDENTIFIER=administrator
export TIMOCK_SECRET_KEY=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
code=0
"$suite" probe --target "http://127.0.0.1:$front" --limit 20 --window 250ms --json "$work/probe.json" \
  >"$work/output.txt" || code=$?
tail -n 15 "$work/output.txt"
if grep -qE '"reason": "in the experiment .* late ' "$work/probe.json"; then
  echo 'skipped: this machine is too busy to measure'
  exit 77
fi
grep -q '"instances": 2' "$work/probe.json"
grep -q 'do not share their limit' "$work/output.txt"
if [ "$way" = call ]; then
  [ "$code" = 6 ]
else
  [ "$code" = 0 ]
  grep -q '"algorithm": "sliding_window"' "$work/probe.json"
  grep -q '"limit": 20,' "$work/probe.json"
fi
