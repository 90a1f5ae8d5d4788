#!/usr/bin/env python3
"""wire_server.py MODE: prints its URL and answers every request with the same envelope, in a way that
MODE names: what a server may do on the wire that the fake never does."""
import socket
import sys
import threading
import time

BODY = b'{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0,"AttrNames":{"0":"sex"}}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def sized(body, extra=b""):
    return HEAD + extra + b"Content-Length: %d\r\n\r\n" % len(body) + body


def chunked(body, end):
    return HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n%s" % (len(body), body, end)


BAD_GATEWAY = b"<html>\xff bad gateway</html>"
EVERY_BYTE = bytes(range(256)) + "\u0085\ufffe\uffff]]><script>".encode()
REPLIES = {
    "right": sized(BODY),
    "http10": b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n" + BODY,
    "no_length": HEAD + b"\r\n" + BODY,
    "trailer": chunked(BODY, b"0\r\nX-Trace: 1\r\n\r\n"),
    "chunk_garbage": HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%sxx\r\n0\r\n\r\n" % (len(BODY), BODY),
    "length_twice": sized(BODY, b"Content-Length: %d\r\n" % len(BODY)),
    "bytes_behind": sized(BODY) + b"more",
    "502": b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: %d\r\n\r\n%s" % (len(BAD_GATEWAY), BAD_GATEWAY),
    "every_byte": sized(EVERY_BYTE),
    "deep": sized(BODY[:-1] + b',"x":' + b"[" * 400000 + b"]" * 400000 + b"}"),
    "drip": sized(BODY),
    "closes_at_once": b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
}


def request_from(connection, rest):
    """The bytes behind one whole request; None at the end of the connection."""
    while b"\r\n\r\n" not in rest:
        more = connection.recv(65536)
        if not more:
            return None
        rest += more
    head, rest = rest.split(b"\r\n\r\n", 1)
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, value = line.split(b":", 1)
        if name.lower() == b"content-length":
            length = int(value)
    while len(rest) < length:
        rest += connection.recv(65536)
    return rest[length:]


def serve(connection, mode):
    rest = b""
    with connection:
        try:
            while True:
                if mode == "closes_at_once":
                    connection.recv(1)
                    connection.sendall(REPLIES[mode])
                    return
                rest = request_from(connection, rest)
                if rest is None:
                    return
                if mode == "drip":
                    for byte in REPLIES[mode]:
                        connection.sendall(bytes([byte]))
                        time.sleep(9)
                connection.sendall(REPLIES[mode])
                if mode == "http10":
                    return
        except (OSError, ValueError):  # gone, or a request that is malformed on purpose
            return


def main():
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    print("http://127.0.0.1:%d" % listener.getsockname()[1], flush=True)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection, sys.argv[1]), daemon=True).start()


main()
