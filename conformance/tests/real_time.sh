#!/bin/sh
# real_time.sh TIMOCK_CONFORMANCE COMMAND: a server that COMMAND starts, whose clock cannot be set, is
# judged by the client's own.
set -eu
export TIMOCK_SDKAPPID=1400000000 TIMOCK_IDENTIFIER=administrator
export TIMOCK_SECRET_KEY=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
exec "$1" run --target "exec:$2" --gtest_filter="*/R1.*:*/R13.*:*/T.*"
