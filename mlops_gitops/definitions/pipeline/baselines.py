"""Baselines: what checks calculate and compare with, as a registered model carries it.

Source: `ModelMetrics` and `DriftCheckBaselines` of CreateModelPackage, SageMaker API reference;
the properties of `ClarifyCheckStep` and `QualityCheckStep`, SageMaker Python SDK.
"""

from collections.abc import Iterator, Mapping

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.pipeline.clarify import monitoring_config_uri
from mlops_gitops.definitions.pipeline.references import get, scalar
from mlops_gitops.definitions.pipeline.shorthand import Shorthand

CHECKS = ("clarify_check", "quality_check")
_JSON = "application/json"
_METRICS = {
    "model_quality": "ModelQuality",
    "model_data_quality": "ModelDataQuality",
    "bias": "Bias",
    "explainability": "Explainability",
}
_MEMBERS = {
    "statistics": "Statistics",
    "constraints": "Constraints",
    "report": "Report",
    "pre_training_report": "PreTrainingReport",
    "post_training_report": "PostTrainingReport",
    "config_file": "ConfigFile",
    "pre_training_constraints": "PreTrainingConstraints",
    "post_training_constraints": "PostTrainingConstraints",
}
_STATISTICS = "Statistics"
_CONSTRAINTS = "Constraints"
_OF_QUALITY = {"data_quality": "ModelDataQuality", "model_quality": "ModelQuality"}
_OF_CLARIFY = {
    "data_bias": ("Bias", "PreTrainingReport", "PreTrainingConstraints"),
    "model_bias": ("Bias", "PostTrainingReport", "PostTrainingConstraints"),
    "explainability": ("Explainability", "Report", "Constraints"),
}


def metrics_of(step: Shorthand) -> dict[str, Json]:
    """Give what a registration says of its model: of its checks, and what it says itself."""
    found: dict[str, dict[str, Json]] = {}
    for name, check in _checks(step):
        for kind, metric in _OF_QUALITY.items():
            if kind in check:
                found[metric] = _both(name, "CalculatedBaseline")
        for kind, (metric, report, _) in _OF_CLARIFY.items():
            if kind in check:
                source = _source(get(f"Steps.{name}.CalculatedBaselineConstraints"))
                found.setdefault(metric, {})[report] = source
    return _with_written(found, step.value.get("metrics"))


def drift_check_baselines(step: Shorthand) -> dict[str, Json]:
    """Give what later checks compare with: what its checks used, and what it says itself."""
    found: dict[str, dict[str, Json]] = {}
    for name, check in _checks(step):
        for kind, metric in _OF_QUALITY.items():
            if kind in check:
                found[metric] = _both(name, "BaselineUsedForDriftCheck")
        for kind, (metric, _, constraints) in _OF_CLARIFY.items():
            if kind in check:
                source = _source(get(f"Steps.{name}.BaselineUsedForDriftCheckConstraints"))
                found.setdefault(metric, {})[constraints] = source
                found[metric]["ConfigFile"] = _source(monitoring_config_uri(check, step.around))
    return _with_written(found, step.value.get("drift_check_baselines"))


def _checks(step: Shorthand) -> Iterator[tuple[str, Mapping[str, Json]]]:
    written = step.value.get("checks")
    for name in written if isinstance(written, list) else ():
        yield str(name), step.around.declared[str(name)]


def _both(name: str, which: str) -> dict[str, Json]:
    return {
        part: _source(get(f"Steps.{name}.{which}{part}")) for part in (_STATISTICS, _CONSTRAINTS)
    }


def _source(uri: Json) -> dict[str, Json]:
    return {"ContentType": _JSON, "S3Uri": uri}


def _with_written(found: dict[str, dict[str, Json]], written: Json) -> dict[str, Json]:
    for kind, members in (written if isinstance(written, dict) else {}).items():
        for member, uri in (members if isinstance(members, dict) else {}).items():
            found.setdefault(_METRICS[kind], {})[_MEMBERS[member]] = _source(scalar(uri))
    return dict(found)
