#!/bin/sh
# cases.sh ROOT: whether the case files are sound, and whether their checker finds what is not. Exits
# 77 where python3 or its module jsonschema is missing.
set -eu
root=$1
python3 -c 'import jsonschema' 2>/dev/null || {
  echo 'skipped: python3 with python3-jsonschema is not installed'
  exit 77
}
python3 "$root/conformance/tests/check_cases.py" "$root"
python3 "$root/conformance/tests/check_cases_test.py" "$root"
