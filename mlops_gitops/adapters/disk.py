"""Files of a repository on disk."""

import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from pathlib import Path

from mlops_gitops.config.globs import glob_regex
from mlops_gitops.errors import MlopsError, UnsafePath, UsageError

_MAX_BYTES = 64 * 1024 * 1024
"""No file of a repository that we read is near this; a device or a core dump is."""

_FIXED = re.compile(r"(?:[^/*?.][^/*?]*/)*")
"""The folders that a pattern begins with, as far as they are neither wild nor hidden."""

_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
"""Without O_NONBLOCK, opening a named pipe would wait for a writer."""


class DiskFiles:
    """The files below one folder.

    Args:
        root: the repository's root.
    """

    def __init__(self, root: Path) -> None:
        self._root = os.path.realpath(root)
        self._real_folders: set[str] = set()

    def find(self, patterns: Sequence[str]) -> tuple[str, ...]:
        """List files that match any glob pattern; see `Files.find`."""
        wanted = re.compile("|".join(glob_regex(pattern) for pattern in patterns) or r"(?!)")
        start = _common_folder(patterns)
        return tuple(sorted(path for path in self._walk(start) if wanted.fullmatch(path)))

    def below(self, folder: str) -> tuple[str, ...]:
        """List all files below a folder; see `Files.below`."""
        if folder == ".":
            return tuple(sorted(self._walk("")))
        is_hidden = any(part.startswith(".") for part in folder.split("/"))
        return () if is_hidden else tuple(sorted(self._walk(f"{folder}/")))

    def read(self, path: str) -> bytes:
        """Read one file; see `Files.read`."""
        handle = self._open(path)
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                raise MlopsError(f"{path} is not a file.", hint="Put a file there, or delete it.")
            if status.st_size > _MAX_BYTES:
                message = f"{path} has {status.st_size:,} bytes."
                raise MlopsError(message, hint="Check that it is the file you meant to commit.")
            return _read_all(handle, status.st_size)
        finally:
            os.close(handle)

    def write(self, path: str, data: bytes) -> None:
        """Write a file that is there anew: all of it or nothing, with its permissions.

        Raises:
            MlopsError: it cannot be written.
            UnsafePath: the path, or a symbolic link on it, leaves the repository.
        """
        real = Path(self._inside(path))
        beside = real.with_name(f".{real.name}.{os.getpid()}.tmp")
        try:
            mode = stat.S_IMODE(real.stat().st_mode)
            handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
            with os.fdopen(handle, "wb") as file:
                os.fchmod(handle, mode)  # whatever the umask took from it
                file.write(data)
            beside.replace(real)
        except OSError as error:
            message = f"{path} cannot be written: {error.strerror}."
            raise MlopsError(message, hint="Check its permissions.") from error

    def add(self, contents: Mapping[str, bytes]) -> None:
        """Write files that are not there, with the folders above them; nothing if one is there.

        Raises:
            MlopsError: one cannot be written.
            UnsafePath: a symbolic link on a path leaves the repository.
            UsageError: some are there.
        """
        there = [path for path in contents if os.path.lexists(f"{self._root}/{path}")]
        if there:
            hint = "Nothing was written. Move them away, or choose another folder with --root."
            raise UsageError(f"Already there: {', '.join(there)}.", hint=hint)
        for path, real in [(path, Path(self._inside(path))) for path in contents]:
            try:
                real.parent.mkdir(parents=True, exist_ok=True)
                with real.open("xb") as file:
                    file.write(contents[path])
            except OSError as error:
                message = f"{path} cannot be written: {error.strerror}."
                raise MlopsError(message, hint="Check the permissions of its folder.") from error

    def _open(self, path: str) -> int:
        # A folder that was walked is no link, so only the file itself can be one: for thousands of
        # configs that saves asking about every folder above each of them.
        folder, _, name = path.rpartition("/")
        if folder in self._real_folders and name != "..":
            try:
                return os.open(f"{self._root}/{path}", _FLAGS | os.O_NOFOLLOW)
            except (OSError, ValueError):
                pass  # a link, or a failure that is told in full below
        try:
            return os.open(self._inside(path), _FLAGS)
        except FileNotFoundError:
            raise
        except OSError as error:
            message = f"{path} cannot be read: {error.strerror}."
            raise MlopsError(message, hint="Check what it is and its permissions.") from error

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

    def _walk(self, start: str) -> Iterator[str]:
        """Give every file, relative; hidden folders and links to folders are not entered.

        Args:
            start: a folder with its slash, or "" for the root; one that is not there has no files.
        """
        pending = [(start, f"{self._root}/{start}".removesuffix("/"))]
        if any(not _is_folder(f"{self._root}/{each}") for each in _folders_above(start)):
            return
        while pending:
            prefix, folder = pending.pop()
            self._real_folders.add(prefix[:-1])
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


def _read_all(handle: int, size: int) -> bytes:
    """Read to the end; one call for a file that is as long as it said."""
    parts = [os.read(handle, size + 1)]
    while parts[-1]:
        parts.append(os.read(handle, size + 1))
    return b"".join(parts)


def _common_folder(patterns: Sequence[str]) -> str:
    """Give the folder that all patterns look in, with its slash; "" for the root."""
    fixed = [_FIXED.match(pattern.replace("\\", "/")) for pattern in patterns]
    parts = [match.group().split("/")[:-1] for match in fixed if match]
    same = takewhile(lambda each: len(set(each)) == 1, zip(*parts, strict=False))
    return "".join(f"{each[0]}/" for each in same)


def _folders_above(folder: str) -> Iterator[str]:
    """Give a folder and those above it: `a/`, `a/b/` for `a/b/`."""
    end = folder.find("/")
    while end >= 0:
        yield folder[:end]
        end = folder.find("/", end + 1)


def _is_folder(path: str) -> bool:
    """Tell a folder from a link to one, and from nothing."""
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except (OSError, ValueError):
        return False
