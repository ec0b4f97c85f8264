"""Tuning: the ranges that a tuning job searches, and the SDK's spelling as SageMaker's."""

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.literal import literal
from mlops_gitops.definitions.training import text_of

_KINDS = {
    "continuous": "ContinuousParameterRanges",
    "integer": "IntegerParameterRanges",
    "categorical": "CategoricalParameterRanges",
}


def ranges(written: dict[str, Json]) -> Json:
    """Give `[kind, values]` by name as SageMaker's three lists; it takes texts only."""
    found: dict[str, list[Json]] = {}
    for name, value in written.items():
        kind, values = value if isinstance(value, list) else (None, None)
        texts = [text_of(each) for each in values] if isinstance(values, list) else []
        found.setdefault(_KINDS[str(kind)], []).append(_range(name, str(kind), texts))
    return dict(found)


def _range(name: str, kind: str, texts: list[str]) -> Json:
    if kind == "categorical":
        return {"Name": literal(name), "Values": literal(list(texts))}
    return {
        "Name": literal(name),
        "MinValue": literal(texts[0]),
        "MaxValue": literal(texts[1]),
        "ScalingType": "Auto",
    }


def rename(value: Json) -> Json:
    """Spell the keys of nested settings as SageMaker does: `min_resource` -> `MinResource`."""
    if not isinstance(value, dict):
        return value
    return {key.title().replace("_", ""): rename(each) for key, each in value.items()}


def without_nothing(**members: Json) -> dict[str, Json]:
    """Leave out the members that nobody gave."""
    return {name: value for name, value in members.items() if value is not None}
