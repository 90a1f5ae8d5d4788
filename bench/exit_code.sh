#!/bin/sh
# exit_code.sh CODE PROGRAM ARGUMENT...: whether PROGRAM ends with CODE, and with no other.
wanted=$1
shift
code=0
"$@" || code=$?
[ "$code" = "$wanted" ] || {
  echo "exit code $code, expected $wanted"
  exit 1
}
