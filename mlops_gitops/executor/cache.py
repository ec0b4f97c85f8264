"""The cache: what a step gave, kept for a later execution that asks for the same.

The same is: type and resolved arguments, without where outputs go, names and tags (AWS: "Default
cache key attributes by pipeline step type"); and the bytes of all code and data that they name.
"""

import hashlib
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mlops_gitops.errors import UsageError
from mlops_gitops.executor.folder import read_json, token, write_json
from mlops_gitops.executor.references import Json
from mlops_gitops.executor.storage import BadUri, Storage, files_below, split_uri
from mlops_gitops.executor.work.desk import Object, an_object, texts

CACHEABLE = frozenset(
    {
        "Processing",
        "Training",
        "Transform",
        "Tuning",
        "AutoML",
        "Callback",
        "Lambda",
        "ClarifyCheck",
        "QualityCheck",
        "EMR",
        "EMRServerless",
        "EndpointConfig",
        "Endpoint",
    }
)
_OUTPUTS = frozenset(
    {"ProcessingOutputConfig", "OutputDataConfig", "TransformOutput", "CheckpointConfig"}
)
_LEFT_OUT = frozenset({"Tags", "ExperimentConfig", "S3OutputPath", "RoleArn", "S3Output"})
_DURATION = re.compile(
    r"P?(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?",
    re.IGNORECASE,
)
_SECONDS = (365 * 86400, 30 * 86400, 7 * 86400, 86400, 3600, 60, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What was kept of a step.

    Attributes:
        properties: what references to it find.
        metadata: what the list of steps says.
        how: `executed` or `stubbed`, as it was then.
        source: ARN of the execution that did it.
    """

    properties: Object
    metadata: Object
    how: str
    source: str


def key_of(step: Mapping[str, Json], arguments: Object, storage: Storage, code: Path | None) -> str:
    """Make one word of everything that a step's result depends on.

    Args:
        step: as the definition has it.
        arguments: resolved.
        storage: where the code and the data are.
        code: the folder of a Lambda function.
    """
    whole = {
        "type": step.get("Type"),
        "step": {key: step[key] for key in sorted(step) if key in _OF_STEP},
        "arguments": _without(arguments),
        "inputs": {uri: _digest(storage, uri) for uri in sorted(set(_uris(arguments)))},
        "code": _bytes_of(dict(files_below(code))) if code else "",
    }
    text = json.dumps(whole, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def find(cache: Path, key: str, config: Json, storage: Storage, now: float) -> Kept | None:
    """Look for what was kept, and put its objects back where they were.

    Args:
        cache: the folder.
        key: what is asked for.
        config: `CacheConfig` of the step.
        storage: where objects go.
        now: in seconds; what is older than `ExpireAfter` is not found.
    """
    entry = cache / key
    try:
        kept = an_object(read_json(entry / "entry.json"))
        written = kept["Written"]
        age = now - float(str(kept["At"]))
        if age > expire_after(an_object(config).get("ExpireAfter")):
            return None
        for uri in texts(written):
            storage.put(uri, entry / "s3" / "/".join(split_uri(uri)))
    except (UsageError, KeyError, ValueError, OSError):
        return None  # what is not whole was not kept
    return Kept(
        properties=an_object(kept.get("Properties")),
        metadata=an_object(kept.get("Metadata")),
        how=str(kept.get("How")),
        source=str(kept.get("Source")),
    )


def keep(
    cache: Path, key: str, kept: Kept, written: list[str], storage: Storage, now: float
) -> None:
    """Keep what a step gave; another execution that does so at the same time may win."""
    beside = cache / f".{token(12)}"
    try:
        for uri in written:
            target = beside / "s3" / "/".join(split_uri(uri))
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(storage.root / "/".join(split_uri(uri)), target)
        entry: Object = {
            "At": now,
            "How": kept.how,
            "Source": kept.source,
            "Written": list(written),
            "Properties": kept.properties,
            "Metadata": kept.metadata,
        }
        write_json(beside / "entry.json", entry)
        shutil.rmtree(cache / key, ignore_errors=True)
        beside.rename(cache / key)
    except OSError:
        shutil.rmtree(beside, ignore_errors=True)


def enabled(step: Mapping[str, Json]) -> bool:
    """Tell whether a step wants to be kept, and is of a type that can be."""
    config = an_object(step.get("CacheConfig"))
    return config.get("Enabled") is True and step.get("Type") in CACHEABLE


def expire_after(text: Json) -> float:
    """Read an ISO 8601 duration, in either case and also without its P; nothing is for ever."""
    if not isinstance(text, str):
        return float("inf")
    found = _DURATION.fullmatch(text)
    if found is None or not any(found.groups()):
        return 0.0
    return float(sum(int(n or 0) * each for n, each in zip(found.groups(), _SECONDS, strict=True)))


_OF_STEP = frozenset(
    {
        "SqsQueueUrl",
        "FunctionArn",
        "OutputParameters",
        "CheckType",
        "ModelPackageGroupName",
        "SkipCheck",
        "FailOnViolation",
        "RegisterNewBaseline",
        "SuppliedBaselineConstraints",
        "SuppliedBaselineStatistics",
        "ModelName",
    }
)


def _without(value: Json) -> Json:
    if isinstance(value, list):
        return [_without(each) for each in value]
    if isinstance(value, dict):
        return {key: _without(each) for key, each in value.items() if key not in _LEFT_OUT}
    return value


def _uris(value: Json) -> Iterator[str]:
    """Give all S3 URIs of inputs in a value."""
    if isinstance(value, list):
        for each in value:
            yield from _uris(each)
    elif isinstance(value, dict):
        for key, each in value.items():
            if key not in _OUTPUTS:
                yield from _uris(each)
    elif isinstance(value, str):
        text = value.strip('"')  # the SDK writes some hyperparameters as JSON
        if text.startswith("s3://"):
            yield text


def _digest(storage: Storage, uri: str) -> str:
    try:
        return _bytes_of(storage.objects(uri))
    except BadUri:
        return ""


def _bytes_of(files: Mapping[str, Path]) -> str:
    digest = hashlib.sha256()
    for name, path in sorted(files.items()):
        data = path.read_bytes()
        digest.update(f"{len(name.encode())}:{name}{len(data)}:".encode())
        digest.update(data)
    return digest.hexdigest()
