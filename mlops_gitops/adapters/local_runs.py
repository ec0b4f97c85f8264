"""Local runs of pipelines: code laid out on disk, for the executor to find."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from mlops_gitops.errors import UsageError
from mlops_gitops.executor.api import LocalFunction
from mlops_gitops.runs.local_pipeline import LocalPipeline, PackedFunction

_IGNORE = "# Made by mlops-gitops: runs on this machine.\n*\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """What was laid out.

    Attributes:
        sources: folders by the S3 URI that they stand for.
        functions: code of Lambda functions, by name.
    """

    sources: Mapping[str, Path]
    functions: Mapping[str, LocalFunction]


def lay_out(pipeline: LocalPipeline, folder: Path) -> Laid:
    """Write a pipeline's code to where it will be read from.

    Keys say their content, so what is there already is right; git is told to leave it alone.

    Args:
        pipeline: whose code.
        folder: of all runs; made if it is not there.

    Raises:
        UsageError: it cannot be written, or an archive of a function is none.
    """
    assets = folder / "assets"
    try:
        hide(folder)
        for key, content in pipeline.assets.items():
            target = assets / _inside(key)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        functions = {
            each.name: _unpacked(each, pipeline.assets[each.code], folder / "functions")
            for each in pipeline.functions
            if each.code in pipeline.assets
        }
    except OSError as error:
        message = f"{folder} cannot be written: {error.strerror}."
        raise UsageError(message, hint="Choose another folder with --runs.") from error
    sources = {f"s3://{pipeline.bucket}": assets} if pipeline.assets else {}
    return Laid(sources=sources, functions=functions)


def hide(folder: Path) -> None:
    """Make the folder of all runs, and have git leave it alone."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text(_IGNORE, encoding="utf-8")


def _unpacked(function: PackedFunction, archive: bytes, folder: Path) -> LocalFunction:
    home = folder / _inside(function.code).parent.name
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            opened.extractall(home)  # it leaves out what would lead out of the folder
    except zipfile.BadZipFile as error:
        message = f"The code of function {function.name} is no archive."
        raise UsageError(message, hint="Name a zip, or a script.") from error
    return LocalFunction(folder=home, handler=function.handler, seconds=function.seconds)


def _inside(key: str) -> PurePosixPath:
    """Take a key as a path; keys are ours, and still none of them may lead anywhere else."""
    path = PurePosixPath(key)
    if path.is_absolute() or ".." in path.parts:
        raise UsageError(f"{key!r} is no key of an asset.", hint="Rename the file.")
    return path
