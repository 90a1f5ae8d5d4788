#!/bin/sh
# approved_help.sh PROGRAM FILE: the --help of the program and of each of its commands is that of FILE, which a
# person has read and approved. With TIMOCK_APPROVE in the environment it writes FILE.
set -eu
program=$1 approved=$2
name=$(basename "$program")
commands=$("$program" --help | sed -n '/^Subcommands:/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p')
received=$(
  for command in '' $commands; do
    printf '$ %s %s--help\n' "$name" "${command:+$command }"
    "$program" ${command:+"$command"} --help
  done
)
if [ -n "${TIMOCK_APPROVE-}" ]; then
  mkdir -p "$(dirname "$approved")"
  printf '%s\n' "$received" >"$approved"
fi
printf '%s\n' "$received" | diff -u "$approved" - || {
  echo "the help differs from $approved; if that is right: TIMOCK_APPROVE=1 ctest -R help, look at the difference, commit it"
  exit 1
}
