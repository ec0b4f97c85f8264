"""Expected: what each resource of a deployed stack was made with, references worked out.

Sources of what Ref and Fn::GetAtt give: each type's "Return values" in the CloudFormation template
reference; of ARNs, "Resource types defined by ..." in the service authorization reference.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from mlops_gitops.desired.stack import StackId, Template
from mlops_gitops.diff.template import Resource, Seen, see

ENDPOINT = "AWS::SageMaker::Endpoint"
ENDPOINT_CONFIG = "AWS::SageMaker::EndpointConfig"
SERVED = ("ProductionVariants", "ShadowProductionVariants", "DataCaptureConfig")
"""What an endpoint takes over from its configuration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One resource as it was deployed.

    Attributes:
        properties: canonical; what nobody could work out is still a function of CloudFormation.
    """

    logical_id: str
    physical_id: str
    resource_type: str
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A stack that is there: its ARN, and logical id -> physical id of its resources."""

    stack: StackId
    arn: str
    physical_ids: Mapping[str, str]

    @property
    def partition(self) -> str:
        """The part of AWS that it is in, such as `aws-cn`."""
        return self.arn.split(":")[1] if self.arn.count(":") > 1 else "aws"


def expected_resources(
    template: Template, parameters: Mapping[str, str], made: Made
) -> dict[str, Expected]:
    """Work out every resource of a stack: logical id -> what it was made with.

    Args:
        template: that the stack was deployed with.
        parameters: that it was deployed with.
        made: what its resources are called.
    """
    first = see(template, parameters, made.stack, _names(made))
    seen = see(template, parameters, made.stack, {**_names(made), **_attributes(first, made)})
    found = {
        name: Expected(
            logical_id=name,
            physical_id=made.physical_ids.get(name, ""),
            resource_type=resource.type,
            properties=resource.properties,
        )
        for name, resource in seen.resources.items()
    }
    return {name: _with_config(each, found) for name, each in found.items()}


def _names(made: Made) -> dict[str, str]:
    dns = {"aws-cn": "amazonaws.com.cn"}.get(made.partition, "amazonaws.com")
    pseudo = {
        "AWS::Partition": made.partition,
        "AWS::URLSuffix": dns,
        "AWS::StackId": made.arn,
    }
    return {**pseudo, **{name: id_ for name, id_ in made.physical_ids.items() if id_}}


def _attributes(seen: Seen, made: Made) -> dict[str, str]:
    return {
        f"{name}.{attribute}": value
        for name, resource in seen.resources.items()
        if (physical_id := made.physical_ids.get(name))
        for attribute, value in _attributes_of(resource, physical_id, made).items()
    }


def _attributes_of(resource: Resource, physical_id: str, made: Made) -> dict[str, str]:
    """Give the attributes that are known without asking; none of a type that is not known."""
    service, _, kind = resource.type.removeprefix("AWS::").partition("::")
    here = f"arn:{made.partition}:{{}}:{made.stack.region}:{made.stack.account}"
    match service, kind:
        case "SageMaker", _ if physical_id.startswith("arn:"):
            named = "JobDefinition" if kind.endswith("JobDefinition") else kind
            return {f"{named}Name": physical_id.rsplit("/", 1)[-1], f"{named}Arn": physical_id}
        case "StepFunctions", "StateMachine":
            return {"Arn": physical_id, "Name": physical_id.rsplit(":", 1)[-1]}
        case "IAM", "Role":
            path = resource.properties.get("Path", "/")
            prefix = f"arn:{made.partition}:iam::{made.stack.account}:role"
            return {"Arn": f"{prefix}{path}{physical_id}"} if isinstance(path, str) else {}
        case (("Lambda" | "Logs" | "CloudWatch" | "Events" | "CodeBuild"), _) if form := _ARNS.get(
            (service, kind)
        ):
            return {"Arn": here.format(form[0]) + form[1].format(physical_id)}
        case _:
            return {}


_ARNS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("Lambda", "Function"): ("lambda", ":function:{}"),
    ("Logs", "LogGroup"): ("logs", ":log-group:{}:*"),
    ("CloudWatch", "Alarm"): ("cloudwatch", ":alarm:{}"),
    ("Events", "Rule"): ("events", ":rule/{}"),
    ("CodeBuild", "Project"): ("codebuild", ":project/{}"),
}
"""Type -> service of its ARN, and how that goes on after the account."""


def _with_config(each: Expected, found: Mapping[str, Expected]) -> Expected:
    """Let an endpoint's variants be expected of it, too, where its configuration is known."""
    if each.resource_type != ENDPOINT:
        return each
    name = each.properties.get("EndpointConfigName")
    for other in found.values():
        is_config = other.resource_type == ENDPOINT_CONFIG
        if is_config and name == other.physical_id.rsplit("/", 1)[-1]:
            served = {key: other.properties[key] for key in SERVED if key in other.properties}
            return replace(each, properties={**each.properties, **served})
    return each
