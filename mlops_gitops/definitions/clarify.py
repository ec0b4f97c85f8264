"""SageMaker Clarify: the analysis configurations of bias and explainability monitors.

Each monitor has two: one for its baseline job, one for its schedule. Two things in them are known
only when the state machine runs: the header line of the baseline data (`$headers`; the first is
the label's column unless the config names another) and the model behind the endpoint (`$model`).

Sources: "Analysis Configuration Files" and "Parameters to Monitor Bias Drift", SageMaker developer
guide; `ModelBiasMonitor` and `ModelExplainabilityMonitor`, SageMaker Python SDK 2.218.0.
"""

import json
from collections.abc import Iterable, Mapping

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.literal import literal
from mlops_gitops.definitions.scope import Scope

_HEADERS = "{% $headers %}"
_FIRST = "{% $headers[0] %}"
_ALL_BUT_FIRST = "{% [$headers[[1..$count($headers)-1]]] %}"  # a list, even of one
_MODEL = "{% $model %}"
_REPORT: Json = {"name": "report", "title": "Analysis Report"}
_ALL: Json = {"methods": "all"}
_LABEL_FIELD = "baseline_ground_truth_attribute"
_SHAP_DEFAULTS: Mapping[str, Json] = {"use_logit": False, "save_local_shap_values": True}


def bias_baseline(scope: Scope) -> Json:
    """Configure the bias baseline job: all metrics before and after training."""
    predicted = _fields(scope, "model_predicted_label_config")
    return {
        **_dataset(scope),
        **_bias(scope),
        "methods": {
            "report": _REPORT,
            "pre_training_bias": _ALL,
            "post_training_bias": _ALL,
        },
        "predictor": {
            **_predictor(),
            **_given(predicted, ("label", "probability", "label_headers")),
        },
        **_given(predicted, ("probability_threshold",)),
    }


def bias_monitor(scope: Scope) -> Json:
    """Configure the bias schedule: predictions come from the endpoint's captured data."""
    return {**_bias(scope), "headers": _HEADERS, "label": _label(scope)}


def explainability_baseline(scope: Scope) -> Json:
    """Configure the explainability baseline job: Shapley values of the model's scores."""
    scores = scope.value("model_scores")
    label = {} if scores is None else {"label": literal(scores)}
    return {
        **_dataset(scope),
        "predictor": {**_predictor(), **label},
        "methods": {"report": _REPORT, "shap": _shap(scope)},
    }


def explainability_monitor(scope: Scope) -> Json:
    """Configure the explainability schedule, which asks the model too; labels play no part."""
    return {
        "methods": {"shap": _shap(scope)},
        "predictor": _predictor(),
        "headers": _features(scope),
    }


def _dataset(scope: Scope) -> dict[str, Json]:
    return {"dataset_type": "text/csv", "headers": _HEADERS, "label": _label(scope)}


def _label(scope: Scope) -> Json:
    return literal(scope.text(_LABEL_FIELD)) or _FIRST


def _features(scope: Scope) -> Json:
    """Name all columns but the label's."""
    label = scope.text(_LABEL_FIELD)
    # A text in JSON is a text in JSONata; no % may stand beside a brace inside of an expression.
    name = json.dumps(label).replace("%", "\\u0025")
    return (
        f"{{% [$filter($headers, function($h) {{ $h != {name} }})] %}}" if label else _ALL_BUT_FIRST
    )


def _predictor() -> dict[str, Json]:
    """Describe the endpoint that Clarify makes for the time of a job, to ask the model."""
    return {
        "model_name": _MODEL,
        "instance_type": {"Ref": "InstanceType"},
        "initial_instance_count": 1,
        "accept_type": "text/csv",
    }


def _bias(scope: Scope) -> dict[str, Json]:
    config = _fields(scope, "bias_config")
    group = config.get("group_name")
    return {
        "label_values_or_threshold": literal(config["label_values_or_threshold"]),
        "facet": _facets(config["facet_name"], config.get("facet_values_or_threshold")),
        **({} if group is None else {"group_variable": literal(group)}),
    }


def _facets(names: Json, values: Json) -> Json:
    """Pair facets with their values; with a list of facets each has a list of its own."""
    if not isinstance(names, list):
        return [_facet(names, values)]
    each = values if isinstance(values, list) else [None] * len(names)
    return [_facet(name, value) for name, value in zip(names, each, strict=True)]


def _facet(name: Json, values: Json) -> Json:
    given = {} if values is None else {"value_or_threshold": literal(values)}
    return {"name_or_index": literal(name), **given}


def _shap(scope: Scope) -> dict[str, Json]:
    config = _fields(scope, "shap_config")
    written = {name: literal(value) for name, value in config.items() if value is not None}
    if isinstance(config.get("baseline"), str):
        written["baseline"] = {"Fn::Sub": "s3://${AssetsBucket}/${ShapBaselineKey}"}
    return {**_SHAP_DEFAULTS, **written}


def _fields(scope: Scope, field: str) -> Mapping[str, Json]:
    value = scope.value(field)
    return value if isinstance(value, dict) else {}


def _given(config: Mapping[str, Json], names: Iterable[str]) -> dict[str, Json]:
    """Give the members that are written; 0 is written, null is not."""
    return {name: literal(config[name]) for name in names if config.get(name) is not None}
