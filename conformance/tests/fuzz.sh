#!/bin/sh
# fuzz.sh TIMOCK_CONFORMANCE TIMOCK_MUTANT WORK_FOLDER: fuzz finds planted bugs and prints each as a small case; how
# it ends.
set -eu
suite=$1 mutant=$2 work=$3
mkdir -p "$work"
cd "$work"

fail() {
  echo "$1"
  cat output.txt
  exit 1
}
ends() { # ends CODE ARGUMENT...
  wanted=$1
  shift
  code=0
  "$suite" fuzz "$@" >output.txt 2>&1 || code=$?
  [ "$code" = "$wanted" ] || fail "fuzz $*: exit code $code, expected $wanted"
}
says() {
  grep -q -e "$1" output.txt || fail "expected the output to say: $1"
}
finds() { # finds MUTANT PATTERN: by a case of under ten lines, one of which has the pattern
  ends 1 --target "exec:$mutant $1" --seed 7 --calls 20000
  sed -n '/^{"rule"/,/}\]}$/p' output.txt >case.json
  lines=$(grep -c . case.json) || fail "$1: no case"
  [ "$lines" -lt 10 ] || fail "$1: the case has $lines lines"
  grep -q -e "$2" case.json || fail "$1: expected the case to have: $2"
  python3 -m json.tool case.json >/dev/null || fail "$1: the case is no JSON"
}

# The body's reader, the reply's writer, the throttle's reply, the store.
finds trailing_garbage_accepted '"body_text":"{[^ ]*}}[^"]'
finds accepts_51_bytes '"switch":"name_too_long"'
finds error_info_null '"request": {"command":"im_get_attr_name",'
finds throttled_without_info '"title": "throttle.code"'
finds stores_half '"then": {"names":"unchanged"}'
says 'a failure in [0-9]* calls, seed 7'
if grep -q 'eJ[a-zA-Z0-9*_-]\{40,\}' output.txt; then fail 'the output shows a UserSig'; fi

ends 0 --seed 7 --calls 500
says '^500 calls, no failure, seed 7, '
ends 0 --calls 10
says 'plan: 10 calls to the fake, in process, seed [0-9]'
ends 2 --target https://example.com
says 'fuzz never calls a live target'
ends 2 --target real --region china --allow-writes --allow-overload
ends 2 --target http://127.0.0.1:1 --live
ends 2 --expect no_such_profile
ends 3 --target "exec:true"
