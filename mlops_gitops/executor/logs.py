"""Logs: what a program writes goes to a file, up to a limit, and its last words are remembered."""

import os
import threading
from pathlib import Path
from typing import IO

LIMIT = 16 * 1024 * 1024
_TAIL = 4096
_CHUNK = 65536


class Log:
    """One step's log file; several streams may write to it.

    Args:
        path: the file; what is there is kept, for a step that is tried again.
        limit: how many bytes are kept; a line says where the rest was left out.
    """

    def __init__(self, path: Path, limit: int = LIMIT) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab")
        self._left = max(0, limit - self._file.tell())
        self._lock = threading.Lock()

    def write(self, data: bytes) -> None:
        """Add bytes, as they are."""
        with self._lock:
            if self._left <= 0 or self._file.closed:
                return
            self._file.write(data[: self._left])
            self._left -= len(data)
            if self._left <= 0:
                self._file.write(b"\n[mlops-gitops] The log is cut here.\n")
            self._file.flush()

    def say(self, text: str) -> None:
        """Add a line of our own."""
        self.write(f"[mlops-gitops] {text}\n".encode())

    def close(self) -> None:
        """End it; what comes later is dropped."""
        with self._lock:
            self._file.close()


class Drain:
    """Reads a stream to its end, into a log.

    Args:
        stream: a pipe from a program.
        log: where to.
    """

    def __init__(self, stream: IO[bytes], log: Log) -> None:
        self._stream = stream
        self._log = log
        self._tail = b""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def last_words(self, seconds: float) -> str:
        """Wait for the end of the stream; give its last lines as plain text."""
        self._thread.join(seconds)
        return plain(self._tail)

    def _run(self) -> None:
        with self._stream:
            while data := os.read(self._stream.fileno(), _CHUNK):
                self._log.write(data)
                self._tail = (self._tail + data)[-_TAIL:]


def plain(data: bytes) -> str:
    """Make text of bytes that may be anything: no control characters but newlines."""
    text = data.decode("utf-8", errors="replace")
    return "".join(each if each.isprintable() or each == "\n" else " " for each in text).strip()
