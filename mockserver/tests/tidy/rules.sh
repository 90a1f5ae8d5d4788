#!/bin/sh
# rules.sh ROOT: the rules that no compiler checks. Prints every offending line; exits 1 when there is
# one. rules_test.sh beside this file shows that each rule bites.
# shellcheck disable=SC2086,SC2010  # lists of paths, one word each; no odd names at the top level
root=$1
cd "$root" || exit 2
bad=0
fail() { # fail WHY HITS
  [ -z "$2" ] || {
    printf '%s:\n%s\n' "$1" "$2"
    bad=1
  }
}
ban() { # ban WHY EXTENDED_REGEXP ALLOWED_FILES PATH...; ALLOWED_FILES is a regexp, or - for none
  why=$1 pattern=$2 allowed=$3
  shift 3
  fail "$why" "$(grep -HrnE --include='*.h' --include='*.cc' "$pattern" "$@" 2>/dev/null |
    grep -vE "^($allowed):")"
}
rooms() { # rooms FOLDER PREFIX ROOM...: each folder of FOLDER is a ROOM, which includes only from itself and those
  # before it; includes begin with PREFIX
  folder=$1 prefix=$2
  shift 2
  fail "each folder of $folder is a known room" "$(ls "$folder" | grep -vxE "CMakeLists.txt|tests|verify|$(echo "$*" | tr ' ' '|')")"
  while [ $# -gt 1 ]; do
    room=$1
    shift
    ban "$folder/$room knows nothing above it" "#include [<\"](\.\./)*$prefix($(echo "$*" | tr ' ' '|'))/" - "$folder/$room"
  done
}
source='mockserver/src mockserver/include'
everything='mockserver conformance bench'
# The rooms of the fake, each above those before it, as mockserver/src/CMakeLists.txt lists them.
rooms='base text json clock usersig profile throttle apps calls journal faults service control http app'
pure=
for room in $rooms; do
  case $room in
    control) break ;;
    *) pure="$pure mockserver/src/$room" ;;
  esac
done

ban 'only the allowed files read the real time or sleep' \
  '_clock::now\(|std::time\(|[^_a-z]time\(NULL|time\(nullptr|gettimeofday|clock_gettime|sleep_(for|until)|usleep\(' \
  'mockserver/src/clock/controlled_clock.cc|conformance/src/wire/stopwatch.cc|bench/load/[a-z_/]*.cc' $everything

ban 'the core does no I/O' \
  '#include <(httplib|uv\.h|fstream|iostream|filesystem|thread|future|sys/|netinet/|unistd|CLI/)|getenv\(|(^|[^n])printf\(|f(open|write|puts)\(|std::(cout|cerr|thread|jthread)' \
  - $pure

# shellcheck disable=SC2086  # one word a room
rooms mockserver/src '' $rooms
rooms conformance/src '' wire cases judge target limiter scenarios fuzz run report record cli
rooms bench/load load/ send judge lab report cli
ban 'the signer is a leaf: it knows no service' \
  '#include "timock/(app|error_code|http|profile|server|service|throttle|timock)' - \
  mockserver/src/base mockserver/src/text mockserver/src/json mockserver/src/usersig \
  mockserver/include/timock/user_sig.h
ban 'an include names its room' '#include "[^/"]*"' - $source conformance/src bench/load
ban 'only the transport knows libuv' '#include <uv\.h>' \
  'mockserver/src/(http/loop.h|app/print_commands.cc)' $everything
ban 'only the programs know the command line' '#include <CLI/' \
  'mockserver/src/app/command_line.cc|conformance/(src/(cli/[a-z_]+|target/options)|mutants/main).cc|bench/(load/cli/program|micro/main).cc' $everything
ban 'only the pure rooms and the transport know OpenSSL and zlib' '#include <(openssl/|zlib)' \
  'mockserver/src/((base|usersig|http)/[a-z_]*\.(h|cc)|app/print_commands.cc)' $source
ban 'public headers name only the standard library' '#include (<[^>]*[/.]|"([^t]|t[^i]|ti[^m]))' \
  'mockserver/include/timock/(gtest|httplib).h' mockserver/include
ban 'locks are the annotated Mutex' \
  'std::(recursive_|shared_|timed_)?(mutex|lock_guard|unique_lock|scoped_lock)' \
  'mockserver/src/base/mutex.h' $source
ban 'the suite and the load generator are black boxes' \
  '#include [<"](timock/(clock|service|server|app|fault|journal|timock)|apps/|calls/|journal/|faults/|service/|http/)' \
  'conformance/src/target/in_process.cc|bench/load/lab/virtual_server.cc|conformance/mutants/[a-z]*\.(h|cc)' conformance bench/load

# Tests that cannot fail.
tests='mockserver/tests conformance/tests bench/load/tests'
fail 'a test for an exit code names the code' "$(
  grep -rn --include='CMakeLists*.txt' --exclude-dir=build WILL_FAIL . )"
ban 'a test that is skipped says why' 'GTEST_SKIP\(\) *;' - $everything
ban 'a test compares something' '(EXPECT|ASSERT)_(TRUE\(true|FALSE\(false)\)|SUCCEED\(\) *;' - $everything
fail 'a test asserts something, or says by SUCCEED() << what it shows' "$(
  find $tests -name '*.cc' -exec awk '
    /^TEST(_F|_P)?\(/ { at = FILENAME ":" FNR ": " $0; asserts = 0 }
    /EXPECT|ASSERT|Expect|FAIL\(|FAILURE|Check|SUCCEED\(\) *<</ { asserts = 1 }
    /}$/ && at != "" && (/^}/ || at ~ /}$/) { if (!asserts) print at; at = "" }' {} \;)"
fail 'a test without what it needs is skipped (77), or fails' "$(
  find $tests -name '*.sh' -exec awk '
    /if command -v/ { at = FILENAME ":" FNR ": " $0 }
    at != "" && /exit|else/ { at = "" }
    at != "" && /^ *fi$/ { print at; at = "" }' {} \;)"

fail 'the top level holds only the agreed names' "$(ls | grep -vxE \
  'CMakeLists.txt|CMakePresets.json|README.md|LICENSE|mockserver|conformance|fixtures|bench|build')"
fail 'no path of a machine and no reminder in the text' "$(
  grep -rnIE --exclude-dir=build --exclude-dir=.git --exclude=.git --exclude-dir=node_modules \
    '(^|[^a-zA-Z0-9_.])/(wor[k]|hom[e]|roo[t]|tm[p])/[a-zA-Z]|\b(TOD[O]|FIXM[E])\b' . | cut -c 1-200)"
fail 'a file is one thing, of at most 800 lines' "$(
  find $everything \( -name '*.cc' -o -name '*.h' \) -exec wc -l {} + 2>/dev/null |
    awk '$1 > 800 && $2 != "total"')"
exit $bad
