"""Sources: the code of a step, as files that lie together in the job's container.

Either single files beside the config (`code`, `requirements`, `init_script`), which come to lie in
one folder, or `source_dir`, a folder or a zip, in which those three are relative paths.
"""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from functools import lru_cache

from mlops_gitops.config import pipeline_job_problems as say
from mlops_gitops.definitions.pipeline.shorthand import Mistake, Shorthand

FOLDER = "source_dir"
_KEYS = ("code", "notebook", "requirements", "init_script")
_DAMAGED = (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, zlib.error)
"""What reading something that is no zip raises; RuntimeError if it is encrypted."""
_LEFT_BEHIND = "__pycache__"


def files_of(step: Shorthand) -> dict[str, bytes]:
    """Give the files of a step's code, by their paths in the folder that they will lie in."""
    if FOLDER in step.value:
        return dict(_inside(step))
    return dict(step.named(_file(step, key)) for key in _KEYS if key in step.value)


def path_of(step: Shorthand, key: str) -> str:
    """Give the path of a file of the code in that folder; "" if the step names none."""
    if key not in step.value:
        return ""
    written = _file(step, key)
    return _relative(written) if FOLDER in step.value else step.named(written)[0]


def source_mistakes(step: Shorthand) -> Iterator[Mistake]:
    """Say which files of a step's code are not there, or are in each other's way."""
    if FOLDER not in step.value:
        yield from _collisions(step)
        return
    try:
        files = _inside(step)
    except _DAMAGED as error:
        yield step.mistake(say.no_zip(str(step.value[FOLDER]), str(error)), FOLDER)
        return
    for key in _KEYS:
        if key in step.value and path_of(step, key) not in files:
            said = say.not_inside(path_of(step, key), str(step.value[FOLDER]), tuple(files))
            yield step.mistake(said, key)


def _file(step: Shorthand, key: str) -> str:
    """Give the path that a key names; of `file.py:function` the file's."""
    written = str(step.value[key])
    return written.rpartition(":")[0] if ":" in written else written


def _collisions(step: Shorthand) -> Iterator[Mistake]:
    seen: dict[str, str] = {}
    for key in (key for key in _KEYS if key in step.value):
        name = path_of(step, key)
        if name in seen:
            yield step.mistake(say.two_of_one_name(name, seen[name], key), key)
        seen[name] = key


def _inside(step: Shorthand) -> Mapping[str, bytes]:
    """List what is in the folder, or in the zip."""
    files = step.around.scope.files
    path = step.around.scope.config.beside(str(step.value[FOLDER]))
    if path in files:
        return _unpacked(files[path])
    start = f"{path}/" if path != "." else ""
    return {name.removeprefix(start): files[name] for name in files if name.startswith(start)}


@lru_cache(maxsize=16)
def _unpacked(content: bytes) -> Mapping[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {
            _relative(name): archive.read(name)
            for name in archive.namelist()
            if not name.endswith("/") and _LEFT_BEHIND not in name.split("/")
        }


def _relative(path: str) -> str:
    """Give a path inside of a folder, whatever it is: none leads out of it."""
    return posixpath.normpath(f"/{path.strip()}".replace("\\", "/")).lstrip("/")
