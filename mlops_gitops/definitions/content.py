"""Contents: which bytes a key of the assets bucket held when somebody looked."""

from collections.abc import Mapping
from dataclasses import dataclass

FOLDER = "mlops_gitops_artifacts"
"""Folder of copies in the assets bucket."""
_LATER = "(looked up by plan)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a key held: enough to copy exactly that, and to see that it became something else.

    Attributes:
        key: what the config names.
        etag: S3's ETag without quotes. With the bucket's own KMS key S3 makes a new one for each
            upload, so the same bytes uploaded again count as new content.
        size: in bytes.
    """

    key: str
    etag: str
    size: int

    @property
    def copy(self) -> str:
        """Key of the copy that a stack uses: whatever is uploaded later, it stays what it is."""
        return f"{FOLDER}/{self.etag}/{self.key.rsplit('/', 1)[-1]}"


Contents = Mapping[str, Content]
"""Contents by the key that configs name; empty where nobody asked S3 (`render` is offline)."""


def copy_of(contents: Contents, key: str) -> str:
    """Give the key of the content-addressed copy, or what stands for it until S3 was asked."""
    unknown = Content(key=key, etag=_LATER, size=0)
    return contents.get(key, unknown).copy


def etag_of(contents: Contents, key: str) -> str:
    """Give the ETag of what a key held; empty where nobody asked."""
    return contents[key].etag if key in contents else ""
