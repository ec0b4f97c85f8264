"""What we need from the outside world, in our own words.

Every port has an adapter for the real thing and a twin in `adapters/memory.py`; the contract
tests hold both to the same promises. Adapters raise what `errors.py` draws, nothing of AWS's.
"""

from collections.abc import Sequence
from typing import Protocol


class Files(Protocol):
    """The files of one repository."""

    def find(self, patterns: Sequence[str]) -> tuple[str, ...]:
        """List files that match any glob pattern, sorted, relative, with forward slashes.

        `.git` and other hidden folders are not searched.
        """

    def read(self, path: str) -> bytes:
        """Read one file.

        Raises:
            FileNotFoundError: there is none.
            UnsafePath: the path, or a symbolic link on it, leaves the repository.
        """


class PackageData(Protocol):
    """Schemas and blueprints, as shipped with the package."""

    def schema(self, name: str) -> bytes:
        """Read `schemas/<name>.json`.

        Raises:
            FileNotFoundError: there is none.
        """

    def schema_names(self) -> tuple[str, ...]:
        """List the names of all schemas, sorted, without `.json`."""

    def blueprint(self, name: str) -> bytes:
        """Read `blueprints/<name>/template.yaml`, or `blueprints/<name>.yaml`.

        Raises:
            FileNotFoundError: there is none.
        """
