"""MG110: The facets of a bias configuration and their values do not fit together.

With one facet, `facet_values_or_threshold` lists its values. With a list of facets it has one list
of values for each, in the same order, or `null` for a facet whose every value counts. Source:
`BiasConfig` in the SageMaker Python SDK.

Wrong:
    {"facet_name": ["age", "region"], "facet_values_or_threshold": [40]}

Right:
    {"facet_name": ["age", "region"], "facet_values_or_threshold": [[40], ["north"]]}
"""

from collections.abc import Iterator, Mapping

from mlops_gitops.config.document import Json, Path
from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said
from mlops_gitops.problems import Problem

_CONFIG, _NAMES, _VALUES = "bias_config", "facet_name", "facet_values_or_threshold"


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse values that are not those of the facets."""
    config = draft.fields.get(_CONFIG)
    for path, said in wrong_facets(config) if isinstance(config, dict) else ():
        yield draft.at(said, _CONFIG, *path)


def wrong_facets(config: Mapping[str, Json]) -> Iterator[tuple[Path, Said]]:
    """Say what is wrong with the facets of a bias configuration, and where in it."""
    values = config.get(_VALUES)
    if not isinstance(values, list):
        return
    names = config[_NAMES]
    said = _of_many(len(names), values) if isinstance(names, list) else _of_one(values)
    if said is not None:
        yield (_VALUES,), said


def _of_one(values: list[Json]) -> Said | None:
    if not any(value is None or isinstance(value, list) for value in values):
        return None
    message = "There is one facet, so its values are plain, not lists or null."
    return Said("MG110", message, "Write its values in one list, such as [40].")


def _of_many(facets: int, values: list[Json]) -> Said | None:
    if len(values) != facets:
        message = f"There are {facets} facets, but values for {len(values)}."
        return Said("MG110", message, f"Write {facets} lists of values, one for each facet.")
    if all(value is None or isinstance(value, list) for value in values):
        return None
    message = "There is a list of facets, so each has a list of values."
    return Said("MG110", message, "Write lists in the list, such as [[40], [1]].")
