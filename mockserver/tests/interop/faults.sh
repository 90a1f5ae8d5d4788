#!/bin/sh
# faults.sh FAULT_SERVER CLIENT: one call of each preset by a real client (curl, python, node). What
# the client reports must be what stands below, and each fault must have been hit once. Exits 77 where
# the client is not installed.
server=$1
client=$2
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
case $client in
curl | node) command -v "$client" >/dev/null ;;
python) [ -d /usr/lib/python3/dist-packages/requests ] ;;
esac || {
  echo "skipped: $client, or python3-requests, is not installed"
  exit 77
}

curl_call() { # curl_call PRESET URL: exit code, status, type and body
  case $1 in # less than these two take
  timeout-3s) limit=2 ;;
  slow-trickle) limit=1 ;;
  *) limit=30 ;;
  esac
  out=$(curl -s --max-time "$limit" --noproxy '*' -H 'Content-Type: application/json' \
    -d '{"AttrNames":{"0":"sex"}}' -o "$work/body" -w '%{http_code} %{content_type}' "$2")
  code=$?
  if [ $code -ne 0 ]; then
    echo "exit $code"
  else
    echo "$out $(head -n 1 "$work/body" | tr -d '\r')"
  fi
}

expected() {
  case $client in
  curl) cat <<'END' ;;
retry-91000: 200 application/json {"ActionStatus":"FAIL","ErrorInfo":"service failed, please repeat","ErrorCode":91000}
gateway-502: 502 text/html <html>
timeout-3s: exit 28
close-before-answer: exit 52
reset-mid-answer: exit 56
truncated: exit 18
slow-trickle: exit 28
drift-no-actionstatus: 200 application/json {"ErrorInfo":"","ErrorCode":0}
null-error-info: 200 application/json {"ActionStatus":"OK","ErrorInfo":null,"ErrorCode":0}
html-content-type: 200 text/html; charset=utf-8 {"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}
END
  python) cat <<'END' ;;
retry-91000: 91000 FAIL
gateway-502: JSONDecodeError
timeout-3s: ReadTimeout
close-before-answer: ConnectionError
reset-mid-answer: ChunkedEncodingError
truncated: JSONDecodeError
slow-trickle: 0 OK
drift-no-actionstatus: KeyError
null-error-info: 0 OK
html-content-type: 0 OK
END
  node) cat <<'END' ;;
retry-91000: 91000 FAIL
gateway-502: SyntaxError
timeout-3s: TimeoutError
close-before-answer: UND_ERR_SOCKET
reset-mid-answer: UND_ERR_SOCKET
truncated: UND_ERR_SOCKET
slow-trickle: 0 OK
drift-no-actionstatus: 0 undefined
null-error-info: 0 OK
html-content-type: 0 OK
END
  esac
}

mkfifo "$work/in" || exit 2
"$server" <"$work/in" >"$work/out" &
pid=$!
exec 9>"$work/in"
until grep -q '^$' "$work/out" 2>/dev/null; do
  kill -0 $pid 2>/dev/null || exit 2
  sleep 0.05
done
sed '/^$/d' "$work/out" >"$work/urls"

case $client in
curl) while read -r preset url; do echo "$preset: $(curl_call "$preset" "$url")"; done <"$work/urls" ;;
python) /usr/bin/python3 "$here/clients/faults.py" <"$work/urls" ;;
node) node "$here/clients/faults.mjs" <"$work/urls" ;;
esac >"$work/seen" 9>&-

exec 9>&-
wait $pid
expected >"$work/expected"
diff "$work/expected" "$work/seen" || exit 1
sed '1,/^$/d' "$work/out" >"$work/hits"
[ "$(wc -l <"$work/hits")" -eq "$(wc -l <"$work/urls")" ] && ! grep -v ' 1$' "$work/hits"
