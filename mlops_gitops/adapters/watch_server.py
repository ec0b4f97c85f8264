"""The watcher's own server: a webhook, and pages for whoever looks after it.

It answers few at a time, reads no more than it said, and waits for nobody for long.
"""

import json
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from mlops_gitops.errors import UsageError

LARGEST_BODY = 4 * 1024 * 1024
"""Bytes of a webhook; what a larger one told of is found by the next look at the remote."""
_AT_ONCE = 16
_IDLE_SECONDS, _REQUEST_SECONDS = 5.0, 15.0
_WEBHOOK = "/webhook"


@dataclass(frozen=True, slots=True)
class Page:
    """An answer."""

    status: int
    text: str
    content_type: str = "text/plain; charset=utf-8"


def json_page(status: int, **said: object) -> Page:
    """Answer with JSON."""
    return Page(status, f"{json.dumps(said)}\n", "application/json")


Pages = Mapping[str, Callable[[], Page]]
"""Path -> gives the page."""

Hook = Callable[[Mapping[str, str], bytes], Page]
"""Takes a webhook: its headers by their names in small letters, and its body."""


class WatchServer:
    """A server in threads of its own, which end with the program.

    Args:
        host: address to listen at.
        port: 0 for any that is free.
        pages: what it shows.
        hook: takes webhooks.
        patience: seconds in which a caller has said everything.

    Raises:
        UsageError: it cannot listen there.
    """

    def __init__(
        self, host: str, port: int, pages: Pages, hook: Hook, patience: float = _REQUEST_SECONDS
    ) -> None:
        handler = type("_Bound", (_Handler,), {"pages": pages, "hook": staticmethod(hook)})
        try:
            self._server = _Server(host, port, handler, patience)
        except (OSError, OverflowError) as error:
            raise UsageError(
                f"Cannot listen at {host}:{port}: {error}.",
                hint="Name another address: --listen 127.0.0.1:0 takes any port that is free.",
            ) from error
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """Give host and port that it listens at."""
        host, port = self._server.server_address[:2]
        return f"[{host!s}]:{port}" if ":" in str(host) else f"{host!s}:{port}"

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(
        self, host: str, port: int, handler: type[BaseHTTPRequestHandler], patience: float
    ) -> None:
        self._patience = patience
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._places = threading.BoundedSemaphore(_AT_ONCE)
        super().__init__((host, port), handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Take a caller in, if there is a place; who is turned away tries again."""
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer a caller, who is cut off if that takes too long, however busy the line is."""
        limit = threading.Timer(self._patience, _cut_off, (request,))
        limit.daemon = True
        limit.start()
        try:
            super().process_request_thread(request, client_address)
        finally:
            limit.cancel()
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of callers who went away; what matters is told where it happens."""


def _cut_off(request: socket.socket) -> None:
    with suppress(OSError):
        request.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    timeout = _IDLE_SECONDS
    server_version = "mlops-gitops"
    sys_version = ""
    pages: Pages
    hook: Hook

    def do_GET(self) -> None:
        """Show a page."""
        self._answer(self._page())

    def do_HEAD(self) -> None:
        """Show that there is a page."""
        self._answer(self._page(), with_text=False)

    def do_POST(self) -> None:
        """Take a webhook."""
        if self._path() != _WEBHOOK:
            self._answer(_nothing())
            return
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit() or "Transfer-Encoding" in self.headers:
            self._answer(json_page(HTTPStatus.LENGTH_REQUIRED, refused="say Content-Length"))
        elif len(length) > len(str(LARGEST_BODY)) or int(length) > LARGEST_BODY:
            self._answer(json_page(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, refused="it is too large"))
        else:
            body = self.rfile.read(int(length))
            if len(body) == int(length):
                headers = {name.lower(): value for name, value in self.headers.items()}
                self._answer(type(self).hook(headers, body))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002 - as the base class has it
        """Refuse what is no request, in the form of every other answer."""
        self.close_connection = True
        self._answer(json_page(code, refused=HTTPStatus(code).phrase))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the base class has it
        """Say nothing: what happens is told as events."""

    def _page(self) -> Page:
        found = self.pages.get(self._path())
        return found() if found else _nothing()

    def _path(self) -> str:
        return self.path.partition("?")[0]

    def _answer(self, page: Page, *, with_text: bool = True) -> None:
        content = page.text.encode()
        self.send_response(page.status)
        self.send_header("Content-Type", page.content_type)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if with_text:
            self.wfile.write(content)


def _nothing() -> Page:
    return json_page(HTTPStatus.NOT_FOUND, refused="there is no such page")
