"""Answers every request with what came, as it is, as JSON has it and percent-encoded once more: a server
whose replies and error texts hold the secrets of its callers. Prints its URL."""
import json
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Echo(BaseHTTPRequestHandler):
    # One write an answer.
    wbufsize = -1
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        shown = [self.path, urllib.parse.quote(self.path), urllib.parse.unquote(self.path), KEY]
        text = json.dumps({"ActionStatus": "FAIL", "ErrorCode": 93000, "ErrorInfo": " ".join(shown)}) + " ".join(shown)
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


KEY = "0123456789abcdef" * 4
server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
