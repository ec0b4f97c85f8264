"""Enclose: what the settings ask of every workload, put into a template once it is whole.

That is the VPC of the stage and the permissions boundary of the installation. A template that
says either itself keeps what it says, and without these settings nothing is touched.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mlops_gitops.config.installation import Network
from mlops_gitops.config.settings import Settings, Stage
from mlops_gitops.definitions.network import REQUESTS, RESOURCES, VPC, vpc_of, with_network
from mlops_gitops.definitions.pipeline.permissions.network import inside
from mlops_gitops.desired.stack import Template

_ROLE = "AWS::IAM::Role"
_MACHINE = "AWS::StepFunctions::StateMachine"
_NOTEBOOK = "AWS::SageMaker::NotebookInstance"
_PLACES_OF_ARGUMENTS = ("Arguments", "Parameters")
_ACTION = re.compile(r":(?:aws-sdk:)?sagemaker:(\w+)(?:\.\w+)?$")
_POLICY = "network"


def enclose(template: Template, settings: Settings, stage: Stage) -> Template:
    """Put network and boundary into a template whose inserts are in their place."""
    resources = template["Resources"]
    if stage.network is not None:
        resources = _in_network(resources, stage.network)
    if settings.permissions_boundary:
        resources = _bounded(resources, settings.permissions_boundary)
    return template if resources is template["Resources"] else {**template, "Resources": resources}


def _bounded(resources: Mapping[str, Any], policy: str) -> dict[str, Any]:
    boundary = {"Fn::Sub": f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:policy/{policy}"}
    return {
        name: _with_properties(
            resource, {"PermissionsBoundary": boundary} | resource.get("Properties", {})
        )
        if resource["Type"] == _ROLE
        else resource
        for name, resource in resources.items()
    }


def _in_network(resources: Mapping[str, Any], network: Network) -> dict[str, Any]:
    placed = {name: _placed(resource, network) for name, resource in resources.items()}
    roles = {name for each in placed.values() for name in _roles(each, network)}
    return {
        name: _allowed(resource, network) if name in roles else resource
        for name, resource in placed.items()
    }


def _placed(resource: Mapping[str, Any], network: Network) -> Mapping[str, Any]:
    kind, properties = resource["Type"], resource.get("Properties", {})
    match kind:
        case _ if kind in RESOURCES:
            return _with_properties(resource, with_network(properties, RESOURCES[kind], network))
        case "AWS::StepFunctions::StateMachine" if "Definition" in properties:
            machine = _in_states(properties["Definition"], network)
            return _with_properties(resource, properties | {"Definition": machine})
        case "AWS::SageMaker::NotebookInstance" if "SubnetId" not in properties:
            one = {
                "SubnetId": network.subnets[0],
                "SecurityGroupIds": [*network.security_groups],
            }
            return _with_properties(resource, properties | one)
        case _:
            return resource


def _with_properties(resource: Mapping[str, Any], properties: Any) -> dict[str, Any]:
    return {**resource, "Properties": properties}


def _in_states(value: Any, network: Network) -> Any:
    """Put the network into what a machine's states ask of SageMaker, however deep they are."""
    match value:
        case dict():
            inner = {key: _in_states(each, network) for key, each in value.items()}
            places = REQUESTS.get(_action(value), ())
            return inner | {
                key: with_network(inner[key], places, network)
                for key in _PLACES_OF_ARGUMENTS
                if places and key in inner
            }
        case list():
            return [_in_states(each, network) for each in value]
        case _:
            return value


def _action(state: Mapping[str, Any]) -> str:
    """Name the SageMaker action of a state; empty for every other."""
    match state.get("Resource"):
        case str(text) | {"Fn::Sub": str(text)} if found := _ACTION.search(text):
            return found[1]
        case _:
            return ""


def _roles(resource: Mapping[str, Any], network: Network) -> Iterator[str]:
    """Give the roles, by logical id, of what runs in the network."""
    kind = resource["Type"]
    if kind in RESOURCES or kind == _NOTEBOOK:
        yield from _named_roles(resource, network)
    elif kind == _MACHINE:
        for request in _requests(resource.get("Properties", {}).get("Definition")):
            yield from _named_roles(request, network)


def _requests(value: Any) -> Iterator[Any]:
    inner = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict) and _action(value) in REQUESTS:
        yield from (value[key] for key in _PLACES_OF_ARGUMENTS if key in value)
    for each in inner if isinstance(value, dict | list) else ():
        yield from _requests(each)


def _named_roles(request: Any, network: Network) -> Iterator[str]:
    """Give the roles that a request passes; none where it runs in another network, or in none."""
    runs_there = any(each == vpc_of(network) for each in _under(request, VPC))
    if runs_there or any(_under(request, "SubnetId")):
        for key in ("ExecutionRoleArn", "RoleArn"):
            for value in _under(request, key):
                for attribute in _under({"": value}, "Fn::GetAtt"):
                    parts = attribute.split(".") if isinstance(attribute, str) else attribute
                    yield str(parts[0])


def _under(value: Any, key: str) -> Iterator[Any]:
    """Give what stands under a key, however deep."""
    inner = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict) and key in value:
        yield value[key]
    for each in inner if isinstance(value, dict | list) else ():
        yield from _under(each, key)


def _allowed(role: Mapping[str, Any], network: Network) -> Mapping[str, Any]:
    """Let a role make interfaces in the network, beside whatever else it may do."""
    properties = role.get("Properties", {})
    policies = properties.get("Policies", [])
    if role["Type"] != _ROLE or not isinstance(policies, list):
        return role
    document = {
        "Version": "2012-10-17",
        "Statement": [each.as_json() for each in inside(network)],
    }
    policy = {"PolicyName": _POLICY, "PolicyDocument": document}
    return _with_properties(role, {**properties, "Policies": [*policies, policy]})
