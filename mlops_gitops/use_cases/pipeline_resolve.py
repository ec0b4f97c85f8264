"""Resolve: look up the foundation models that a config names, once, for its lock file.

The config is read without being checked: what it lacks is what this is about.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mlops_gitops.config.document import Json, read_document
from mlops_gitops.definitions.pipeline.hub import NotTrainable, locked_model
from mlops_gitops.definitions.pipeline.lock import (
    Lock,
    LockedModel,
    UnreadableLock,
    key,
    lock_beside,
    read_lock,
)
from mlops_gitops.errors import InvalidRepository, UsageError
from mlops_gitops.ports import Files
from mlops_gitops.ports.sagemaker import FoundationModels
from mlops_gitops.problems import Problem

_TYPE = "fine_tune"
_ELSEWHERE = "Look for it in JumpStart's list of models: its id and version are there."


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What came of looking up.

    Attributes:
        path: of the lock file, from the repository's root.
        lock: what belongs into it.
        asked: models that the hub was asked for; the others were in the file already.
    """

    path: str
    lock: Lock
    asked: tuple[str, ...]


def resolve_models(
    files: Files, path: str, region: str, models: FoundationModels, known: Lock
) -> Resolved:
    """Look up the models of a config that are not known yet.

    Those that are known stay, for another config of the folder may name them.

    Args:
        files: of the repository.
        path: of the config.
        region: where the pipeline runs.
        models: the hub.
        known: what was looked up before, see `known_models`.

    Raises:
        InvalidRepository: the config cannot be read.
        UsageError: it names no model, or one that the hub does not have or that is not trained.
    """
    wanted = tuple(dict.fromkeys(_wanted(_read(files, path))))
    if not wanted:
        hint = f"This is for configs with steps of type {_TYPE}."
        raise UsageError(f"{path} names no model of JumpStart.", hint=hint)
    before = known.models if known.region == region else {}
    new = tuple(each for each in wanted if key(*each) not in before)
    found = {key(*each): _look_up(models, *each) for each in new}
    every: Mapping[str, LockedModel] = {**before, **found}
    return Resolved(
        path=lock_beside(path),
        lock=Lock(region=region, models=every),
        asked=tuple(key(*each) for each in new),
    )


def known_models(files: Files, path: str) -> Lock:
    """Read the lock file of a config; nothing is known where there is none.

    Raises:
        UsageError: the file is no lock file.
    """
    lock = lock_beside(path)
    try:
        return read_lock(files.read(lock))
    except FileNotFoundError:
        return nothing_known()
    except UnreadableLock as error:
        raise UsageError(f"{lock} cannot be read: {error}.", hint="Delete it.") from error


def nothing_known() -> Lock:
    """Give a lock that knows no model of any region."""
    return Lock(region="", models={})


def _read(files: Files, path: str) -> Mapping[str, Json]:
    document = read_document(path, files.read(path))
    if isinstance(document, Problem):
        raise InvalidRepository((document,))
    return document.value


def _wanted(value: Any) -> Iterator[tuple[str, str]]:
    """Find the models of steps, those inside of other steps included."""
    match value:
        case {"type": "fine_tune", "model_id": str() as model, "model_version": str() as version}:
            yield model, version
        case Mapping():
            for each in value.values():
                yield from _wanted(each)
        case list():
            for each in value:
                yield from _wanted(each)
        case _:
            return


def _look_up(models: FoundationModels, model_id: str, version: str) -> LockedModel:
    document = models.describe(model_id, version)
    if document is None:
        raise UsageError(f"JumpStart has no model {key(model_id, version)}.", hint=_ELSEWHERE)
    try:
        return locked_model(document)
    except NotTrainable as error:
        message = f"Model {key(model_id, version)} is of no use here: {error}."
        raise UsageError(message, hint="Choose a model that supports fine-tuning.") from error
