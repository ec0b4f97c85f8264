"""MG148: A setting does not go with the strategy of the tuning.

Only Hyperband has settings, fewest resources first, and it stops jobs early by itself, so
`early_stopping_type` stays Off. More than 750 jobs need strategy Random. Source:
`HyperParameterTuningJobConfig` in the SageMaker API reference, and "Resource limits for automatic
model tuning" in the developer guide.

Wrong:
    {"tuner_configs": {"objective_metric_name": "validation:auc",
                       "strategy": "Hyperband", "early_stopping_type": "Auto"}}

Right:
    {"tuner_configs": {"objective_metric_name": "validation:auc", "strategy": "Hyperband"}}
"""

from collections.abc import Iterator, Mapping

from mlops_gitops.config.document import Json
from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.problems import Problem

_TUNER = "tuner_configs"
_CONFIG, _STOPPING, _JOBS = "strategy_config", "early_stopping_type", "max_jobs"
_BAND, _LEAST, _MOST = "hyperband_strategy_config", "min_resource", "max_resource"
_MOST_JOBS = 750
_UP_TO_750 = frozenset({"Bayesian", "Hyperband"})


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse settings of another strategy."""
    tuner = draft.fields.get(_TUNER)
    if not isinstance(tuner, dict):
        return
    strategy = str(tuner.get("strategy", "Bayesian"))
    if strategy == "Hyperband":
        yield from _hyperband(draft, tuner)
    elif _CONFIG in tuner:
        message = f"{quoted(_CONFIG)} is for strategy Hyperband; the strategy is {strategy}."
        yield draft.at_key(Said("MG148", message, "Delete it, or use Hyperband."), _TUNER, _CONFIG)
    jobs = tuner.get(_JOBS, 1)
    if strategy in _UP_TO_750 and isinstance(jobs, (int, float)) and jobs > _MOST_JOBS:
        message = f"Strategy {strategy} runs up to {_MOST_JOBS} jobs, not {jobs}."
        yield draft.at(Said("MG148", message, "Write fewer, or use Random."), _TUNER, _JOBS)


def _hyperband(draft: Draft, tuner: Mapping[str, Json]) -> Iterator[Problem]:
    if tuner.get(_STOPPING) == "Auto":
        message = "Strategy Hyperband stops jobs early by itself."
        hint = f"Delete {_STOPPING}, or write Off."
        yield draft.at(Said("MG148", message, hint), _TUNER, _STOPPING)
    config = tuner.get(_CONFIG)
    band = config.get(_BAND) if isinstance(config, dict) else None
    least, most = (band.get(_LEAST), band.get(_MOST)) if isinstance(band, dict) else (None, None)
    if isinstance(least, (int, float)) and isinstance(most, (int, float)) and least > most:
        message = f"{quoted(_LEAST)} is {least}, more than {quoted(_MOST)}, which is {most}."
        said = Said("MG148", message, "Write the smaller number as min_resource.")
        yield draft.at(said, _TUNER, _CONFIG, _BAND, _LEAST)
