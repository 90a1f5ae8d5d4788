#!/bin/sh
# page.sh TIMOCK WORK_FOLDER [SCREENSHOT]: the page of the control API in headless Chromium. Exits 77
# where a tool is missing.
set -eu
timock=$1
work=$2
screenshot=${3-}
here=$(cd "$(dirname "$0")" && pwd)
version=1.64.1

skip() {
  echo "skipped: $1"
  exit 77
}
for tool in node npm chromium; do
  command -v "$tool" >/dev/null || skip "$tool is not installed"
done
mkdir -p "$work"
cd "$work"
if ! [ -d node_modules/playwright-core ]; then
  echo '{"private": true}' >package.json
  npm install --silent --no-package-lock --no-audit --no-fund "playwright-core@$version" ||
    skip 'npm cannot install playwright-core'
fi
cp "$here/page_test.mjs" .
"$timock" exec -- sh -c 'exec node page_test.mjs "$TIMOCK_CONTROL_URL" "$0"' "$screenshot"
