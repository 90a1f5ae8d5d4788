#!/bin/sh
# hard_coded_host.sh TIMOCK WORK_FOLDER CLIENT: a client that knows only https://console.tim.qq.com
# sets a name on the fake and reads it back, led there by nothing but the proxy setting of its
# runtime and the CA file. Exits 77 where a tool is missing.
#
# CLIENT            proxy setting                                         trusts the CA by
# curl              HTTPS_PROXY                                           CURL_CA_BUNDLE
# go                HTTPS_PROXY                                           SSL_CERT_FILE
# node_fetch        HTTPS_PROXY, undici's EnvHttpProxyAgent preloaded     NODE_EXTRA_CA_CERTS
# node_axios        HTTPS_PROXY: axios itself tunnels since 1.16.1        NODE_EXTRA_CA_CERTS
# node_axios_agent  an older axios with an agent of https-proxy-agent     NODE_EXTRA_CA_CERTS
# node_axios_plain  HTTPS_PROXY: an older axios alone sends the proxy     none, there is no TLS
#                   POST https://... in the clear
# php               HTTPS_PROXY                                           -d curl.cainfo
# python            HTTPS_PROXY                                           REQUESTS_CA_BUNDLE
# java              -Dhttps.proxyHost -Dhttps.proxyPort                   -Djavax.net.ssl.trustStore
set -eu
timock=$1
work=$2
client=$3
clients=$(cd "$(dirname "$0")/clients" && pwd)

skip() {
  echo "skipped: $1"
  exit 77
}
need() { # need TOOL...
  for tool in "$@"; do
    command -v "$tool" >/dev/null || skip "$tool is not installed"
  done
}
packages() { # packages NAME...: that the test npm.sh has put them into a folder above this one
  need node npm
  for name in "$@"; do
    node -e "require.resolve('$name')" 2>/dev/null || skip "npm.sh has not installed $name"
  done
}

need curl
mkdir -p "$work"
cd "$work"
case $client in
  curl) ;;
  go) need go ;;
  node_fetch) packages undici ;;
  node_axios) packages axios ;;
  node_axios_agent) packages older-axios https-proxy-agent ;;
  node_axios_plain) packages older-axios ;;
  php)
    need php
    php --ri curl >/dev/null || skip 'php-curl is not installed'
    ;;
  python)
    need /usr/bin/python3
    [ -d /usr/lib/python3/dist-packages/requests ] || skip 'python3-requests is not installed'
    ;;
  java)
    need java
    need javac
    ;;
  *)
    echo "no such client: $client"
    exit 2
    ;;
esac

# Only what this script sets may lead a client anywhere.
unset HTTP_PROXY http_proxy HTTPS_PROXY https_proxy ALL_PROXY all_proxy NO_PROXY no_proxy
unset SSL_CERT_DIR NODE_OPTIONS NODE_USE_ENV_PROXY JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS

# With this profile a call that does not count as HTTPS is refused.
echo '{"plain_http": 60002}' >profile.json
rm -f ports.json
"$timock" serve --port 0 --tls --tls-port 0 --proxy-port 0 --ports-file ports.json \
  --state-dir state --profile profile.json >/dev/null 2>log &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
tries=0
until [ -f ports.json ]; do
  kill -0 "$server" || { cat log; exit 1; }
  tries=$((tries + 1))
  [ "$tries" -lt 400 ] || { echo 'no ports file'; exit 1; }
  sleep 0.05
done
port() { # port NAME
  sed -n "s/.*\"$1\": *\([0-9]*\).*/\1/p" ports.json
}
proxy_port=$(port proxy)
proxy=http://127.0.0.1:$proxy_port
"$timock" ca --state-dir other_state >/dev/null

key=0123456789abcdef
user_sig=$(TIMOCK_SECRET_KEY=$key$key$key$key "$timock" usersig --sdkappid 1400000000 \
  --identifier administrator)
name="set by $client"

run_node() { # run_node PROGRAM [OPTION]...: in the work folder, so that it finds its packages
  program=$1
  shift
  cp "$clients/$program" .
  HTTPS_PROXY=$proxy NODE_EXTRA_CA_CERTS=$ca node "$@" "./$program" "$user_sig" "$name"
}
run_client() { # run_client STATE_FOLDER: trusting the CA there
  ca=$PWD/$1/ca.pem
  case $client in
    curl)
      HTTPS_PROXY=$proxy CURL_CA_BUNDLE=$ca sh "$clients/curl.sh" "$user_sig" "$name"
      ;;
    go)
      GOCACHE=$PWD/go-cache GOFLAGS='' GO111MODULE=off go build -o go_client \
        "$clients/go.go"
      HTTPS_PROXY=$proxy SSL_CERT_FILE=$ca ./go_client "$user_sig" "$name"
      ;;
    node_fetch)
      cp "$clients/node_fetch_preload.cjs" .
      run_node node_fetch.cjs --require ./node_fetch_preload.cjs
      ;;
    node_axios_agent) run_node node_axios_agent.cjs ;;
    node_axios) run_node node_axios.cjs ;;
    node_axios_plain) AXIOS=older-axios run_node node_axios.cjs ;;
    php)
      HTTPS_PROXY=$proxy php -d "curl.cainfo=$ca" "$clients/php.php" "$user_sig" "$name"
      ;;
    python)
      HTTPS_PROXY=$proxy REQUESTS_CA_BUNDLE=$ca /usr/bin/python3 "$clients/python.py" "$user_sig" \
        "$name"
      ;;
    java)
      java -Dhttps.proxyHost=127.0.0.1 "-Dhttps.proxyPort=$proxy_port" \
        "-Djavax.net.ssl.trustStore=$PWD/$1/ca.p12" -Djavax.net.ssl.trustStoreType=PKCS12 \
        -Djavax.net.ssl.trustStorePassword=changeit "$clients/java.java" "$user_sig" "$name"
      ;;
  esac
}
expect() { # expect WHAT GOT WANTED
  [ "$2" = "$3" ] || { printf '%s\ngot    %s\nwanted %s\n' "$1" "$2" "$3"; cat log; exit 1; }
}
ok='{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0'
names="$ok,\"AttrNames\":{\"0\":\"$name\"}}"
replies=$(run_client state) || { printf 'the client failed\n%s\n' "$replies"; cat log; exit 1; }
expect 'the replies that the client printed' "$replies" "$ok}
$names"

# The name is in this server, so the client came here and nowhere else.
ca=$PWD/state/ca.pem
stored=$(curl -sS --noproxy '*' --cacert "$ca" -d '{}' \
  "https://127.0.0.1:$(port https)/v4/all_member_push/im_get_attr_name?sdkappid=1400000000&identifier=administrator&usersig=$user_sig&random=7&contenttype=json" || true)
expect 'the names in the server' "$stored" "$names"

# A client that trusts another CA is stopped by the certificate, so it came by CONNECT and TLS.
by_tls=yes
if run_client other_state >other_replies 2>&1; then by_tls=no; fi
wanted=yes
[ "$client" != node_axios_plain ] || wanted=no
expect 'whether the client checks the certificate of the fake' "$by_tls" "$wanted"

refused() { # refused URL WRITE_OUT: the proxy itself says 403; what WRITE_OUT shows is its status
  status=$(curl -s -o refused_body -w "$2" --cacert "$ca" --proxy "$proxy" "$1" || true)
  expect "$1 through the proxy" "$status" 403
}
if [ "$client" = curl ]; then
  refused https://example.com '%{http_connect}'
  refused https://console.tim.qq.com:8443 '%{http_connect}'
  refused http://example.com '%{http_code}'
fi
echo 'set and read back'
