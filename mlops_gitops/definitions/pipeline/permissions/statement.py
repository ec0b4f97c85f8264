"""Statements: what is allowed on what, and how ARNs are written in templates."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from mlops_gitops.config.document import Json

_PLACE = "${AWS::Region}:${AWS::AccountId}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement of a policy.

    Attributes:
        sid: says what it is for; statements of one policy that share it are one.
        resources: ARNs, with CloudFormation's variables where `${AWS::` stands in them.
        only_if: name of the template's condition that it depends on; "" for none.
    """

    sid: str
    actions: frozenset[str]
    resources: frozenset[str]
    condition: Json = None
    only_if: str = ""

    def with_(self, other: "Statement") -> "Statement":
        """Add what another statement of this Sid allows."""
        return replace(
            self,
            actions=self.actions | other.actions,
            resources=self.resources | other.resources,
        )

    def as_json(self) -> Json:
        """Write it as a template has it."""
        made: dict[str, Json] = {
            "Sid": self.sid,
            "Effect": "Allow",
            "Action": [*sorted(self.actions)],
            "Resource": [_resource(each) for each in sorted(self.resources)],
            **({"Condition": self.condition} if self.condition is not None else {}),
        }
        return {"Fn::If": [self.only_if, made, {"Ref": "AWS::NoValue"}]} if self.only_if else made


def allow(sid: str, actions: str, *resources: str, condition: Json = None) -> Statement:
    """Write a statement; actions of one service, `sagemaker:CreateModel DescribeModel`."""
    service, _, names = actions.partition(":")
    return Statement(
        sid=sid,
        actions=frozenset(f"{service}:{name}" for name in names.split()),
        resources=frozenset(resources),
        condition=condition,
    )


def arn(service: str, rest: str) -> str:
    """Give an ARN in this stack's account and region."""
    return f"arn:${{AWS::Partition}}:{service}:{_PLACE}:{rest}"


def sagemaker(*rest: str) -> tuple[str, ...]:
    """Give ARNs of SageMaker's resources; it writes names in lower case there."""
    return tuple(arn("sagemaker", each.lower()) for each in rest)


def object_arn(rest: str) -> str:
    """Give the ARN of a bucket or of objects in it: `bucket`, `bucket/prefix*`."""
    return f"arn:${{AWS::Partition}}:s3:::{rest}"


def text_of(value: Json) -> str:
    """Give a text; "" for what is none, such as a reference whose value nobody knows yet."""
    return value if isinstance(value, str) else ""


def member(step: Mapping[str, Json], name: str) -> Json:
    """Give a member of a step's request."""
    arguments = step.get("Arguments")
    return arguments.get(name) if isinstance(arguments, dict) else None


def named(value: Json) -> str:
    """Give a resource's name for an ARN; a wildcard where it is known only at run time."""
    text = text_of(value)
    return text.rpartition("/")[2] if text and not set(text) & set("*?$") else "*"


def _resource(text: str) -> Json:
    """Write a resource; `{"Ref": …}` of a parameter is written as `Ref:Name`."""
    if text.startswith("Ref:"):
        return {"Ref": text.removeprefix("Ref:")}
    return {"Fn::Sub": text} if "${AWS::" in text else text
