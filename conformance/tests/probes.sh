#!/bin/sh
# probes.sh TIMOCK_CONFORMANCE TIMOCK WORK_FOLDER: the probe in real time, on the fake and on limiters that are
# not ours. It mostly waits, so all of them run side by side. Skipped where one of them is.
set -eu
suite=$1
timock=$2
work=$3
here=$(dirname "$0")
rm -rf "$work"
mkdir -p "$work"
started=

probe() ( # probe NAME: one of them
  exec >"$work/$1.log" 2>&1
  case $1 in
    fake) exec sh "$here/probe.sh" "$suite" "$timock" "$work/$1" ;;
    nginx) exec sh "$here/nginx.sh" "$suite" "$work/$1" '' 1 3 false ;;
    nginx_burst) exec sh "$here/nginx.sh" "$suite" "$work/$1" 'burst=20 nodelay' 19 23 false ;;
    nginx_delay) exec sh "$here/nginx.sh" "$suite" "$work/$1" 'burst=20' 19 23 true ;;
    *) exec sh "$here/instances.sh" "$suite" "$timock" "$work/$1" "$1" ;;
  esac
)
trap 'for one in $started; do kill "${one#*=}" 2>/dev/null || true; done' EXIT
trap 'exit 1' HUP INT TERM

for name in fake nginx nginx_burst nginx_delay connection call; do
  probe "$name" &
  started="$started $name=$!"
done

all=0
for one in $started; do
  name=${one%=*}
  code=0
  wait "${one#*=}" || code=$?
  eval "code_$name=$code"
done
for one in $started; do
  name=${one%=*}
  eval "code=\$code_$name"
  [ "$code" != 77 ] || { # what disturbed it was perhaps one of the others
    code=0
    probe "$name" || code=$?
  }
  [ "$code" = 0 ] || {
    echo "== $name: exit code $code"
    cat "$work/$name.log"
  }
  case $code in
    0) ;;
    77) [ "$all" != 0 ] || all=77 ;;
    *) all=1 ;;
  esac
done
started=
exit "$all"
