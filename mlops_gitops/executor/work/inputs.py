"""Inputs of jobs: the objects that an `S3DataSource` names, one by one or through a manifest.

Source of the manifest's form: `S3DataSource`, SageMaker API reference.
"""

import json

from mlops_gitops.executor.storage import BadUri, Storage
from mlops_gitops.executor.work.desk import Object, StepFailed, text

_AUGMENTED = "AugmentedManifestFile"


def streamed(sources: list[tuple[str, Object]]) -> str:
    """Tell whether an input cannot be files in a folder; "" if all can.

    Args:
        sources: name and `S3DataSource` of each input.
    """
    for name, source in sources:
        if source.get("S3DataType") == _AUGMENTED:
            return f"Input {name} is an augmented manifest, which programs read on AWS only."
    return ""


def uris_of(storage: Storage, source: Object) -> list[str]:
    """Give the URIs of what an input consists of.

    Args:
        storage: where the manifest is, if it is one.
        source: `S3DataSource`, or `S3Input` of a processing job.

    Raises:
        StepFailed: the manifest is not there, or is none.
    """
    uri = text(source.get("S3Uri"))
    if source.get("S3DataType") != "ManifestFile":
        return [uri]
    try:
        data = storage.read(uri)
        listed: object = json.loads(data) if data is not None else None
    except (BadUri, ValueError):
        listed = None
    if isinstance(listed, list) and listed and isinstance(listed[0], dict):
        prefix = text(listed[0].get("prefix"))
        return [f"{prefix}{each}" for each in listed[1:]]
    raise StepFailed(f"ClientError: Data download failed: {uri} is no manifest.")
