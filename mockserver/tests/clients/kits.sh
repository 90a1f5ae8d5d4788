#!/bin/sh
# kits.sh BINARY WORKDIR: builds the kits for Python and Node around BINARY, installs them without a network, and
# runs their tests and the first tests of docs/clients from what is installed. Exits 77 where pytest, pip, node or
# npm is missing.
set -eu
binary=$1
mockserver=$(cd "$(dirname "$0")/../.." && pwd)
python=/usr/bin/python3
missing() {
  echo "skipped: $1 is not installed"
  exit 77
}
for tool in "$python" node npm; do command -v "$tool" >/dev/null || missing "$tool"; done
for module in pytest pip; do "$python" -c "import $module" 2>/dev/null || missing "Python's $module"; done
fail() {
  echo "FAILED: $*"
  exit 1
}
rm -rf "$2"
mkdir -p "$2/first" "$2/second" "$2/python" "$2/node"
cd "$2"
work=$PWD
export SOURCE_DATE_EPOCH=1795369800

build() { # build BINARY FOLDER
  "$python" "$mockserver/clients/python/build_wheel" "$1" 0.1.0 "$2"
  "$python" "$mockserver/clients/node/build_package" "$1" 0.1.0 "$2"
}
build "$binary" first
# What must not be seen in a package: when and how the program was put there, and where this runs.
cp "$binary" second/program
touch -d @1000000000 second/program
chmod 700 second/program
(umask 077 && TZ=Asia/Tokyo build second/program second)
wheel=$(echo "$work"/first/timock-*.whl)
package=$(echo "$work"/first/timock-*.tgz)
for file in "$wheel" "$package"; do
  cmp "$file" "second/$(basename "$file")" || fail "two builds of $(basename "$file") differ"
done

example() { # example LANGUAGE: the first test of its page
  awk -v marker="<!-- example:$1 -->" '
    $0 == marker { found = 1; next }
    found && /^```/ { if (inside) exit; inside = 1; next }
    inside { print }
  ' "$mockserver/docs/clients/$1.md"
}

echo '== Python'
cd "$work/python"
"$python" -m venv --without-pip --system-site-packages venv
"$python" -m pip --isolated --python venv/bin/python install --no-index --no-cache-dir -q "$wheel"
PATH=$work/python/venv/bin:$PATH
cp "$mockserver"/clients/python/tests/*.py .
example python >test_first.py
[ -s test_first.py ] || fail 'docs/clients/python.md has no example:python'
# The clients in the tests take a proxy from the environment.
export no_proxy=127.0.0.1
python -m pytest -q -p no:cacheprovider test_kit.py test_first.py

echo '== Node'
cd "$work/node"
echo '{"private": true, "type": "module"}' >package.json
export npm_config_cache="$work/npm"
npm install --offline --ignore-scripts --no-audit --no-fund --no-update-notifier "$package"
cp "$mockserver/clients/node/test/kit.test.js" .
example node >first.test.js
[ -s first.test.js ] || fail 'docs/clients/node.md has no example:node'
node --test kit.test.js first.test.js
# shellcheck disable=SC2016  # for the shell that exec starts
npx --offline timock exec -- sh -c 'timock health "$TIMOCK_URL"'
