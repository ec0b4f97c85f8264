"""An AWS on this machine that refuses whatever it is asked."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def refusing_aws(message: str) -> Iterator[str]:
    """Serve an AWS on loopback that refuses every call with a message."""

    class Handler(BaseHTTPRequestHandler):
        def _refuse(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            error = f"<Error><Code>Refused</Code><Message>{message}</Message></Error>"
            told = f"<ErrorResponse>{error}</ErrorResponse>"
            if "X-Amz-Target" in self.headers:
                told = json.dumps({"__type": "Refused", "message": message})
            elif "Action=" not in self.path and self.headers.get("Content-Type") is None:
                told = error
            self.send_response(400)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told.encode())

        do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = _refuse  # noqa: N815 - http.server's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
