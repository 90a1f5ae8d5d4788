#!/bin/sh
# same.sh README NAME FILE: fails unless the first code block behind the marker `example:NAME` of README
# is FILE, to the letter.
awk -v marker="<!-- example:$2 -->" '
  $0 == marker { found = 1; next }
  found && /^```cpp$/ { inside = 1; next }
  inside && /^```$/ { exit }
  inside { print }
' "$1" | diff - "$3"
