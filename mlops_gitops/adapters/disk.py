"""Files of a repository on disk."""

import os
import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from mlops_gitops.errors import MlopsError, UnsafePath

_MAX_BYTES = 64 * 1024 * 1024
"""No file of a repository that we read is near this; a device or a core dump is."""


class DiskFiles:
    """The files below one folder.

    Args:
        root: the repository's root.
    """

    def __init__(self, root: Path) -> None:
        self._root = os.path.realpath(root)

    def find(self, patterns: Sequence[str]) -> tuple[str, ...]:
        """List files that match any glob pattern; see `Files.find`."""
        wanted = re.compile("|".join(_regex(pattern) for pattern in patterns) or r"(?!)")
        return tuple(sorted(path for path in _walk(self._root) if wanted.fullmatch(path)))

    def read(self, path: str) -> bytes:
        """Read one file; see `Files.read`."""
        real = self._inside(path)
        try:
            # Without O_NONBLOCK, opening a named pipe would wait for a writer.
            handle = os.open(real, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        except FileNotFoundError:
            raise
        except OSError as error:
            message = f"{path} cannot be read: {error.strerror}."
            raise MlopsError(message, hint="Check what it is and its permissions.") from error
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            os.close(handle)
            raise MlopsError(f"{path} is not a file.", hint="Put a file there, or delete it.")
        with os.fdopen(handle, "rb") as file:
            if status.st_size > _MAX_BYTES:
                message = f"{path} has {status.st_size:,} bytes."
                raise MlopsError(message, hint="Check that it is the file you meant to commit.")
            return file.read()

    def _inside(self, path: str) -> str:
        try:
            real = os.path.realpath(os.path.join(self._root, path))  # noqa: PTH118 - a hot loop
        except (OSError, ValueError) as error:
            message = f"{path!r} is no path: {error}."
            raise MlopsError(message, hint="Check its spelling.") from error
        if real != self._root and not real.startswith(self._root.rstrip(os.sep) + os.sep):
            message = f"{path} leads out of the repository."
            raise UnsafePath(message, hint="Commit the file itself instead of a link to it.")
        return real


def _walk(root: str) -> Iterator[str]:
    """Give every file, relative; hidden folders and links to folders are not entered."""
    pending = [("", root)]
    while pending:
        prefix, folder = pending.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError as error:
            message = f"Folder {prefix or '.'} cannot be read: {error.strerror}."
            raise MlopsError(message, hint="Check its permissions.") from error
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if not entry.name.startswith("."):
                    pending.append((f"{prefix}{entry.name}/", entry.path))
            else:
                yield prefix + entry.name


def _regex(pattern: str) -> str:
    """Translate a glob pattern: `**/` is any folders, `*` and `?` stay within a name."""
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern.replace("\\", "/"))
    wild = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return "".join(wild.get(part, re.escape(part)) for part in parts)
