#!/bin/sh
# pkg_config.sh README TEST_SOURCE BUILD WORK CXX: the lines behind the marker `example:pkg-config` of
# README, typed where TEST_SOURCE is my_test.cc and BUILD is installed below DIR, give a test that passes.
set -eu
readme=$1 source=$2 build=$3 work=$4 cxx=$5
rm -rf "$work"
mkdir -p "$work/bin"
cmake --install "$build" --prefix "$work/prefix" >"$work/install.log"
cp "$source" "$work/my_test.cc"
ln -s "$(command -v "$cxx")" "$work/bin/c++"
awk '
  $0 == "<!-- example:pkg-config -->" { found = 1; next }
  found && /^```sh$/ { inside = 1; next }
  inside && /^```$/ { exit }
  inside { print }
' "$readme" | sed "s#DIR#$work/prefix#" >"$work/lines.sh"
[ -s "$work/lines.sh" ] || {
  echo "$readme has no lines behind the marker example:pkg-config"
  exit 1
}
cd "$work"
PATH=$work/bin:$PATH sh -eux lines.sh
./my_test
