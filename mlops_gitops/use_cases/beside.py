"""Beside: read the files that a config names, and have a definition checked that rests on them."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlops_gitops.config import refusals
from mlops_gitops.config.declared import Config
from mlops_gitops.config.document import said_at
from mlops_gitops.config.limit import limited
from mlops_gitops.config.missing_files import MAX_FILE, MAX_FILES, missing_file, too_much
from mlops_gitops.config.named_files import Kind, Named, leads_out, named_files
from mlops_gitops.config.said import Said, nearest
from mlops_gitops.definitions.checks import check_of
from mlops_gitops.errors import MlopsError, UnsafePath
from mlops_gitops.problems import Problem

if TYPE_CHECKING:
    from mlops_gitops.config.settings import Settings
    from mlops_gitops.ports import Files

_NO_CODE = ("__pycache__", ".pyc")
"""What Python leaves behind; it differs from machine to machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A config with what it names, and what is wrong with that."""

    config: Config
    problems: tuple[Problem, ...]


def read_beside(files: "Files", config: Config, settings: "Settings") -> Beside:
    """Read what a config names; check its definition where everything is there."""
    names = named_files(config)
    contents: dict[str, bytes] = {}
    problems = [
        said_at(said, config.document, *named.at)
        for named in names
        if (said := _read_into(contents, files, named)) is not None
    ]
    if not problems:
        problems += _too_many(config, names, contents)
    paths = tuple(dict.fromkeys(named.path for named in names))
    read = replace(config, files=contents, named=paths)
    if not problems and config.type.definition:
        found = check_of(config.type.definition)(read, settings)
        problems += limited(found, config.document)
    return Beside(config=read, problems=tuple(problems))


def _read_into(contents: dict[str, bytes], files: "Files", named: Named) -> Said | None:
    """Read one file or one folder; what cannot be read is said."""
    try:
        for path in _paths(files, named):
            content = files.read(path)
            if len(content) > MAX_FILE:
                return too_much(path, len(content), MAX_FILE)
            contents[path] = content
    except FileNotFoundError:
        if named.kind is Kind.BESIDE:
            return None
        return missing_file(named, _meant(files, named))
    except UnsafePath as error:
        return refusals.leaves_repository(error.message, error.hint)
    except MlopsError as error:
        return refusals.unreadable(error.message, error.hint)
    return None


def _paths(files: "Files", named: Named) -> tuple[str, ...]:
    """List what a name stands for.

    Raises:
        FileNotFoundError: nothing.
        UnsafePath: it leads out of the repository.
    """
    if leads_out(named.path):
        message = f"{named.text} leads out of the repository."
        raise UnsafePath(message, hint="Commit it beside the config, and name it from there.")
    if named.kind in (Kind.FILE, Kind.FUNCTION, Kind.SCRIPT, Kind.BESIDE):
        return (named.path,)
    found = tuple(path for path in files.below(named.path) if not _is_left_behind(path))
    if found:
        return found
    if named.kind is Kind.FOLDER:
        raise FileNotFoundError(named.path)
    return (named.path,)


def _is_left_behind(path: str) -> bool:
    return _NO_CODE[0] in path.split("/") or path.endswith(_NO_CODE[1])


def _meant(files: "Files", named: Named) -> str | None:
    """Find a file whose name is near to one that is not there."""
    folder = posixpath.dirname(named.path)
    beside = (path for path in files.below(folder or ".") if posixpath.dirname(path) == folder)
    names = {posixpath.basename(path): path for path in beside}
    close = nearest(posixpath.basename(named.path), tuple(names))
    written = posixpath.dirname(named.text.strip())
    return posixpath.join(written, close) if close else None


def _too_many(
    config: Config, names: tuple[Named, ...], contents: dict[str, bytes]
) -> Iterator[Problem]:
    size = sum(len(content) for content in contents.values())
    if size > MAX_FILES:
        said = too_much(f"what {config.document.path} names", size, MAX_FILES)
        yield said_at(said, config.document, *names[0].at)
