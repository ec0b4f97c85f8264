"""An AWS on this machine that hands each call on to another one, and notes which it was."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

WRITING = ("Create", "Delete", "Execute", "Publish", "Put", "Tag", "Untag", "Update")


@dataclass(slots=True)
class Heard:
    """What was asked: an action's name, or for S3 the method and the path."""

    address: str
    calls: list[str] = field(default_factory=list)

    @property
    def writing(self) -> list[str]:
        """Those calls that are not for reading."""
        return [each for each in self.calls if each.title().startswith(("Post ", *WRITING))]


@contextmanager
def listening_aws(endpoint: str) -> Iterator[Heard]:
    """Serve what an AWS answers."""
    target = urlsplit(endpoint).netloc

    class Handler(BaseHTTPRequestHandler):
        def _hand_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            action = parse_qs(body.decode("latin-1")).get("Action", [""])[0]
            named = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
            heard.calls.append(action or named or f"{self.command} {self.path}")
            onward = HTTPConnection(target)
            onward.request(self.command, self.path, body, dict(self.headers))
            answer = onward.getresponse()
            told = answer.read()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in {"content-length", "connection", "transfer-encoding"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)
            onward.close()

        do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = _hand_on  # noqa: N815 - http.server's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    heard = Heard(f"http://127.0.0.1:{server.server_port}")
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield heard
    finally:
        server.shutdown()
        server.server_close()
