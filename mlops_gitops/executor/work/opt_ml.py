"""`/opt/ml`: the folders of one job, made before its program starts and gone when it has ended."""

import contextlib
import json
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from mlops_gitops.executor.child import OPT_ML
from mlops_gitops.executor.references import Json
from mlops_gitops.executor.storage import BadUri, Storage, files_below
from mlops_gitops.executor.work.desk import Desk, StepFailed

_ROOM = 1024


class OptMl:
    """What is `/opt/ml` for one program.

    Args:
        root: the folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, local: str) -> Path:
        """Find a path of the program on this machine.

        Raises:
            StepFailed: it is not inside `/opt/ml`.
        """
        parts = PurePosixPath(local).parts
        base = PurePosixPath(OPT_ML).parts
        if parts[: len(base)] != base or ".." in parts or "\0" in local:
            raise StepFailed(f"ClientError: {local} is not below {OPT_ML}.")
        return self.root.joinpath(*parts[len(base) :])

    def folder(self, local: str) -> Path:
        """Find a folder of the program, and make it if it is not there."""
        found = self.path(local)
        found.mkdir(parents=True, exist_ok=True)
        return found

    def write(self, local: str, value: Json) -> None:
        """Write a JSON file."""
        self.folder(str(PurePosixPath(local).parent))
        self.path(local).write_text(json.dumps(value), encoding="utf-8")

    def download(self, storage: Storage, uri: str, local: str) -> list[Path]:
        """Put copies of objects into a folder.

        Raises:
            StepFailed: there are none, as SageMaker says it.
        """
        folder = self.folder(local)
        try:
            found = storage.objects(uri)
        except BadUri as error:
            raise StepFailed(f"ClientError: {error}") from error
        if not found:
            message = f"ClientError: Data download failed: there are no objects at {uri}."
            raise StepFailed(f"{message} Steps before it wrote none, and no local folder is named.")
        copies = []
        for name, path in found.items():
            copies.append(folder / name)
            copies[-1].parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copies[-1])
        return copies

    def failure(self) -> str:
        """Read what the program wrote to `/opt/ml/output/failure`; "" if nothing."""
        file = self.path(f"{OPT_ML}/output/failure")
        if not file.is_file() or file.is_symlink():
            return ""
        with file.open("rb") as opened:
            return opened.read(_ROOM).decode("utf-8", errors="replace").strip()


@contextlib.contextmanager
def opened(desk: Desk) -> Iterator[OptMl]:
    """Make the folders of one job, and take them away afterwards."""
    root = desk.house.folder.work / desk.job
    try:
        (root / "opt_ml").mkdir(parents=True)
        (root / "home").mkdir()
        yield OptMl(root / "opt_ml")
    finally:
        shutil.rmtree(root, ignore_errors=True)


def pack(folder: Path, target: Path) -> None:
    """Pack a folder as SageMaker packs a model; the same files give the same archive."""
    with tarfile.open(target, "w:gz", format=tarfile.PAX_FORMAT) as archive:
        for name, path in files_below(folder):
            entry = archive.gettarinfo(path, name)
            entry.mtime, entry.uid, entry.gid, entry.uname, entry.gname = 0, 0, 0, "", ""
            with path.open("rb") as file:
                archive.addfile(entry, file)


def unpack(file: Path, folder: Path) -> None:
    """Unpack an archive of code; what would leave the folder is refused.

    Raises:
        StepFailed: it is no archive, or a bad one.
    """
    try:
        with tarfile.open(file) as archive:
            archive.extractall(folder, filter="data")
    except (tarfile.TarError, OSError) as error:
        message = f"ClientError: {file.name} cannot be unpacked: {error}."
        raise StepFailed(message) from error
