"""Zip files: the same files give the same bytes, on every machine."""

import io
import zipfile
from collections.abc import Mapping

_EPOCH = (1980, 1, 1, 0, 0, 0)
_REGULAR_FILE = 0o100644 << 16
_UNIX = 3


def zipped(files: Mapping[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    """Pack files in the order of their names; every user may read them.

    A real date or mode would give the same files new bytes, and new bytes ask people for a new
    approval, or deploy a function anew.

    Args:
        files: path in the archive -> content.
        compression: how they are kept; compressed bytes differ between versions of zlib.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.external_attr = _REGULAR_FILE
            entry.create_system = _UNIX
            entry.compress_type = compression
            archive.writestr(entry, files[name])
    return buffer.getvalue()
