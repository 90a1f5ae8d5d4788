#!/bin/sh
# inherited_environment.sh TIMOCK WORK_FOLDER CLIENT: whatever the caller's environment says about
# proxies, exceptions from them and certificates, a command of `timock exec` reaches the fake: at
# TIMOCK_URL, and with --proxy-port at a host that is written into the client. That host is of
# .invalid, which no resolver knows, so no call can leave the machine. Exits 77 where a tool is
# missing.
set -eu
timock=$1
work=$2
client=$3
clients=$(cd "$(dirname "$0")/clients" && pwd)
host=api.invalid

need() { # need TOOL...
  for tool in "$@"; do
    command -v "$tool" >/dev/null || { echo "skipped: $tool is not installed"; exit 77; }
  done
}
mkdir -p "$work/curl_home" "$work/xdg_home" "$work/php_ini"
cd "$work"
case $client in
  curl) need curl && run="sh $clients/curl.sh" ;;
  go)
    need go
    GOCACHE=$PWD/go-cache GOFLAGS='' GO111MODULE=off go build -o go_client "$clients/go.go"
    run=./go_client
    ;;
  node_fetch | node_https) need node && run="node $clients/$client.cjs" ;;
  php)
    need php
    php -m | grep -qx curl || { echo 'skipped: php-curl is not installed'; exit 77; }
    run="php $clients/php.php"
    ;;
  python)
    need /usr/bin/python3
    /usr/bin/python3 -c 'import requests' 2>/dev/null ||
      { echo 'skipped: python3-requests is not installed'; exit 77; }
    run="/usr/bin/python3 $clients/python.py"
    ;;
  java)
    need java
    java --list-modules 2>/dev/null | grep -q '^jdk.compiler@' ||
      { echo 'skipped: a JDK is not installed'; exit 77; }
    javac -d classes "$clients/java.java"
    run="java -cp classes Client"
    ;;
  *) echo "no such client: $client" && exit 2 ;;
esac

# Port 9, discard: nothing listens there.
proxy=http://127.0.0.1:9
echo "proxy = $proxy" >curl_home/.curlrc
cp curl_home/.curlrc xdg_home/curlrc
"$timock" ca --state-dir other_state >/dev/null
other=$PWD/other_state/ca.pem
echo "curl.cainfo=$other" >php_ini/other.ini
java_proxy="-Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=9 -Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=9"
for name in http_proxy HTTP_PROXY https_proxy HTTPS_PROXY all_proxy ALL_PROXY Https_Proxy \
  npm_config_proxy npm_config_https_proxy GLOBAL_AGENT_HTTP_PROXY GLOBAL_AGENT_HTTPS_PROXY; do
  echo "$name=$proxy"
done >proxies
{
  for name in no_proxy NO_PROXY npm_config_no_proxy npm_config_noproxy GLOBAL_AGENT_NO_PROXY; do
    echo "$name=$host"
  done
  for list in '*' .invalid "example.com, $host:443" '*.invalid' 'api.*'; do
    echo "no_proxy=$list"
  done
  echo "CURL_HOME=$PWD/curl_home"
  echo "XDG_CONFIG_HOME=$PWD/xdg_home"
  echo "PHP_INI_SCAN_DIR=:$PWD/php_ini"
  echo 'NODE_OPTIONS=--no-warnings'
  echo 'NODE_USE_ENV_PROXY=0'
  for name in SSL_CERT_FILE NODE_EXTRA_CA_CERTS REQUESTS_CA_BUNDLE CURL_CA_BUNDLE; do
    echo "$name=$other"
  done
} >others
for name in JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS; do
  echo "$name=$java_proxy"
  echo "$name=$java_proxy -Dhttp.nonProxyHosts=example.com"
  echo "$name=-DsocksProxyHost=127.0.0.1 -DsocksProxyPort=9 -DsocksNonProxyHosts=example.com"
  echo "$name=-Dhttp.nonProxyHosts=*.invalid"
done >java_options
echo "_JAVA_OPTIONS=-Djavax.net.ssl.trustStore=$PWD/other_state/ca.p12" >>java_options

ok='{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0'
wanted="$ok}
$ok,\"AttrNames\":{\"0\":\"here\"}}"
attempt() { # attempt BASE NAME=VALUE... -- OPTION...: one run; BASE is a word of a shell
  base=$1
  shift
  (
    unset HTTP_PROXY http_proxy HTTPS_PROXY https_proxy ALL_PROXY all_proxy NO_PROXY no_proxy
    while [ "$1" != -- ]; do
      export "$1"
      shift
    done
    shift
    "$timock" exec --log off --state-dir state "$@" -- \
      sh -c "BASE=$base exec $run \"\$TIMOCK_USERSIG\" here" >replies 2>errors
  ) || true
  replies=$(cat replies)
  [ "$replies" = "$wanted" ] || {
    failures=$((failures + 1))
    printf 'FAILED: base %s, %s\n%s\n' "$base" "$shown" "$replies"
    grep -v '^Picked up' errors | tail -3
  }
  runs=$((runs + 1))
}
try() { # try NAME=VALUE...: without and with --proxy-port
  shown=$*
  attempt '$TIMOCK_URL' "$@" --
  attempt "https://$host" "$@" -- --proxy-port 0 --extra-host "$host"
}
runs=0
failures=0
try NONE=1
lists='proxies others'
together=
case $client in
  # Slow to start, and none of these is their own: what they do not read is tried all at once.
  java) lists=java_options together='proxies others' ;;
  node_*) lists=others together=proxies ;;
esac
if [ -n "$together" ]; then
  set --
  IFS='
'
  for variable in $(IFS=' ' && cat $together); do set -- "$@" "$variable"; done
  unset IFS
  try "$@"
fi
while IFS= read -r variable <&3; do
  case $variable in
    *_proxy=http* | *_PROXY=http* | *_Proxy=http*) try "$variable" ;;
    *) try "http_proxy=$proxy" "https_proxy=$proxy" "ALL_PROXY=$proxy" "$variable" ;;
  esac
done 3<<END
$(cat $lists)
END
echo "$runs runs, $failures failed"
[ "$failures" = 0 ]
