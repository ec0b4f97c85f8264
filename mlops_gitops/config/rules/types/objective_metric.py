"""MG149: The objective metric is none of the metrics that are defined.

Where `metric_definitions` says which metrics are read from the log, the objective is one of them.

Wrong:
    {"tuner_configs": {"objective_metric_name": "validation:auc",
                       "metric_definitions": [{"Name": "auc", "Regex": "auc=([0-9.]+)"}]}}

Right:
    {"tuner_configs": {"objective_metric_name": "auc",
                       "metric_definitions": [{"Name": "auc", "Regex": "auc=([0-9.]+)"}]}}
"""

from collections.abc import Iterator

from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said, listed, quoted
from mlops_gitops.problems import Problem

_TUNER, _OBJECTIVE, _METRICS = "tuner_configs", "objective_metric_name", "metric_definitions"


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse an objective that no definition finds."""
    tuner = draft.fields.get(_TUNER)
    metrics = tuner.get(_METRICS) if isinstance(tuner, dict) else None
    if not isinstance(tuner, dict) or not isinstance(metrics, list):
        return
    defined = [str(metric["Name"]) for metric in metrics if isinstance(metric, dict)]
    objective = str(tuner[_OBJECTIVE])
    if objective not in defined:
        message = f"No metric definition is called {quoted(objective)}."
        hint = f"Write {listed([quoted(name) for name in defined], 'or')}, or define the metric."
        yield draft.at(Said("MG149", message, hint), _TUNER, _OBJECTIVE)
