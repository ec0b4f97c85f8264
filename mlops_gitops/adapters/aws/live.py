"""Live resources: read from their own services, through the plan role of their account.

Sources: `Describe*`, `GetPipeline` and `BatchGetProjects` in the services' API references. Where an
answer spells a property otherwise than templates do, `_RENAMED` says how.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mlops_gitops.adapters.aws.sagemaker import is_missing
from mlops_gitops.adapters.aws.session import PLAN_ROLE, Accounts, call
from mlops_gitops.errors import AwsError
from mlops_gitops.ports.live import LiveResource

Answer = dict[str, Any]
Asked = Callable[["_Reader", str], LiveResource | None]

_CHANGING = {"Creating", "Updating", "SystemUpdating", "RollingBack", "Deleting"}
_GONE = {
    "PipelineNotFoundException",
    "ResourceNotFound",
    "ResourceNotFoundException",
    "StateMachineDoesNotExist",
}
_OPAQUE = {"configuration"}
_OWN_KEYS = {"custom_details", "metadata"}
"""Maps whose keys are the user's, not the API's."""
_RENAMED = {"Buildspec": "BuildSpec"}


@dataclass(frozen=True, slots=True)
class _Reader:
    """A client of one service in one account."""

    client: Any
    where: str

    def ask(self, operation: str, **arguments: Any) -> Answer | None:
        """Call the service; None if it says that there is no such thing."""
        try:
            answer: Answer = call(self.where, getattr(self.client, operation), **arguments)
        except AwsError as error:
            if error.code in _GONE or is_missing(error):
                return None
            raise
        return answer


class AwsLive:
    """Resources of stage accounts, and the delivery pipelines of the orchestrator.

    Args:
        accounts: hands out clients.
        orchestrator_account: where pipelines are read as ourselves.
    """

    def __init__(self, accounts: Accounts, orchestrator_account: str) -> None:
        self._accounts = accounts
        self._orchestrator = orchestrator_account

    def reads(self, resource_type: str) -> bool:
        """Whether resources of a type can be read."""
        return resource_type in _READERS

    def read(self, account: str, resource_type: str, physical_id: str) -> LiveResource | None:
        """Read one resource; None if it is gone."""
        service, asked = _READERS[resource_type]
        where = f"While reading {resource_type} {physical_id} in {account}"
        return asked(_Reader(self._client(account, service), where), physical_id)

    def _client(self, account: str, service: str) -> Any:
        if service == "codepipeline" and account == self._orchestrator:
            return self._accounts.own(service)
        return self._accounts.client(account, PLAN_ROLE, service)


def _name(physical_id: str) -> str:
    return physical_id.rsplit("/", 1)[-1]


def _described(kind: str, argument: str) -> Asked:
    """Read what SageMaker describes in the words of templates."""

    def read(reader: _Reader, physical_id: str) -> LiveResource | None:
        found = reader.ask(f"describe_{kind}", **{argument: _name(physical_id)})
        return None if found is None else LiveResource(properties=_plain(found))

    return read


def _endpoint(reader: _Reader, physical_id: str) -> LiveResource | None:
    """Read an endpoint and the configuration that it serves, with the counts of this moment."""
    found = reader.ask("describe_endpoint", EndpointName=_name(physical_id))
    if found is None:
        return None
    served = reader.ask("describe_endpoint_config", EndpointConfigName=found["EndpointConfigName"])
    status = found["EndpointStatus"]
    return LiveResource(
        properties=_plain({**_served(found, served or {}), "EndpointName": found["EndpointName"]}),
        busy=f"the endpoint is {status}" if status in _CHANGING else "",
    )


def _served(found: Answer, config: Answer) -> Answer:
    properties = {"EndpointConfigName": found["EndpointConfigName"]}
    for key in ("ProductionVariants", "ShadowProductionVariants"):
        now = {each["VariantName"]: each for each in found.get(key, [])}
        declared = config.get(key) or list(now.values())
        if declared:
            properties[key] = [
                _variant(each, now.get(each["VariantName"], {})) for each in declared
            ]
    capture = {**config.get("DataCaptureConfig", {}), **_capture(found)}
    return {**properties, **({"DataCaptureConfig": capture} if capture else {})}


def _variant(declared: Answer, now: Answer) -> Answer:
    told = {
        "InitialInstanceCount": now.get("DesiredInstanceCount"),
        "InitialVariantWeight": now.get("DesiredWeight"),
    }
    return {**declared, **{key: value for key, value in told.items() if value is not None}}


def _capture(found: Answer) -> Answer:
    """Give what an endpoint itself says of its capture of data."""
    told = found.get("DataCaptureConfig") or {}
    names = {
        "EnableCapture": "EnableCapture",
        "CurrentSamplingPercentage": "InitialSamplingPercentage",
        "DestinationS3Uri": "DestinationS3Uri",
    }
    return {name: told[key] for key, name in names.items() if key in told}


def _pipeline_definition(reader: _Reader, physical_id: str) -> LiveResource | None:
    found = reader.ask("describe_pipeline", PipelineName=_name(physical_id))
    if found is None:
        return None
    body = {"PipelineDefinitionBody": found["PipelineDefinition"]}
    return LiveResource(properties=_plain({**found, "PipelineDefinition": body}))


def _model_package_group(reader: _Reader, physical_id: str) -> LiveResource | None:
    name = _name(physical_id)
    found = reader.ask("describe_model_package_group", ModelPackageGroupName=name)
    return None if found is None else LiveResource(properties=_plain(found))


def _model_card(reader: _Reader, physical_id: str) -> LiveResource | None:
    """Read a card; templates spell what the service calls `model_overview` `ModelOverview`."""
    found = reader.ask("describe_model_card", ModelCardName=_name(physical_id))
    if found is None:
        return None
    content = _pascal(json.loads(found["Content"]))
    return LiveResource(properties=_plain({**found, "Content": content}))


def _pascal(value: Any, key: str = "") -> Any:
    match value:
        case dict() if key not in _OWN_KEYS:
            words = {name: name.split("_") for name in value}
            return {
                "".join(word[:1].upper() + word[1:] for word in words[name]): _pascal(each, name)
                for name, each in value.items()
            }
        case list():
            return [_pascal(each, key) for each in value]
        case _:
            return value


def _state_machine(reader: _Reader, physical_id: str) -> LiveResource | None:
    found = reader.ask("describe_state_machine", stateMachineArn=physical_id)
    if found is None:
        return None
    told = _capitalised(found)
    definition = {"Definition": found["definition"], "DefinitionString": found["definition"]}
    named = {"StateMachineName": found["name"], "StateMachineType": found.get("type")}
    return LiveResource(properties=_plain({**told, **named, **definition}))


def _project(reader: _Reader, physical_id: str) -> LiveResource | None:
    found = reader.ask("batch_get_projects", names=[physical_id]) or {}
    projects = found.get("projects", [])
    return LiveResource(properties=_plain(_capitalised(projects[0]))) if projects else None


def _delivery_pipeline(reader: _Reader, physical_id: str) -> LiveResource | None:
    found = reader.ask("get_pipeline", name=physical_id)
    return None if found is None else LiveResource(properties=_capitalised(found["pipeline"]))


def _capitalised(value: Any, key: str = "") -> Any:
    """Spell members as templates do; the keys of a user's map stay as they are."""
    match value:
        case dict():
            return {
                name if key in _OPAQUE else _renamed(name): _capitalised(each, name)
                for name, each in value.items()
            }
        case list():
            return [_capitalised(each, key) for each in value]
        case _:
            return value


