"""Files that only their owner reads, replaced whole or not at all."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path


def private_folder(path: Path) -> Path:
    """The folder, made with mode 0700."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.chmod(0o700)
    return path


@contextlib.contextmanager
def locked(path: Path, how: int) -> Iterator[None]:
    """Hold a lock file, made with mode 0600.

    Args:
        path: the lock file; it is never removed, so that all agree on what is locked.
        how: `fcntl.LOCK_EX` and so on.

    Raises:
        BlockingIOError: with `fcntl.LOCK_NB`, somebody else holds it.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, how)
        yield
    finally:
        os.close(descriptor)


def write_atomically(path: Path, content: bytes) -> None:
    """Write with mode 0600, so that a crash leaves the old content or the new."""
    draft = path.with_name(path.name + ".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    draft.replace(path)
