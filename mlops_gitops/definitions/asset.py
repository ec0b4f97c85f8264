"""Assets: documents that a stack refers to, uploaded beside the bundle."""

from dataclasses import dataclass
from hashlib import sha256

_FOLDER = "mlops_gitops_assets"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One document; its key says its content, so it is written once and never changed.

    Attributes:
        name: last part of the key, such as `analysis_config.json`.
    """

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Digest of the content, hexadecimal."""
        return sha256(self.content).hexdigest()

    @property
    def key(self) -> str:
        """Key in the assets bucket."""
        return f"{_FOLDER}/{self.sha256}/{self.name}"
