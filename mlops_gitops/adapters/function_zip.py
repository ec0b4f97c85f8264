"""Zips of functions: the same files give the same bytes."""

import io
import zipfile
from collections.abc import Mapping

RUNTIME_FILE = "RUNTIME"
"""Names, in a zip, what it runs on: `python3.12 x86_64`."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_REGULAR_FILE = 0o100644 << 16


def function_zip(files: Mapping[str, bytes]) -> bytes:
    """Pack files: in the order of their names, without their dates and modes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.external_attr = _REGULAR_FILE
            entry.create_system = 3
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return buffer.getvalue()
