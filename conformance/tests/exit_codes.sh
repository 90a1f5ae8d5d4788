#!/bin/sh
# exit_codes.sh TIMOCK_CONFORMANCE WORK_FOLDER TIMOCK_MUTANT: each way in which a run can end, and that no report of
# a failing one shows a key or a UserSig.
set -eu
suite=$1
work=$2
script=$(realpath "$0")
mutant=$3
mkdir -p "$work"
cd "$work"

ends() {  # ends CODE WHAT ARGUMENT...
  wanted=$1
  what=$2
  shift 2
  code=0
  "$suite" "$@" >output.txt 2>&1 || code=$?
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

# Whether a report of the run before shows the key, percent-encoded or as base64, or a UserSig.
shows_no_secret() {
  for secret in 0123456789abcdef0123456789abcdef '%30%31%32%33%34%35' MDEyMzQ1Njc4OWFiY2Rl \
    'eJ[a-zA-Z0-9*_%-]\{40,\}' 'usersig=eJ' 'usersig=%65%4[Aa]'; do
    if grep -q -e "$secret" output.txt report.json report.xml report.html; then
      echo "a report shows $secret"
      exit 1
    fi
  done
}

some='--gtest_filter=*S4.name_too_long.*'
ends 0 'all is well' run "$some"
ends 6 'a refusal by code, where one by status was named' probe --refused status=503
says 'HTTP status 200 and .*60007'
ends 5 'nothing is selected' run --gtest_filter=no_such_case
echo '{"base": "seed-2022-04", "name_too_long": 90030}' >other.json
ends 1 'an expectation is broken' run "$some" --verbose --expect other.json --json report.json --junit report.xml \
  --html report.html
says 'expected 90030, as the switch name_too_long'
says 'our contract leaves it to the switch name_too_long'
grep -q '<failure' report.xml
grep -q '"exit_code": 1' report.json
shows_no_secret
grep -o '^FAILED .*' output.txt | sed 's/FAILED \(.*\)/\1 the profile is another/' >known.txt
ends 0 'known to fail' run "$some" --expect other.json --known-failing known.txt
ends 0 'known to fail, but left out by a filter' run '--gtest_filter=*R14.nothing*' --expect other.json \
  --known-failing known.txt
for shard in 0 1; do
  export GTEST_TOTAL_SHARDS=2 GTEST_SHARD_INDEX=$shard
  ends 0 "known to fail, shard $shard" run "$some" --expect other.json --known-failing known.txt
done
export GTEST_SHARD_INDEX=2
ends 2 'no such shard' run "$some"
unset GTEST_TOTAL_SHARDS GTEST_SHARD_INDEX
ends 1 'known to fail, but passes' run "$some" --known-failing known.txt --junit report.xml
grep -q '<testsuites.* failures="[1-9]' report.xml
grep -q '<testcase.*S4.name_too_long.* classname="known-failing"><failure' report.xml
echo 'documented/R8.no_such_case it never runs' >known.txt
ends 1 'an entry that names nothing' run "$some" --known-failing known.txt
says STALE
ends 2 'no such target' run --target nowhere
ends 2 'no such profile' run --expect no-such-profile
ends 2 'no command'
ends 2 'a folder for a snapshot' restore .
ends 2 'a folder for a list' run --known-failing .
ends 2 'more calls than can be kept' probe --limit 99999999999
ends 2 'a report of a plan' run --plan --html report.html
says '--html goes with a run'
ends 0 'a selection is listed' list '--gtest_filter=*/R1.sample_call'
[ "$(wc -l <output.txt)" = 1 ]
ends 2 'another machine' run --target http://192.0.2.1
ends 3 'nobody answers' run --target http://127.0.0.1:1
echo '{"base": "seed-2022-04", "plain_http": 60002}' >closed.json
ends 3 'the valid call is refused' run --profile closed.json
ends 0 'a server that prints its page' run --target "exec:$mutant none | sed -u 's,http://[^ ]*,&/page?x,'" "$some"
ends 1 'a server that dies of a case' run --target "exec:$mutant crash_on_1e400" \
  '--gtest_filter=*number_beyond_double*'
ends 1 'a server whose every answer is cut' run --target "exec:$mutant answers_half" "$some"

TIMOCK_SDKAPPID=1400000000 TIMOCK_IDENTIFIER=administrator
TIMOCK_SECRET_KEY=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
export TIMOCK_SDKAPPID TIMOCK_IDENTIFIER TIMOCK_SECRET_KEY
ends 1 'replies hold what was sent' run --gtest_filter='*/R1.*' --json report.json \
  --target "exec:exec python3 '$(dirname "$script")/echo_server.py'" --junit report.xml --html report.html
shows_no_secret
says 'TIMOCK_USERSIG'
