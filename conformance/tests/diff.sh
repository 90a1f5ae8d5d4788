#!/bin/sh
# diff.sh TIMOCK_CONFORMANCE WORK_FOLDER: the exit codes of diff, the badges, the matrix, and record as a command.
set -eu
suite=$1
mkdir -p "$2"
cd "$2"
ends() {  # ends CODE ARGUMENT...
  wanted=$1
  shift
  code=0
  "$suite" "$@" >output.txt 2>&1 || code=$?
  [ "$code" = "$wanted" ] || {
    echo "$*: exit code $code, expected $wanted"
    cat output.txt
    exit 1
  }
}
some='--gtest_filter=*S4.not_admin.*'
echo '{"not_admin": 60010}' >other.json
ends 0 run "$some" --json one.json --badge badge.json
grep -q '"schemaVersion":1' badge.json
ends 0 run "$some" --json two.json --profile other.json --expect none
ends 0 diff one.json one.json
ends 1 diff one.json two.json
grep -q 'another verdict' output.txt
ends 1 diff --json one.json two.json
grep -q '"before": "passed"' output.txt
ends 0 report matrix one.json two.json one.json --html matrix.html
grep -q 'of .* cases differ between the 3 reports; matrix.html shows them' output.txt
grep -q '"caption":"Cases that differ"' matrix.html
grep -q 'passed, ErrorCode' matrix.html
ends 0 report matrix one.json one.json --html matrix.html
grep -q '^0 of ' output.txt
ends 0 run "$some" --badge 'badge-{level}.json'
grep -q '"label":"conformance: undetermined"' badge-undetermined.json
head -c 300 one.json >cut.json
ends 2 report matrix one.json cut.json --html matrix.html
ends 2 report matrix one.json --html matrix.html
ends 4 report matrix one.json two.json --html /dev/null/matrix.html
ends 2 diff one.json cut.json
ends 2 diff one.json no_such_file.json
ends 0 record --profile other.json --out recorded.json
grep -q '"not_admin": 60010' recorded.json
grep -q 'not observed: internal_error' output.txt
ends 0 run --profile recorded.json --expect recorded.json '--gtest_filter=*undetermined/S4*'
