#!/bin/sh
# probe.sh TIMOCK_CONFORMANCE TIMOCK WORK_FOLDER: the probe in real time, against a fake whose clock
# nobody sets. Skipped where this machine is too busy to measure: the probe says that its own calls
# were late.
set -eu
suite=$1
timock=$2
work=$3
rm -rf "$work"
mkdir -p "$work"
echo '{"throttle": {"limit": 20, "window_ms": 200, "algorithm": "fixed_window"}}' >"$work/profile.json"
export TIMOCK_SDKAPPID=1400000000 TIMOCK_IDENTIFIER=administrator
export TIMOCK_SECRET_KEY=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
code=0
"$suite" probe --target "exec:$timock serve --port 0 --log off --control off --profile $work/profile.json" \
  --limit 20 --window 200ms --json "$work/probe.json" --html "$work/probe.html" >"$work/output.txt" || code=$?
cat "$work/output.txt"
if [ "$code" = 6 ] && grep -q '"reason": "in the experiment .* late ' "$work/probe.json"; then
  echo 'skipped: this machine is too busy to measure'
  exit 77
fi
[ "$code" = 0 ]
grep -q '"algorithm": "fixed_window"' "$work/probe.json"
grep -q '"limit": 20,' "$work/probe.json"
grep -q '"window_ms": 200,' "$work/probe.json"
if grep -q -e 0123456789abcdef "$work/probe.json" "$work/probe.html" "$work/output.txt"; then
  echo 'a report shows the key'
  exit 1
fi
