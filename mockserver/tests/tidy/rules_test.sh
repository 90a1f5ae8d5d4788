#!/bin/sh
# rules_test.sh ROOT: rules.sh passes on a copy of the tree, and lists each violation that is then planted
# in it below its reason.
set -eu
root=$1
rules=$(cd "$(dirname "$0")" && pwd)/rules.sh
copy=$(mktemp -d)
trap 'rm -rf "$copy" "$copy".*' EXIT
for name in CMakeLists.txt README.md LICENSE mockserver conformance fixtures bench; do
  cp -R "$root/$name" "$copy/"
done
bad=0

sh "$rules" "$copy" || {
  echo 'the clean copy must pass'
  exit 1
}
# Each violation is a file of its own; one run of the rules has to name them all.
planted=0
plant() { # plant PATH LINE REASON: PATH, with a number before its extension, is to be listed below REASON
  planted=$((planted + 1))
  path=${1%.*}$planted.${1##*.}
  mkdir -p "$(dirname "$copy/$path")"
  printf '%s\n' "$2" >"$copy/$path"
  printf '%s\t%s\n' "$3" "$path" >>"$copy.expected"
}
src=mockserver/src
above='knows nothing above it'

plant $src/calls/x.cc 'auto now = std::chrono::steady_clock::now();' \
  'only the allowed files read the real time or sleep'
plant mockserver/tests/unit/x.cc 'std::this_thread::sleep_for(pause);' \
  'only the allowed files read the real time or sleep'
plant $src/calls/x.cc '#include <fstream>' 'the core does no I/O'
plant $src/text/x.h '#include "json/fields.h"' "mockserver/src/text $above"
plant $src/usersig/x.cc '#include "throttle/throttle.h"' "mockserver/src/usersig $above"
plant $src/calls/x.cc '#include "journal/journal.h"' "mockserver/src/calls $above"
plant $src/control/x.cc '#include "http/server.h"' "mockserver/src/control $above"
plant $src/http/x.cc '#include "app/main.h"' "mockserver/src/http $above"
plant conformance/src/wire/x.cc '#include "cases/case.h"' "conformance/src/wire $above"
plant conformance/src/run/x.cc '#include "report/badge.h"' "conformance/src/run $above"
plant conformance/src/run/x.cc '#include "suite.h"' 'an include names its room'
plant bench/load/send/x.cc '#include "load/judge/threshold.h"' "bench/load/send $above"
plant $src/usersig/x.cc '#include "timock/service.h"' 'the signer is a leaf: it knows no service'
plant $src/calls/x.cc '#include "call.h"' 'an include names its room'
plant $src/app/x.cc '#include <uv.h>' 'only the transport knows libuv'
plant $src/http/x.cc '#include <CLI/CLI.hpp>' 'only the programs know the command line'
plant $src/app/x.cc '#include <CLI/CLI.hpp>' 'only the programs know the command line'
plant $src/app/x.cc '#include <openssl/hmac.h>' \
  'only the pure rooms and the transport know OpenSSL and zlib'
plant mockserver/include/timock/x.h '#include <nlohmann/json.hpp>' \
  'public headers name only the standard library'
plant mockserver/include/timock/x.h '#include "throttle/throttle.h"' \
  'public headers name only the standard library'
plant $src/apps/x.cc 'std::mutex mutex;' 'locks are the annotated Mutex'
plant conformance/src/cases/x.cc '#include <timock/service.h>' \
  'the suite and the load generator are black boxes'
plant notes.txt 'a note' 'the top level holds only the agreed names'
plant fixtures/x.json "\"/ho""me/someone\"" 'no path of a machine and no reminder in the text'
plant mockserver/x.md "TO""DO: more" 'no path of a machine and no reminder in the text'
plant bench/x.cc "$(yes '//' | head -n 801)" 'a file is one thing, of at most 800 lines'
mkdir "$copy/bench/x"
plant bench/x/CMakeLists.txt 'set_tests_properties(x PROPERTIES WILL_FAIL ON)' 'a test for an exit code names the code'
plant mockserver/tests/unit/x.cc '  GTEST_SKIP();' 'a test that is skipped says why'
plant conformance/tests/x.cc '  EXPECT_TRUE(true);' 'a test compares something'
plant conformance/tests/x.cc "$(printf 'TEST(X, Y) {\n  Run();\n}')" \
  'a test asserts something, or says by SUCCEED() << what it shows'
plant conformance/tests/x.cc 'TEST(X, Y) { Run(); }' \
  'a test asserts something, or says by SUCCEED() << what it shows'
plant bench/load/tests/x.sh "$(printf 'if command -v nginx; then\n  run\nfi')" \
  'a test without what it needs is skipped (77), or fails'
plant conformance/src/other/x.cc '// nothing' 'each folder of conformance/src is a known room'
plant $src/other/x.cc '' 'each folder of mockserver/src is a known room'

sh "$rules" "$copy" >"$copy.report" && echo 'nothing was caught'
while IFS='	' read -r reason path; do
  # A rule about folders or the top level lists a name, any other a path.
  awk -v reason="$reason:" -v path="$path" '
    /:$/ { here = $0 == reason; next }
    here && (index($0, path) || index(path, "/" $1 "/") || $1 == path) { found = 1 }
    END { exit !found }' "$copy.report" || {
    echo "not caught: $path, $reason"
    bad=1
  }
done <"$copy.expected"
exit $bad