def _renamed(name: str) -> str:
    capital = name[:1].upper() + name[1:]
    return _RENAMED.get(capital, capital)


def _plain(found: Mapping[str, Any]) -> Answer:
    """Leave out what is no property: the answer's own metadata, and times."""
    return {
        key: value
        for key, value in found.items()
        if key != "ResponseMetadata" and not hasattr(value, "tzinfo") and value is not None
    }


def _job_definition(kind: str) -> tuple[str, Asked]:
    return "sagemaker", _described(f"{kind}_job_definition", "JobDefinitionName")


_READERS: Mapping[str, tuple[str, Asked]] = {
    "AWS::SageMaker::Endpoint": ("sagemaker", _endpoint),
    "AWS::SageMaker::EndpointConfig": (
        "sagemaker",
        _described("endpoint_config", "EndpointConfigName"),
    ),
    "AWS::SageMaker::Model": ("sagemaker", _described("model", "ModelName")),
    "AWS::SageMaker::MonitoringSchedule": (
        "sagemaker",
        _described("monitoring_schedule", "MonitoringScheduleName"),
    ),
    "AWS::SageMaker::DataQualityJobDefinition": _job_definition("data_quality"),
    "AWS::SageMaker::ModelQualityJobDefinition": _job_definition("model_quality"),
    "AWS::SageMaker::ModelBiasJobDefinition": _job_definition("model_bias"),
    "AWS::SageMaker::ModelExplainabilityJobDefinition": _job_definition("model_explainability"),
    "AWS::SageMaker::ModelPackageGroup": ("sagemaker", _model_package_group),
    "AWS::SageMaker::ModelCard": ("sagemaker", _model_card),
    "AWS::SageMaker::Pipeline": ("sagemaker", _pipeline_definition),
    "AWS::StepFunctions::StateMachine": ("stepfunctions", _state_machine),
    "AWS::CodeBuild::Project": ("codebuild", _project),
    "AWS::CodePipeline::Pipeline": ("codepipeline", _delivery_pipeline),
}
"""Type -> the service that knows it, and how that is asked."""
