"""Commands in processes of their own, as from a terminal, where Ctrl-C reaches them."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from e2e.user import COMMAND


@contextmanager
def started(*words: str) -> Iterator[subprocess.Popen[str]]:
    """Run the command with these words; it is killed if it still runs in the end."""
    with subprocess.Popen(
        [*COMMAND, *words],
        env=dict(os.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Whoever runs the tests in the background has Ctrl-C ignored, and children inherit it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 -- it only resets a signal
    ) as process:
        try:
            yield process
        finally:
            process.kill()
