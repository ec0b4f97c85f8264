"""Networks: where models and jobs are put into the VPC of their stage.

Who names a network keeps it. Source of the members: `VpcConfig` and `NetworkConfig` of the
requests in the SageMaker API reference, and of the resource types in CloudFormation's.
"""

from collections.abc import Mapping
from typing import Any

from mlops_gitops.config.document import Json
from mlops_gitops.config.installation import Network

VPC = "VpcConfig"

_Place = tuple[str, ...]

_OWN: tuple[_Place, ...] = ((VPC,),)
_OF_PROCESSING: tuple[_Place, ...] = (("NetworkConfig", VPC),)
_OF_TUNING: tuple[_Place, ...] = (("TrainingJobDefinition", VPC), ("TrainingJobDefinitions", VPC))
_OF_AUTO_ML: tuple[_Place, ...] = (("AutoMLJobConfig", "SecurityConfig", VPC),)

REQUESTS: Mapping[str, tuple[_Place, ...]] = {
    "createAutoMLJob": _OF_AUTO_ML,
    "createAutoMLJobV2": (("SecurityConfig", VPC),),
    "createHyperParameterTuningJob": _OF_TUNING,
    "createModel": _OWN,
    "createProcessingJob": _OF_PROCESSING,
    "createTrainingJob": _OWN,
}
"""Action of Step Functions -> where its request names a VPC. A transform has its model's."""

STEPS: Mapping[str, tuple[_Place, ...]] = {
    "AutoML": _OF_AUTO_ML,
    "ClarifyCheck": _OF_PROCESSING,
    "Model": _OWN,
    "Processing": _OF_PROCESSING,
    "QualityCheck": _OF_PROCESSING,
    "Training": _OWN,
    "Tuning": _OF_TUNING,
}
"""Type of a pipeline's step -> where its arguments name a VPC."""

RESOURCES: Mapping[str, tuple[_Place, ...]] = {
    "AWS::SageMaker::DataQualityJobDefinition": _OF_PROCESSING,
    "AWS::SageMaker::Model": _OWN,
    "AWS::SageMaker::ModelBiasJobDefinition": _OF_PROCESSING,
    "AWS::SageMaker::ModelExplainabilityJobDefinition": _OF_PROCESSING,
    "AWS::SageMaker::ModelQualityJobDefinition": _OF_PROCESSING,
    "AWS::SageMaker::MonitoringSchedule": (
        ("MonitoringScheduleConfig", "MonitoringJobDefinition", "NetworkConfig", VPC),
    ),
    "AWS::SageMaker::ProcessingJob": _OF_PROCESSING,
}
"""Type of a resource -> where its properties name a VPC. Endpoints have their models'."""

_NOT_MADE = frozenset(
    {
        "MonitoringJobDefinition",
        "MonitoringScheduleConfig",
        "TrainingJobDefinition",
        "TrainingJobDefinitions",
    }
)
"""Members that say more than the network: where they are not, there is nothing to put it in."""


def vpc_of(network: Network) -> dict[str, Json]:
    """Spell a network as SageMaker does."""
    return {
        "SecurityGroupIds": [*network.security_groups],
        "Subnets": [*network.subnets],
    }


def with_network(request: Any, places: tuple[_Place, ...], network: Network) -> Any:
    """Put a network into a request or into properties, wherever none is named."""
    for place in places:
        request = _put(request, place, vpc_of(network))
    return request


def _put(value: Any, place: _Place, vpc: dict[str, Json]) -> Any:
    head, rest = place[0], place[1:]
    match value:
        case list():
            return [_put(each, place, vpc) for each in value]
        case dict() if not _is_function(value) and f"{head}.$" not in value:
            if not rest:
                return {head: vpc} | value
            if head in _NOT_MADE and head not in value:
                return value
            return value | {head: _put(value.get(head, {}), rest, vpc)}
        case _:
            # An expression, or a function of CloudFormation: who wrote it knows what comes of it.
            return value


def _is_function(value: dict[str, Any]) -> bool:
    """Tell whether CloudFormation makes another value of it."""
    return len(value) == 1 and next(iter(value)).startswith(("Fn::", "Ref"))
