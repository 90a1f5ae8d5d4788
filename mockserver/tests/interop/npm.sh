#!/bin/sh
# npm.sh FOLDER: what package-lock.json names, in FOLDER/node_modules. Exits 77 where npm is missing or
# its registry does not answer.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$1"

for tool in node npm; do
  command -v "$tool" >/dev/null || {
    echo "skipped: $tool is not installed"
    exit 77
  }
done
if [ -d node_modules ] && cmp -s "$here/package-lock.json" installed-lock.json; then exit 0; fi
rm -rf node_modules installed-lock.json
cp "$here/package.json" "$here/package-lock.json" .
npm ci --engine-strict --ignore-scripts --no-audit --no-fund || {
  if npm view tls-sig-api-v2 version >/dev/null 2>&1; then exit 1; fi
  echo "skipped: npm's registry does not answer"
  exit 77
}
cp package-lock.json installed-lock.json
