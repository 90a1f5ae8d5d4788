#!/bin/sh
# program.sh TIMOCK_LOAD TIMOCK WORK_FOLDER: each way in which timock-load ends, what it says of a right
# and of wrong limiters, and that it shows no secret.
set -eu
load=$1
serve="$2 serve --port 0 --log off"
mkdir -p "$3"
cd "$3"
XDG_STATE_HOME=$PWD/state
export XDG_STATE_HOME

ends() { # ends CODE WHAT ARGUMENT...
  wanted=$1
  what=$2
  shift 2
  for _ in 1 2 3 4 5; do
    code=0
    "$load" "$@" >output.txt 2>&1 || code=$?
    [ "$code" = 6 ] || break
  done
  if [ "$code" = 6 ] && grep -q 'INVALID: this machine did not keep the schedule' output.txt; then
    echo "skipped: $what: the machine is too busy to keep a schedule"
    exit 77
  fi
  [ "$code" = "$wanted" ] || {
    echo "$what: exit code $code, expected $wanted"
    cat output.txt
    exit 1
  }
}
says() {
  grep -q -e "$1" output.txt || {
    echo "expected the output to say: $1"
    cat output.txt
    exit 1
  }
}

ends 2 'no such flag' --no-such-flag
ends 2 'no such target' --target nowhere
says 'expected in-process, in-process-http, in-process-https, a URL, exec:CMD or real'
ends 2 'no such arrival' --arrival sometimes
echo '{"p98_ms": 1}' >bounds.json
ends 2 'an unknown bound' --threshold bounds.json
says 'p98_ms'
ends 2 "somebody's live system" --target http://192.0.2.1
says allow-writes
ends 2 'a flood for a live system' --target http://192.0.2.1 --allow-writes --rate 100
says allow-overload
ends 2 'no such seed' --seed -1
ends 2 'no such policy' --client retry:sometimes
ends 2 'a rate for the lab' --compare --backlog 100 --rate 300
ends 2 'clients without a policy' --clients 20 --backlog 300
says 'give --client POLICY or --compare'
ends 2 'a virtual network for a real server' --target http://127.0.0.1:1 --compare --round-trip 5ms
says 'round-trip'
ends 3 'nobody answers' --target http://127.0.0.1:1

# Somebody's live system, which the fake plays: the names are kept, and put back. That it is the server
# that is loaded shows endings.py.
TIMOCK_SDKAPPID=1400000000 TIMOCK_IDENTIFIER=administrator
TIMOCK_SECRET_KEY=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
export TIMOCK_SDKAPPID TIMOCK_IDENTIFIER TIMOCK_SECRET_KEY
ends 0 'a live system' --target "exec:$serve --control off" --live --allow-writes --rate 20 \
  --duration 500ms
says 'and put back at the end'
says 'the names are as they were before'
unset TIMOCK_SDKAPPID TIMOCK_IDENTIFIER TIMOCK_SECRET_KEY

ends 0 'the lab in virtual time' --compare --clients 10 --backlog 3000 --json a.json --html lab.html
ends 0 'the lab again' --compare --clients 10 --backlog 3000 --json b.json
cmp a.json b.json
if grep -q 'never\|not within' output.txt; then
  echo 'in virtual time a policy was cut off'
  exit 1
fi
ends 0 'the lab, cut off' --client retry:token,rate=100 --clients 10 --backlog 3000 --duration 2s
says 'not within 2.00 s'
ends 0 'the lab over HTTP' --target "exec:$serve" --client retry:none --clients 4 --backlog 150
says 'retry:none .* 0  *150 '

# Admitted is what the reference limiter admits over the server's own journal.
ends 0 'a right limiter' --target "exec:$serve" --rate 200 --duration 2s --replay \
  --json report.json --html report.html
says 'keeps to 100 in any 1.00 s'
says 'admitted 200, by the reference 200, differences 0'
ends 0 'a mix of calls, in process' --rate 100 --duration 400ms --apps 2 --arrival burst:4 \
  --body-mix valid=50,bad-json=25,non-admin=25 --limit off
ends 0 'over HTTPS, in process' --target in-process-https --rate 50 --duration 400ms --replay
ends 0 'the lab over HTTPS, in process' --target in-process-https --client retry:none --clients 4 --backlog 50
ends 1 'a limiter that admits one more' --target "exec:$serve --throttle 101" --rate 300 --duration 1500ms
says 'BROKEN: admits more than 100'
ends 1 'a limiter that refuses too early' --target "exec:$serve --throttle 99" --rate 300 --duration 1500ms
says 'BROKEN: is no sliding window'
ends 0 'one app beside another' --target "exec:$serve" --isolation --rate 200 --duration 800ms
says ' 0 refused'
echo '{"admitted_per_second_min": 5000}' >bounds.json
ends 1 'a bound is missed' --rate 100 --duration 200ms --threshold bounds.json
says 'MISSED: admitted_per_second_min'

for secret in 'eJ[a-zA-Z0-9*_-]\{40,\}' 'usersig='; do
  if grep -q -e "$secret" output.txt report.json report.html; then
    echo "a report shows $secret"
    exit 1
  fi
done
