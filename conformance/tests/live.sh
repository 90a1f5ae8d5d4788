#!/bin/sh
# live.sh TIMOCK_CONFORMANCE TIMOCK WORK_FOLDER: a run against somebody's live system, which the fake
# plays, changes nothing without leave, puts the names back at its end, after a signal and, with the
# command restore, after SIGKILL.
set -eu
suite=$1
timock=$2
work=$3
rm -rf "$work"
mkdir -p "$work"
cd "$work"
unset TIMOCK_SDKAPPID TIMOCK_IDENTIFIER TIMOCK_SECRET_KEY TIMOCK_USERSIG
export XDG_STATE_HOME="$PWD/state"
cat >credentials <<END
TIMOCK_SDKAPPID=1400000000
TIMOCK_IDENTIFIER=administrator
TIMOCK_SECRET_KEY=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
END
chmod 600 credentials
mkfifo served
"$timock" serve --port 0 --log off --control off >served &
server=$!
trap 'kill -9 $server 2>/dev/null' EXIT
exec 3<served
url=
while [ -z "$url" ] && read -r line <&3; do
  url=$(echo "$line" | grep -o 'http://127[0-9.:]*' | head -n 1) || true
done
usersig=$("$timock" usersig --identifier administrator --sdkappid 1400000000 \
  --key 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef)

fail() {
  echo "$1"
  cat output.txt
  exit 1
}
call() {  # call COMMAND BODY
  curl -sS -d "$2" "$url/v4/all_member_push/$1?sdkappid=1400000000&identifier=administrator&usersig=$usersig&random=1&contenttype=json"
}
names() { call im_get_attr_name '{}'; }
live() {  # live COMMAND ARGUMENT...: as the app's owner
  command=$1
  shift
  "$suite" "$command" --credentials credentials "$@"
}
ends() {  # ends CODE WHAT COMMAND ARGUMENT...
  wanted=$1
  what=$2
  shift 2
  code=0
  live "$@" >output.txt 2>&1 || code=$?
  [ "$code" = "$wanted" ] || fail "$what: exit code $code, expected $wanted"
}
# interrupted SIGNAL: a run that has changed a name for sure is sent SIGNAL while it goes on.
interrupted() {
  rm -f told
  mkfifo told
  "$suite" run --credentials credentials --target "$url" --live --allow-writes \
    --snapshot kept.json --expect other.json \
    --gtest_filter='*/R1.sample_call*:*/S4.name_too_long*:*/S4.path*:*/S4.random*:*/S4.unknown*:*/S4.value*' >told 2>&1 &
  run=$!
  while read -r line; do
    echo "$line" >>output.txt
    case $line in
      FAILED*)
        changed=$(names)
        [ -f kept.json ] || fail 'names were changed before they were kept'
        kill "-$1" $run
        cat >>output.txt
        break
        ;;
    esac
  done <told
  code=0
  wait $run || code=$?
}

call im_set_attr_name '{"AttrNames":{"0":"colour","1":"größe","2":"a \"b\"","3":"three","4":"four","5":"five","6":"six","7":"seven","8":"eight","9":"nine"}}' >/dev/null
before=$(names)
# Breaks what cases are held to that come after one that sets names and before many others.
echo '{"base": "seed-2022-04", "name_too_long": 90030}' >other.json

some='--gtest_filter=*/R1.*:*/R8.*:*/R14.*:*/T.hundred_pass*'
ends 0 'without leave' run --target "$url" --live "$some" --rate 80 --json report.json
grep -q 'allow-writes lets it' report.json || fail 'a skip does not name --allow-writes'
grep -q 'allow-overload lets it' report.json || fail 'a skip does not name --allow-overload'
[ "$(names)" = "$before" ] || fail "a run without leave has changed names: $(names)"

ends 0 'with leave' run --target "$url" --live --allow-writes "$some" --rate 80 --snapshot kept.json
[ "$(names)" = "$before" ] || fail "the names are not as before: $(names)"
[ ! -e kept.json ] || fail 'the snapshot is left over after a good restore'

interrupted INT
[ "$code" = 130 ] || fail "after SIGINT: exit code $code, expected 130"
[ "$changed" != "$before" ] || fail 'the run had changed nothing when it was interrupted'
[ "$(names)" = "$before" ] || fail "after SIGINT the names are not as before: $(names)"
[ ! -e kept.json ] || fail 'the snapshot is left over after SIGINT'

interrupted KILL
[ "$(names)" != "$before" ] || fail 'the killed run had changed nothing'
[ "$(stat -c %a kept.json)" = 600 ] || fail 'others may read the snapshot'
if grep -q -e 0123456789abcdef0123 -e eJ kept.json; then fail 'the snapshot holds a secret'; fi
ends 2 'a snapshot is left over' run --target "$url" --live --allow-writes --snapshot kept.json
grep -q "timock-conformance restore 'kept.json'" output.txt || fail 'the restore line is missing'
usual="state/timock/names-$(echo "${url#http://}" | tr : -)-1400000000.json"
mkdir -p state/timock
mv kept.json "$usual"
ends 2 'a snapshot is left over where none is named' run --target "$url" --live --allow-writes --snapshot kept.json
grep -q "timock-conformance restore .*$usual'.*--credentials" output.txt || fail 'the restore line is missing'
mv "$usual" kept.json
cp kept.json again.json
ends 0 'restore' restore kept.json
[ "$(names)" = "$before" ] || fail "after restore the names are not as before: $(names)"
[ ! -e kept.json ] || fail 'the snapshot is left over after restore'
ends 0 'restore once more' restore again.json
ends 2 'nothing to restore' restore kept.json

ends 2 'a rate beyond the limit' run --target "$url" --live --rate 100
chmod 644 credentials
ends 2 'credentials that others may read' run --target "$url" --live
grep -q "chmod 600 'credentials'" output.txt || fail 'the chmod line is missing'
