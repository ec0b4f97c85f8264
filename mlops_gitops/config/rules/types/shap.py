"""MG111: The parts of a SHAP configuration contradict one another.

A baseline is given or computed, so it goes without `num_clusters`. The rows of a baseline have one
value for each feature, so they are equally long. Single features can be chosen in tables only, not
in texts or images. Source: `SHAPConfig` in the SageMaker Python SDK.

Wrong:
    {"baseline": [[0.5, 12, 3]], "num_clusters": 10}

Right:
    {"baseline": [[0.5, 12, 3]]}
"""

from collections.abc import Iterator, Mapping

from mlops_gitops.config.document import Json, Path
from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.problems import Problem

_CONFIG = "shap_config"


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse what the processing job would refuse."""
    config = draft.fields.get(_CONFIG)
    for path, said in wrong_shap(config) if isinstance(config, dict) else ():
        yield draft.at(said, _CONFIG, *path)


def wrong_shap(config: Mapping[str, Json]) -> Iterator[tuple[Path, Said]]:
    """Say what is wrong with a SHAP configuration, and where in it."""
    yield from _doubled(config)
    yield from _uneven(config.get("baseline"))


def _doubled(config: Mapping[str, Json]) -> Iterator[tuple[Path, Said]]:
    if "baseline" in config and "num_clusters" in config:
        message = "A baseline is given, so none is computed with 'num_clusters'."
        yield ("num_clusters",), Said("MG111", message, "Keep one of the two.")
    for name in ("text_config", "image_config"):
        if name in config and "features_to_explain" in config:
            message = f"Features cannot be chosen together with {quoted(name)}."
            hint = f"Delete 'features_to_explain' or {quoted(name)}."
            yield ("features_to_explain",), Said("MG111", message, hint)


def _uneven(baseline: Json) -> Iterator[tuple[Path, Said]]:
    rows = baseline if isinstance(baseline, list) else []
    lengths = [len(row) for row in rows if isinstance(row, list)]
    for index, length in enumerate(lengths):
        if length != lengths[0]:
            message = f"Row {index + 1} of the baseline has {length} values, row 1 {lengths[0]}."
            yield ("baseline", index), Said("MG111", message, "Give every row the same features.")
            return
