# ruff: noqa: SLF001 -- private hooks are what this file is for
"""Drift of types that ministack makes, but does not compare, or not closely.

Which types CloudFormation looks at: "Resource type support for imports and drift detection",
CloudFormation user guide; those of this file are there, or have a read handler in the registry. It
reads on the event loop, where no service can be called, so it looks into ministack's stores.

Import it only after `prepare_environment`.

Private hooks in use, held by `tests/emulator/test_ministack_hooks.py`:
`cloudformation.drift._DRIFT_READERS`, `apigateway_v1._rest_apis`, `._resources`, `._stages_v1` and
`._deployments_v1`, `cloudwatch._alarms`, `codebuild._projects` and `._project_shape`,
`eventbridge._rules` and `._targets`, `iam._roles`, `lambda_svc._functions`,
`cloudformation.provisioners._RESOURCE_HANDLERS` and `._codebuild_cfn_to_api`.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import (
    apigateway_v1,
    cloudwatch,
    codebuild,
    eventbridge,
    iam,
    lambda_svc,
)
from ministack.services.cloudformation import drift, provisioners

from mlops_gitops.emulator.providers import Properties, as_declared

Reader = Callable[[str, Properties], Properties | None]
_BUS = "default"


def find_more_drift() -> None:
    """Let drift detection read what the blueprints use, and projects tell all that they are."""
    _keep_projects()
    for name, (reader, comparable) in _READERS.items():
        drift._DRIFT_READERS[name] = (_declared(reader), comparable)


def _keep_projects() -> None:
    """Let CodeBuild projects keep where they log, and how long a build may wait."""
    handler = provisioners._RESOURCE_HANDLERS["AWS::CodeBuild::Project"]
    create, update, shape = handler["create"], handler["update"], codebuild._project_shape

    def kept(made: Any, properties: Properties) -> Any:
        project = codebuild._projects[made[0]]
        project["logsConfig"] = provisioners._codebuild_cfn_to_api(properties.get("LogsConfig", {}))
        project["queuedTimeoutInMinutes"] = int(properties.get("QueuedTimeoutInMinutes", 480))
        return made

    def told(project: Properties) -> dict[str, Any]:
        more = {key: project[key] for key in _KEPT if key in project}
        return {**shape(project), **more}

    handler["create"] = lambda name, new, stack: kept(create(name, new, stack), new)
    handler["update"] = lambda name, old, new, stack: kept(update(name, old, new, stack), new)
    codebuild._project_shape = told


_KEPT = ("logsConfig", "queuedTimeoutInMinutes")


def _declared(reader: Reader) -> Reader:
    def read(physical_id: str, declared: Properties) -> Properties | None:
        actual = reader(physical_id, declared)
        if actual is None:
            return None
        tags = {"Tags": actual["Tags"]} if "Tags" in actual else {}
        found: dict[str, Any] = as_declared(dict(actual), dict(declared))
        return {**found, **tags}

    return read


def _alarm(physical_id: str, _declared: Properties) -> Properties | None:
    found: Properties | None = cloudwatch._alarms.get(physical_id)
    if found is None:
        return None
    threshold: Any = found.get("Threshold")
    is_whole = isinstance(threshold, float) and threshold.is_integer()
    return {**found, "Threshold": int(threshold) if is_whole else threshold}


def _rest_api(physical_id: str, _declared: Properties) -> Properties | None:
    found = apigateway_v1._rest_apis.get(physical_id)
    if found is None:
        return None
    return {"Name": found.get("name"), "Description": found.get("description")}


def _api_resource(physical_id: str, declared: Properties) -> Properties | None:
    found = apigateway_v1._resources.get(declared.get("RestApiId"), {}).get(physical_id)
    if found is None:
        return None
    return {"ParentId": found.get("parentId"), "PathPart": found.get("pathPart")}


def _api_method(_physical_id: str, declared: Properties) -> Properties | None:
    resources = apigateway_v1._resources.get(declared.get("RestApiId"), {})
    methods = resources.get(declared.get("ResourceId"), {}).get("resourceMethods", {})
    found = methods.get(declared.get("HttpMethod"))
    if found is None:
        return None
    integration = found.get("methodIntegration") or {}
    told = _capitalised(integration, ("integrationResponses", "requestTemplates"))
    return {
        "HttpMethod": found.get("httpMethod"),
        "AuthorizationType": found.get("authorizationType"),
        "Integration": {
            **told,
            "IntegrationHttpMethod": integration.get("httpMethod"),
            "IntegrationResponses": _responses(integration),
            "RequestTemplates": integration.get("requestTemplates"),
        },
    }


def _responses(integration: Properties) -> list[dict[str, Any]]:
    """Give the list of templates instead of the map of the API."""
    told = integration.get("integrationResponses") or {}
    return [
        {**_capitalised(each, ("responseTemplates",)), "StatusCode": status}
        for status, each in told.items()
    ]


def _capitalised(value: Properties, without: tuple[str, ...]) -> dict[str, Any]:
    return {
        name[:1].upper() + name[1:]: each for name, each in value.items() if name not in without
    }


def _api_deployment(physical_id: str, declared: Properties) -> Properties | None:
    there = apigateway_v1._deployments_v1.get(declared.get("RestApiId"), {})
    return {} if physical_id in there else None


def _api_stage(physical_id: str, declared: Properties) -> Properties | None:
    found = apigateway_v1._stages_v1.get(declared.get("RestApiId"), {}).get(physical_id)
    if found is None:
        return None
    return {
        "StageName": physical_id,
        "DeploymentId": found.get("deploymentId"),
        "TracingEnabled": found.get("tracingEnabled"),
    }


def _permission(physical_id: str, declared: Properties) -> Properties | None:
    name = str(declared.get("FunctionName", "")).rsplit(":", 1)[-1]
    function = lambda_svc._functions.get(name)
    statements = function["policy"]["Statement"] if function else []
    found = next((each for each in statements if each["Sid"] == physical_id), None)
    if found is None:
        return None
    conditions: Mapping[str, Any] = found.get("Condition", {})
    source = conditions.get("ArnLike", {}).get("AWS:SourceArn")
    principal = found["Principal"]
    return {
        "Action": found["Action"],
        "FunctionName": declared.get("FunctionName"),
        "Principal": principal.get("Service") if isinstance(principal, dict) else principal,
        "SourceArn": source,
    }


def _rule(physical_id: str, _declared: Properties) -> Properties | None:
    key = f"{_BUS}|{physical_id}"
    found = eventbridge._rules.get(key)
    if found is None:
        return None
    pattern = found.get("EventPattern") or "{}"
    return {
        "Description": found.get("Description"),
        "EventPattern": json.loads(pattern) if isinstance(pattern, str) else pattern,
        "State": found.get("State"),
        "Targets": eventbridge._targets.get(key, []),
    }


def _role(physical_id: str, _declared: Properties) -> Properties | None:
    found = iam._roles.get(physical_id)
    if found is None:
        return None
    policies = [
        {"PolicyName": name, "PolicyDocument": _document(text)}
        for name, text in found.get("InlinePolicies", {}).items()
    ]
    return {
        "AssumeRolePolicyDocument": _document(found.get("AssumeRolePolicyDocument")),
        "Description": found.get("Description", ""),
        "MaxSessionDuration": found.get("MaxSessionDuration"),
        "Path": found.get("Path", "/"),
        "Policies": policies,
        "RoleName": physical_id,
        "Tags": found.get("Tags", []),
    }


def _document(text: Any) -> Any:
    return json.loads(text) if isinstance(text, str) else text


_READERS: Mapping[str, tuple[Reader, frozenset[str]]] = {
    "AWS::ApiGateway::Deployment": (_api_deployment, frozenset()),
    "AWS::ApiGateway::Method": (
        _api_method,
        frozenset({"AuthorizationType", "HttpMethod", "Integration"}),
    ),
    "AWS::ApiGateway::Resource": (_api_resource, frozenset({"ParentId", "PathPart"})),
    "AWS::ApiGateway::RestApi": (_rest_api, frozenset({"Description", "Name"})),
    "AWS::ApiGateway::Stage": (
        _api_stage,
        frozenset({"DeploymentId", "StageName", "TracingEnabled"}),
    ),
    "AWS::CloudWatch::Alarm": (
        _alarm,
        frozenset(
            [
                *("AlarmActions", "AlarmDescription", "ComparisonOperator", "Dimensions"),
                *("EvaluationPeriods", "MetricName", "Namespace", "Period", "Statistic"),
                *("Threshold", "TreatMissingData"),
            ]
        ),
    ),
    "AWS::Events::Rule": (
        _rule,
        frozenset({"Description", "EventPattern", "State", "Targets"}),
    ),
    "AWS::IAM::Role": (
        _role,
        frozenset(
            [
                *("AssumeRolePolicyDocument", "Description", "MaxSessionDuration", "Path"),
                *("Policies", "RoleName", "Tags"),
            ]
        ),
    ),
    "AWS::Lambda::Permission": (
        _permission,
        frozenset({"Action", "FunctionName", "Principal", "SourceArn"}),
    ),
}
"""Type -> how it is read, and the properties that are compared; none for whether it is there."""
