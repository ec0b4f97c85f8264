"""Parameters of monitors: image, names, and what SageMaker wants spelled its own way."""

from collections.abc import Callable, Mapping

from mlops_gitops.definitions.baseline import baseline_name, schedule_name
from mlops_gitops.desired.context import Context
from mlops_gitops.desired.stack import Resolved

# Analyses that Clarify makes, and the version of its image that the SageMaker SDK takes.
_CLARIFY_FIELDS = ("bias_config", "shap_config")
_CLARIFY = ("clarify", "1.0")
_ANALYZER = ("model-monitor", "")


def _monitor_image_uri(context: Context) -> Resolved:
    asks_clarify = any(context.value(field) is not None for field in _CLARIFY_FIELDS)
    name, version = _CLARIFY if asks_clarify else _ANALYZER
    uri = context.inputs.images.uri(name, version, context.settings.region)
    return Resolved(uri, f"derived: SageMaker's image of {name} in the settings' region")


def _baseline_name(context: Context) -> Resolved:
    name = baseline_name(context.scope, _monitor_image_uri(context).value)
    return Resolved(name, "derived: from all that the baseline is made from")


def _schedule_name(context: Context) -> Resolved:
    return Resolved(schedule_name(context.scope), "derived: from endpoint, type and stack")


def _shap_baseline_key(context: Context) -> Resolved:
    config = context.value("shap_config")
    baseline = config.get("baseline") if isinstance(config, dict) else None
    if isinstance(baseline, str):
        return Resolved(baseline, f"derived: baseline in {context.place('shap_config')}")
    return Resolved("", "derived: the SHAP baseline is no file")


DERIVATIONS: Mapping[str, Callable[[Context], Resolved]] = {
    "BaselineName": _baseline_name,
    "MonitorImageUri": _monitor_image_uri,
    "MonitoringScheduleName": _schedule_name,
    "ShapBaselineKey": _shap_baseline_key,
}
