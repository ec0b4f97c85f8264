"""Lock files: what foundation models are made of, looked up once and committed.

`mlops-gitops pipeline resolve` writes the file beside the config, as text that a review can read.
Compiling reads it and asks nobody, so what is deployed changes when a commit changes it.
"""

import json
import posixpath
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

LOCK = "mlops-gitops.lock.json"
VERSION = 1
"""Of the file's form."""


class UnreadableLock(ValueError):
    """A file is no lock file; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedModel:
    """A version of a model in one region.

    Attributes:
        image_uri: what it is trained in.
        artifact_uri: the model as it is before.
        script_uri: the archive of its training script; empty if the image brings it.
        data_uri: its default data set; empty if it has none.
        hyperparameters: its own, those that name the script included.
        metrics: name and regular expression of each metric in its log.
        instance_type: what it is trained on by default.
        volume_size_gb: of the instance's volume.
        gated: whether its licence has to be accepted.
        isolated: whether it may be trained without any network.
    """

    image_uri: str
    artifact_uri: str = ""
    script_uri: str = ""
    data_uri: str = ""
    hyperparameters: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, str] = field(default_factory=dict)
    instance_type: str = ""
    volume_size_gb: int = 30
    gated: bool = False
    isolated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """What a lock file says.

    Attributes:
        region: where its images and artifacts are.
        models: by id and version, see `key`.
    """

    region: str
    models: Mapping[str, LockedModel]

    def text(self) -> str:
        """Write it: sorted, so that what did not change stays as it is."""
        models = {name: asdict(model) for name, model in self.models.items()}
        value = {"version": VERSION, "region": self.region, "models": models}
        return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def key(model_id: str, version: str) -> str:
    """Name a version of a model."""
    return f"{model_id}@{version}"


def lock_beside(config_path: str) -> str:
    """Give the path of the lock file of a config."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(config_path), LOCK))


def read_lock(content: bytes) -> Lock:
    """Read a lock file.

    Raises:
        UnreadableLock: it is none.
    """
    try:
        value = json.loads(content)
    except ValueError as error:
        raise UnreadableLock(f"it is not JSON ({error})") from error
    match value:
        case {"version": 1, "region": str() as region, "models": dict() as models}:
            return Lock(region=region, models={name: _model(each) for name, each in models.items()})
        case {"version": int() as version} if version > VERSION:
            raise UnreadableLock("a newer mlops-gitops has written it")
        case _:
            raise UnreadableLock("it lacks version, region or models")


_EXAMPLE = LockedModel(image_uri="")


def _model(written: Any) -> LockedModel:
    shape = {each.name: type(getattr(_EXAMPLE, each.name)) for each in fields(LockedModel)}
    is_one = isinstance(written, dict) and bool(written.get("image_uri"))
    if not is_one or any(type(written[name]) is not shape.get(name) for name in written):
        raise UnreadableLock("a model in it is not as `pipeline resolve` writes it")
    return LockedModel(**written)
