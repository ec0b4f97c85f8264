"""Ctrl-C and polite kills, in processes of their own."""

import os
import signal
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from forked import start
from functional.desk import Desk, Words
from functional.pipeline_situations import ANSWERS, AWS_VERBS, VERBS, locked, piped
from functional.situations import AT_AWS, MINIMAL, changed, desk

__all__ = ["desk"]


@pytest.fixture
def silent() -> Iterator[tuple[str, threading.Event]]:
    """Serve a host on loopback that takes every call and answers none; tells of the first."""
    called = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def _wait(self) -> None:
            called.set()
            over.wait(30)

        do_GET = do_POST = do_PUT = _wait  # noqa: N815 - http.server's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
            """Say nothing."""

    over = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", called
    over.set()
    server.shutdown()
    server.server_close()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    "words",
    [
        *[(*each, *MINIMAL[each]) for each in sorted(AT_AWS | {("bootstrap",), ("ci",)})],
        *[(*each, *VERBS[each]) for each in sorted(AWS_VERBS)],
        ("pipeline", "resolve", ANSWERS, "--refresh"),
        ("plan", "--method", "change-set"),
        ("ci", "--apply"),
        ("status", "--watch"),
    ],
    ids=" ".join,
)
def test_an_interrupted_command_says_so(
    desk: Desk, silent: tuple[str, threading.Event], words: Words, number: signal.Signals
) -> None:
    """130 after Ctrl-C and 143 after a polite kill, in one word, while AWS does not answer."""
    piped(desk)
    locked(desk)
    changed(desk)
    address, called = silent
    process = start(
        *words, folder=desk.folder, environment={**os.environ, "AWS_ENDPOINT_URL": address}
    )
    assert called.wait(60)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)

    assert process.returncode == 128 + number, err
    assert err.splitlines()[-1] == "Interrupted."
    assert "Traceback" not in err
