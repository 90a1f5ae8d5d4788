#!/bin/sh
# exports.sh MAP PREFIX BUILD: fails unless MAP is what exported_symbols prints for the consumers built in
# BUILD, the libtimock.so below PREFIX exports exactly what MAP lists, and no library there has debug
# information.
set -eu
map=$1 prefix=$2 build=$3
here=$(cd "$(dirname "$0")" && pwd)
shared=$(find "$prefix" -name libtimock.so)

objects=$(find "$build/CMakeFiles" -path '*_alone.dir/*' -name '*.o')
# shellcheck disable=SC2086  # one word an object
sh "$here/exported_symbols" $objects | diff "$map" - || {
  echo "timock.map is not what the consumers use; write it again: sh $here/exported_symbols OBJECT... >timock.map"
  exit 1
}
sed -n 's/^      "\(.*\)";$/\1/p' "$map" | sort >"$build/listed"
nm -DC --defined-only "$shared" | sed 's/^[0-9a-f]* [A-Za-z] //; s/@@.*//' | sort -u | diff "$build/listed" - || {
  echo "$shared does not export what timock.map lists"
  exit 1
}
for library in "$shared" $(find "$prefix" -name 'libtimock*.a'); do
  ! readelf -SW "$library" | grep -q '\.debug_info' || {
    echo "$library has debug information"
    exit 1
  }
done
