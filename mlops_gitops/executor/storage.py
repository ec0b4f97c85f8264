"""Storage: `s3://bucket/key` as files of the run folder, laid over folders that are only read.

Objects that an execution writes stand at `<run folder>/s3/<bucket>/<key>`. What it reads and did
not write comes from the sources that the caller named: code assets, example data.
"""

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

_URI = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.\-]{1,62})(?:/(?P<key>.*))?", re.DOTALL)


class BadUri(ValueError):
    """A text is no S3 URI, or one that leads out of its bucket."""


class Elsewhere(Protocol):
    """Where objects really are, if not only in the run folder; raises `BadUri` if it refuses."""

    def fetch(self, uri: str) -> Mapping[str, Path]:
        """Bring the objects at a URI: files by their names, as a job finds them in its folder."""
        ...

    def keep(self, uri: str, file: Path) -> None:
        """Take an object that was written."""
        ...


@dataclass(frozen=True, slots=True)
class Storage:
    """What `s3://` names during one execution.

    Attributes:
        root: the folder for what the execution writes.
        sources: folders or files by the S3 URI that they stand at; they are only read.
        elsewhere: where objects come from and go to besides; None for this machine alone.
    """

    root: Path
    sources: Mapping[str, Path] = field(default_factory=dict)
    elsewhere: Elsewhere | None = None

    def objects(self, uri: str) -> dict[str, Path]:
        """List the objects at a URI: the one of that name, or all below it.

        Args:
            uri: an object's, or a prefix; as on S3 it need not end at a slash.

        Returns:
            Files by their names, as a job finds them in its folder.

        Raises:
            BadUri: it is none.
        """
        bucket, key = split_uri(uri)
        found: dict[str, Path] = dict(self.elsewhere.fetch(uri)) if self.elsewhere else {}
        for prefix, folder in self.sources.items():
            found.update(_from_source(prefix, folder, f"{bucket}/{key}".rstrip("/")))
        found.update(_below(self.root / bucket, key, self.root))
        return dict(sorted(found.items()))

    def read(self, uri: str) -> bytes | None:
        """Read the one object of a name; None if there is none."""
        name = split_uri(uri)[1].rpartition("/")[2]
        path = self.objects(uri).get(name)
        return path.read_bytes() if path else None

    def put(self, uri: str, file: Path) -> None:
        """Keep a copy of a file as an object."""
        target = self._target(uri)
        shutil.copyfile(file, target)
        if self.elsewhere is not None:
            self.elsewhere.keep(uri, target)

    def put_text(self, uri: str, text: str) -> None:
        """Keep a text as an object."""
        target = self._target(uri)
        target.write_text(text, encoding="utf-8")
        if self.elsewhere is not None:
            self.elsewhere.keep(uri, target)

    def _target(self, uri: str) -> Path:
        bucket, key = split_uri(uri)
        if not key:
            raise BadUri(f"{uri} names no object.")
        target = self.root / bucket / key
        target.parent.mkdir(parents=True, exist_ok=True)
        return target


@dataclass(slots=True)
class Writer:
    """Writes objects, and remembers which.

    Attributes:
        storage: where to.
        written: URIs of what was written.
    """

    storage: Storage
    written: list[str] = field(default_factory=list)

    def put(self, uri: str, file: Path) -> None:
        """Keep a copy of a file as an object."""
        self.storage.put(uri, file)
        self.written.append(uri)

    def put_text(self, uri: str, text: str) -> None:
        """Keep a text as an object."""
        self.storage.put_text(uri, text)
        self.written.append(uri)

    def put_folder(self, uri: str, folder: Path) -> None:
        """Keep all files of a folder; links are not followed out of it."""
        for name, path in files_below(folder):
            self.put(f"{uri.rstrip('/')}/{name}", path)


def split_uri(uri: str) -> tuple[str, str]:
    """Take a URI apart: bucket and key, the key without needless slashes.

    Raises:
        BadUri: it is none, or its key would lead out of the bucket's folder.
    """
    found = _URI.fullmatch(uri)
    if found is None or ".." in found["bucket"]:
        raise BadUri(f'"{uri}" is no S3 URI.')
    parts = [part for part in (found["key"] or "").split("/") if part]
    if any(part in {".", ".."} or "\0" in part for part in parts):
        raise BadUri(f'"{uri}" leads out of its bucket.')
    return found["bucket"], "/".join(parts)


def files_below(folder: Path) -> Iterator[tuple[str, Path]]:
    """Give the files of a folder and of those in it, by name; no links, no devices."""
    for above, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            path = Path(above, name)
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(folder).as_posix(), path


def _from_source(prefix: str, source: Path, wanted: str) -> dict[str, Path]:
    """List what a source has of the wanted objects; both without `s3://`."""
    at = "/".join(part for part in split_uri(prefix) if part)
    if at.startswith(f"{wanted}/"):
        inside = at.removeprefix(f"{wanted}/")
        if source.is_file():
            return {inside: source}
        return {f"{inside}/{name}": path for name, path in files_below(source)}
    if at == wanted and source.is_file():
        return {at.rpartition("/")[2]: source}
    if wanted == at or wanted.startswith(f"{at}/"):
        return _below(source, wanted.removeprefix(at).removeprefix("/"), source)
    return {}


def _below(folder: Path, key: str, limit: Path) -> dict[str, Path]:
    """List the files at a key below a folder, none of them outside of the limit."""
    path = folder / key if key else folder
    if not path.resolve().is_relative_to(limit.resolve()):
        raise BadUri(f'"{key}" leads out of the folder that stands for it.')
    if path.is_file():
        return {path.name: path}
    if path.is_dir():
        return dict(files_below(path))
    listed = path.parent.iterdir() if path.parent.is_dir() else ()
    found: dict[str, Path] = {}
    for each in (each for each in listed if each.name.startswith(path.name)):
        if each.is_dir() and not each.is_symlink():
            found.update({f"{each.name}/{name}": file for name, file in files_below(each)})
        elif each.is_file() and not each.is_symlink():
            found[each.name] = each
    return found
