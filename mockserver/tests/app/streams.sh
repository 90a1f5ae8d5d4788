#!/bin/sh
# streams.sh TIMOCK: what is printed to a full disk is not a success, and standard streams that are closed stay out
# of the way: the first sockets do not take their numbers.
set -eu
timock=$1
work=$(mktemp -d)
server=
end() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || :
  rm -rf "$work"
}
trap end EXIT
trap 'exit 1' HUP INT TERM

for command in version 'version --json' errors 'errors 60007' 'explain R8' profile; do
  code=0
  # shellcheck disable=SC2086  # one word an argument
  "$timock" $command >/dev/full 2>"$work/error" || code=$?
  [ "$code" = 1 ] || { echo "$command >/dev/full ended with $code, not 1"; exit 1; }
  grep -q 'cannot write to standard output: No space left' "$work/error"
done

code=0
"$timock" exec -- true <&- >&- 2>&- || code=$?
[ "$code" = 0 ] || { echo "exec with closed streams ended with $code"; exit 1; }
code=0
"$timock" exec -- sh -c 'exit 7' <&- >&- 2>&- || code=$?
[ "$code" = 7 ] || { echo "exec with closed streams lost the exit code 7 of its command: $code"; exit 1; }

mkfifo "$work/ready"
"$timock" exec -- sh -c 'echo "$TIMOCK_URL" >"$1"; read -r _ <"$1"' sh "$work/ready" <&- >&- 2>&- &
server=$!
read -r url <"$work/ready"
"$timock" health "$url"
echo >"$work/ready"
wait "$server"
server=
