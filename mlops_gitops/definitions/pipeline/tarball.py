"""Tarballs: folders of code as `.tar.gz`, for containers that unpack what they run."""

import io
import struct
from collections.abc import Iterator, Mapping
from zlib import crc32

_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
"""gzip, of no time and no system (RFC 1952)."""
_BLOCK = 0xFFFF
_MODE = 0o644


def tar_gz(files: Mapping[str, bytes]) -> bytes:
    """Pack files. The same files give the same bytes on every machine.

    So nothing is compressed: what a compressor writes is its own affair, and differs between
    versions of zlib.

    Args:
        files: relative paths -> content; at least one.
    """
    plain = _tar(files)
    blocks = b"".join(_stored(plain))
    return _HEADER + blocks + struct.pack("<II", crc32(plain), len(plain) & 0xFFFFFFFF)


def _tar(files: Mapping[str, bytes]) -> bytes:
    import tarfile

    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in sorted(files.items()):
            about = tarfile.TarInfo(name)
            about.size, about.mode = len(content), _MODE
            archive.addfile(about, io.BytesIO(content))
    return packed.getvalue()


def _stored(plain: bytes) -> Iterator[bytes]:
    """Give blocks of deflate that hold their content as it is (RFC 1951, 3.2.4)."""
    for start in range(0, len(plain), _BLOCK):
        block = plain[start : start + _BLOCK]
        is_last = start + _BLOCK >= len(plain)
        yield struct.pack("<BHH", is_last, len(block), len(block) ^ _BLOCK) + block
