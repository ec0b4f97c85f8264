"""Files as they would be with some of them written anew."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlops_gitops.ports import Files


class Overlay:
    """The files of a repository, some of which say something else.

    Args:
        files: the repository.
        written: what is written over files that are there.
    """

    def __init__(self, files: "Files", written: Mapping[str, bytes]) -> None:
        self._files = files
        self._written = written

    def find(self, patterns: Sequence[str]) -> tuple[str, ...]:
        """List files that match any glob pattern; see `Files.find`."""
        return self._files.find(patterns)

    def below(self, folder: str) -> tuple[str, ...]:
        """List all files below a folder; see `Files.below`."""
        return self._files.below(folder)

    def read(self, path: str) -> bytes:
        """Read one file; see `Files.read`."""
        return self._written[path] if path in self._written else self._files.read(path)
