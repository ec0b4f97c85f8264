"""Clarify: the analysis configurations of checks for bias and of explainability.

Each check has two: one for its own job, one for monitors that compare with its baseline. The model
that is asked is no part of them: the step names it beside them.

Sources: "Analysis Configuration Files", SageMaker developer guide; `ClarifyCheckStep`, SageMaker
Python SDK 2.257.7.
"""

import json
from collections.abc import Mapping

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.asset import Asset
from mlops_gitops.definitions.pipeline.shorthand import given
from mlops_gitops.definitions.pipeline.surroundings import Surroundings

KINDS = {
    "data_bias": "DATA_BIAS",
    "model_bias": "MODEL_BIAS",
    "explainability": "MODEL_EXPLAINABILITY",
}
"""Types of checks: as configs spell them -> as definitions do."""

_REPORT: Json = {"name": "report", "title": "Analysis Report"}
_SHAP: Mapping[str, Json] = {"use_logit": False, "save_local_shap_values": True}
_CSV = "text/csv"
_PREDICTED = ("label", "probability", "label_headers")
_COUNT = 1


def kind_of_check(check: Mapping[str, Json]) -> str:
    """Give the one type that a check has."""
    return next(kind for kind in KINDS if kind in check)


def analysis_config(check: Mapping[str, Json]) -> Asset:
    """Give what the job of a check reads."""
    kind = kind_of_check(check)
    about, data = _object(check[kind]), _object(check["data"])
    config: dict[str, Json] = {
        "dataset_type": data.get("dataset_type", _CSV),
        **_members(data, "features", "headers", "label"),
    }
    match kind:
        case "data_bias":
            config |= _bias(about)
            methods: dict[str, Json] = {"pre_training_bias": _methods(about)}
        case "model_bias":
            predicted = _object(about.get("predicted_label"))
            config |= _bias(about) | _members(predicted, "probability_threshold")
            config["predictor"] = {**_members(predicted, *_PREDICTED), **_predictor(about)}
            methods = {"post_training_bias": _methods(about)}
        case _:
            scores = about.get("model_scores")
            label: dict[str, Json] = {} if scores is None else {"label": scores}
            config["predictor"] = {**_predictor(about), **label}
            methods = {"shap": _shap(about)}
    config["methods"] = {**methods, "report": _REPORT}
    return _asset("analysis_config.json", config)


def monitoring_config(check: Mapping[str, Json]) -> Asset:
    """Give what monitors read that compare with the baseline of a check."""
    kind = kind_of_check(check)
    about, data = _object(check[kind]), _object(check["data"])
    if kind != "explainability":
        config = {**_bias(about), **_members(data, "headers", "label")}
        return _asset("bias_monitoring_config.json", config)
    headers = data.get("headers")
    columns = headers if isinstance(headers, list) else []
    # Labels play no part in explanations.
    features: list[Json] = [name for name in columns if name != data.get("label")]
    config = {
        "methods": {"shap": _shap(about)},
        "predictor": _predictor(about),
        **given(headers=features),
    }
    return _asset("explainability_monitoring_config.json", config)


def monitoring_config_uri(check: Mapping[str, Json], around: Surroundings) -> str:
    """Give where monitors find what they read."""
    return uri_of(monitoring_config(check), around)


def uri_of(asset: Asset, around: Surroundings) -> str:
    """Give where an asset is."""
    return f"s3://{around.scope.assets_bucket}/{asset.key}"


def _bias(about: Mapping[str, Json]) -> dict[str, Json]:
    config = _object(about["bias_config"])
    names, values = config["facet_name"], config.get("facet_values_or_threshold")
    if isinstance(names, list):
        each = values if isinstance(values, list) else [None] * len(names)
        facets = [_facet(name, value) for name, value in zip(names, each, strict=True)]
    else:
        facets = [_facet(names, values)]
    group = config.get("group_name")
    return {
        "label_values_or_threshold": config["label_values_or_threshold"],
        "facet": facets,
        **({} if group is None else {"group_variable": group}),
    }


def _facet(name: Json, values: Json) -> Json:
    return {"name_or_index": name, **({} if values is None else {"value_or_threshold": values})}


def _methods(about: Mapping[str, Json]) -> Json:
    return {"methods": about.get("methods", "all")}


def _predictor(about: Mapping[str, Json]) -> dict[str, Json]:
    """Describe the endpoint that Clarify makes for the time of the job."""
    model = _object(about["model"])
    return {
        "instance_type": model["instance_type"],
        "initial_instance_count": model.get("instance_count", _COUNT),
        **_members(model, "accept_type", "content_type"),
    }


def _shap(about: Mapping[str, Json]) -> Json:
    return {**_SHAP, **_object(about["shap"])}


def _members(value: Mapping[str, Json], *names: str) -> dict[str, Json]:
    """Give the members that are written; 0 is written, null is not."""
    return {name: value[name] for name in names if value.get(name) is not None}


def _object(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}


def _asset(name: str, config: Mapping[str, Json]) -> Asset:
    text = json.dumps(config, sort_keys=True, indent=1, ensure_ascii=False)
    return Asset(name=name, content=text.encode())
