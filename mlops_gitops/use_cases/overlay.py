"""Overlay: the files of a repository as they would be after a change."""

import re
from collections.abc import Mapping, Sequence

from mlops_gitops.config.globs import glob_regex
from mlops_gitops.ports import Files


class Overlay:
    """Some files, and what is to become of them.

    Args:
        files: as they are.
        change: files by path; None where there is none any more.
    """

    def __init__(self, files: Files, change: Mapping[str, bytes | None]) -> None:
        self._files = files
        self._change = change

    def find(self, patterns: Sequence[str]) -> tuple[str, ...]:
        """List files that match any glob pattern; see `Files.find`."""
        wanted = re.compile("|".join(glob_regex(pattern) for pattern in patterns) or r"(?!)")
        new = (path for path in self._new if wanted.fullmatch(path))
        return self._changed((*self._files.find(patterns), *new))

    def below(self, folder: str) -> tuple[str, ...]:
        """List all files below a folder; see `Files.below`."""
        start = "" if folder == "." else f"{folder}/"
        new = (path for path in self._new if path.startswith(start))
        return self._changed((*self._files.below(folder), *new))

    def read(self, path: str) -> bytes:
        """Read one file; see `Files.read`."""
        if path not in self._change:
            return self._files.read(path)
        content = self._change[path]
        if content is None:
            raise FileNotFoundError(path)
        return content

    @property
    def _new(self) -> tuple[str, ...]:
        return tuple(path for path, content in self._change.items() if content is not None)

    def _changed(self, paths: Sequence[str]) -> tuple[str, ...]:
        gone = {path for path, content in self._change.items() if content is None}
        return tuple(sorted({*paths} - gone))
