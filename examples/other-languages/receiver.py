"""A VideoCloud webhook receiver with nothing but Python's standard library (3.8 or newer).

    VIDEOCLOUD_WEBHOOK_SECRET=... python3 receiver.py 8000 handled.log

Each handled event is a line "KEY EVENT" in the log; KEY is the SHA-256 of the raw body.
"""

import hashlib
import hmac
import json
import os
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = os.environ.get("VIDEOCLOUD_WEBHOOK_SECRET", "").encode()
MAX_BODY = 1024 * 1024
HEX64 = re.compile(rb"[0-9a-fA-F]{64}")  # ASCII only: isdigit() and \d accept other digits


class Once:
    """Remembers what was handled. In memory here; a table with a unique key when there are several processes."""

    def __init__(self):
        self.lock = threading.Lock()
        self.states = {}

    def begin(self, key):
        with self.lock:  # look-up and insert are one step, or copies that arrive together slip through
            state = self.states.get(key)
            if state is None:
                self.states[key] = "busy"
            return state

    def end(self, key, done):
        with self.lock:
            if done:
                self.states[key] = "done"
            else:
                self.states.pop(key, None)


once = Once()
log_lock = threading.Lock()


def verified(body, signatures):
    if len(signatures) != 1:  # two headers: which one would count?
        return False
    given = signatures[0].strip().encode("latin-1", "replace")
    if not HEX64.fullmatch(given):
        return False
    expected = hmac.new(SECRET, body, hashlib.sha256).digest()
    return hmac.compare_digest(expected, bytes.fromhex(given.decode("ascii")))


def event_name(body):
    """The event's name, or None: a signed body proves its origin, not its form."""
    try:
        value = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    name = value.get("event") if isinstance(value, dict) else None
    return name if isinstance(name, str) else None


def handle(key, event):
    """Your work goes here. What raises is answered 500, and VideoCloud sends the event again."""
    with log_lock, open(sys.argv[2], "a", encoding="ascii") as log:
        log.write(f"{key} {json.dumps(event)}\n")


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_POST(self):
        if self.headers.get("Content-Encoding", "identity") != "identity":
            return self.refuse(415)
        body = self.body()
        if body is None:
            return None
        if not verified(body, self.headers.get_all("X-VideoCloud-Signature") or []):
            return self.answer(401, "signature refused")
        event = event_name(body)
        if event is None:  # a refusal would be retried six times, then the subscription is off: keep it and say so
            return self.answer(200, "not an event")
        key = hashlib.sha256(body).hexdigest()
        state = once.begin(key)
        if state == "done":
            return self.answer(200, "done before")
        if state == "busy":
            return self.answer(409, "being handled")
        try:
            handle(key, event)
        except Exception as error:  # noqa: BLE001 - whatever it is, the sender must try again
            once.end(key, done=False)
            self.log_error("handler failed: %r", error)
            return self.answer(500, "try again")
        once.end(key, done=True)
        return self.answer(200, "ok")

    def body(self):
        """The raw bytes, or None once refused."""
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return self.chunks()
        length = self.headers.get("Content-Length", "")
        if not re.fullmatch(r"[0-9]{1,12}", length):
            return self.refuse(411)
        if int(length) > MAX_BODY:
            return self.refuse(413)
        body = self.rfile.read(int(length))
        return body if len(body) == int(length) else self.refuse(400)

    def chunks(self):
        """http.server leaves chunks to us (RFC 9112, section 7.1)."""
        body = b""
        while True:
            size = re.fullmatch(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]*)?\r\n", self.rfile.readline(1024))
            if size is None:
                return self.refuse(400)
            length = int(size.group(1), 16)
            if length == 0:
                break
            if len(body) + length > MAX_BODY:
                return self.refuse(413)
            chunk = self.rfile.read(length)
            if len(chunk) != length or self.rfile.read(2) != b"\r\n":
                return self.refuse(400)
            body += chunk
        while self.rfile.readline(1024) not in (b"\r\n", b""):
            pass
        return body

    def not_allowed(self):
        self.refuse(405)

    do_GET = do_HEAD = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = not_allowed

    def refuse(self, status):
        """Answers without having read the body: the connection cannot be used again."""
        self.close_connection = True
        self.answer(status, "refused")

    def answer(self, status, text):
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(content)))
        if status == 405:
            self.send_header("Allow", "POST")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 128  # the default of 5 drops connections in a burst
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # a sender that went away is nobody's error


if __name__ == "__main__":
    if not SECRET.strip():
        sys.exit("Set VIDEOCLOUD_WEBHOOK_SECRET.")
    server = Server(("127.0.0.1", int(sys.argv[1])), Receiver)
    print(f"http://127.0.0.1:{server.server_address[1]}/webhooks", flush=True)
    server.serve_forever()
