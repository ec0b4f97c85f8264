"""Tarballs: the same files in the same bytes, whoever packed them, where and when.

What the SDK packs has the time, the user and the order of the folder in it.
"""

import gzip
import io
import tarfile
import zlib

_NO_COMPRESSION = 0
"""Compressed bytes differ between versions of zlib; stored ones do not."""


def settled_tarball(content: bytes) -> bytes:
    """Pack a tar.gz anew, without anything but names, modes and contents; else give it as it is."""
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as packed:
            members = sorted(packed.getmembers(), key=lambda each: each.name)
            files = [(each, packed.extractfile(each)) for each in members]
            made = io.BytesIO()
            with tarfile.open(fileobj=made, mode="w", format=tarfile.PAX_FORMAT) as anew:
                for member, file in files:
                    anew.addfile(_bare(member), file)
    except (tarfile.TarError, OSError, EOFError, zlib.error, KeyError):
        return content
    return gzip.compress(made.getvalue(), _NO_COMPRESSION, mtime=0)


def _bare(member: tarfile.TarInfo) -> tarfile.TarInfo:
    bare = tarfile.TarInfo(member.name)
    bare.type, bare.linkname, bare.size = member.type, member.linkname, member.size
    bare.mode = 0o755 if member.mode & 0o100 else 0o644
    return bare
