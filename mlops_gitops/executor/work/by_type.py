"""Which work is done for a step of which type."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from mlops_gitops.executor.work import (
    callback,
    control,
    function,
    processing,
    registry,
    stub,
    training,
    tuning,
)
from mlops_gitops.executor.work.desk import Desk, Done

_WORK: Mapping[str, Callable[[Desk], Done]] = MappingProxyType(
    {
        "Processing": processing.work,
        "Training": training.work,
        "Tuning": tuning.work,
        "Condition": control.decide,
        "ForEach": control.expand,
        "Fail": control.fail,
        "Callback": callback.work,
        "Lambda": function.work,
        "Model": registry.create_model,
        "RegisterModel": registry.register_model,
        "AutoML": stub.auto_ml,
        "Transform": stub.transform,
        "ClarifyCheck": stub.check,
        "QualityCheck": stub.check,
        "EMR": stub.emr,
        "EMRServerless": stub.emr_serverless,
        "EndpointConfig": stub.endpoint_config,
        "Endpoint": stub.endpoint,
        "InferenceComponent": stub.inference_component,
        "Lineage": stub.lineage,
    }
)


def work_of(kind: str) -> Callable[[Desk], Done]:
    """Find the work of a type; one that is not known gets a stand-in."""
    return _WORK.get(kind, stub.anything)
