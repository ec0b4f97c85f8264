"""Assets: documents that a stack refers to, uploaded beside the bundle."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

FOLDER = "mlops_gitops_assets"
"""Folder of documents in the assets bucket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One document; its key says its content, so it is written once and never changed.

    Attributes:
        name: last part of the key, such as `analysis_config.json`.
        folder: digest of all files of a folder, for one of them; empty for a document by itself.
    """

    name: str
    content: bytes
    folder: str = ""

    @property
    def sha256(self) -> str:
        """Digest of the content, hexadecimal."""
        return sha256(self.content).hexdigest()

    @property
    def key(self) -> str:
        """Key in the assets bucket."""
        return f"{FOLDER}/{self.folder or self.sha256}/{self.name}"


def folder_of(files: Mapping[str, bytes]) -> tuple[Asset, ...]:
    """Make the assets of a folder: what stands together stays together, under one digest.

    Args:
        files: relative paths with forward slashes -> content.
    """
    whole = sha256()
    for name, content in sorted(files.items()):
        # Lengths first, so that no two folders are written alike.
        whole.update(f"{len(name.encode())}:{name}:{len(content)}:".encode())
        whole.update(content)
    digest = whole.hexdigest()
    return tuple(
        Asset(name=name, content=content, folder=digest) for name, content in sorted(files.items())
    )
