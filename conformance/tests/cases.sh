#!/bin/sh
# cases.sh ROOT [PAGE_FOLDER]: whether the case files are sound, and whether their checker finds what is
# not. The quotes are compared with the endpoint's page where its text is: in PAGE_FOLDER, in the
# folder that TIMOCK_PAGE_FOLDER names, or in ../shared/protocol beside the repository. Exits 77 where
# python3 or its module jsonschema is missing.
set -eu
root=$1
folder=${2:-${TIMOCK_PAGE_FOLDER:-$root/../shared/protocol}}
command -v python3 >/dev/null || {
  echo 'skipped: python3 is not installed'
  exit 77
}
python3 -c 'import importlib.util, sys; sys.exit(importlib.util.find_spec("jsonschema") is None)' || {
  echo 'skipped: python3-jsonschema is not installed'
  exit 77
}
if ls "$folder"/000_*.txt >/dev/null 2>&1; then
  python3 "$root/conformance/tests/check_cases.py" "$root" "$folder"
else
  python3 "$root/conformance/tests/check_cases.py" "$root"
fi
python3 "$root/conformance/tests/check_cases_test.py" "$root"
