"""References as configs spell them -> as definitions do.

Only single values are looked at, never maps: in `environment` or `hyperparameters` a key may well
be called `parameter`.
"""

from collections.abc import Mapping

from mlops_gitops.config.document import Json

RESULT_FILE = "result.json"
"""What a function step writes beside its model, and what `result` reads."""

_NAMED = {
    "parameter": "Parameters.{}",
    "execution": "Execution.{}",
    "model_of": "Steps.{}.ModelArtifacts.S3ModelArtifacts",
    "model_name_of": "Steps.{}.ModelName",
}


def scalar(value: Json) -> Json:
    """Give a text, number, truth value or reference in the definition's spelling."""
    if not isinstance(value, dict) or len(value) != 1:
        return value
    ((kind, about),) = value.items()
    if isinstance(about, str) and kind in _NAMED:
        return get(_NAMED[kind].format(about))
    match kind, about:
        case "Std:Join", {"On": on, "Values": list() as values}:
            return {"Std:Join": {"On": on, "Values": [scalar(each) for each in values]}}
        case "Std:JsonGet", {"S3Uri": uri, "Path": path}:
            return {"Std:JsonGet": {"S3Uri": scalar(uri), "Path": path}}
        case _, dict() if "step" in about:
            return _of_step(kind, str(about["step"]), about)
        case _:
            return value


def _of_step(kind: str, step: str, about: Mapping[str, Json]) -> Json:
    """Give a reference to something of another step."""
    match kind, about:
        case "output", {"name": name}:
            return get(f"Steps.{step}.ProcessingOutputConfig.Outputs['{name}'].S3Output.S3Uri")
        case "returned", {"name": name}:
            return get(f"Steps.{step}.OutputParameters['{name}']")
        case "property", {"file": file, "path": path}:
            place = get(f"Steps.{step}.PropertyFiles.{file}")
            return {"Std:JsonGet": {"PropertyFile": place, "Path": path}}
        case "result", _:
            uri, path = result_uri(step), about.get("path")
            return uri if path is None else {"Std:JsonGet": {"S3Uri": uri, "Path": path}}
        case "best_model", {"member": member}:
            part = {"image": "Image", "model_data": "ModelDataUrl"}[str(member)]
            return get(f"Steps.{step}.BestCandidate.InferenceContainers[0].{part}")
        case _:
            return {kind: dict(about)}


def scalars(values: Json) -> list[Json]:
    """Give a list of single values; none where there is no list."""
    return [scalar(each) for each in values] if isinstance(values, list) else []


def get(text: str) -> Json:
    """Give a reference in the definition's spelling."""
    return {"Get": text}


def joined(*values: Json) -> Json:
    """Join parts of an address with slashes."""
    return {"Std:Join": {"On": "/", "Values": list(values)}}


def result_uri(step: str) -> Json:
    """Give where a function step's result is: a file of its model, which is not compressed.

    It is put together as top models are, because whether the address of a model that is a folder
    ends with a slash is documented nowhere.
    """
    output = get(f"Steps.{step}.OutputDataConfig.S3OutputPath")
    return joined(output, get(f"Steps.{step}.TrainingJobName"), f"output/model/{RESULT_FILE}")
