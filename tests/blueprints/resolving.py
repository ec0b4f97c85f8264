"""Templates with every intrinsic function worked out: what the services are asked with."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

ACCOUNT, REGION = "111111111111", "us-east-1"
_NOTHING = object()

# What a resource's attribute looks like, by type; `{}` is its name.
_ARNS = {
    "AWS::CodeBuild::Project": f"arn:aws:codebuild:{REGION}:{ACCOUNT}:project/{{}}",
    "AWS::Events::ApiDestination": f"arn:aws:events:{REGION}:{ACCOUNT}:api-destination/{{}}/1",
    "AWS::Events::Connection": f"arn:aws:events:{REGION}:{ACCOUNT}:connection/{{}}/1",
    "AWS::IAM::Role": f"arn:aws:iam::{ACCOUNT}:role/mlops-gitops/{{}}",
    "AWS::KMS::Key": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{{}}",
    "AWS::Lambda::Function": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{{}}",
    "AWS::Logs::LogGroup": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{{}}:*",
    "AWS::SageMaker::Endpoint": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:endpoint/{{}}",
    "AWS::S3::Bucket": "arn:aws:s3:::{}",
    "AWS::SNS::Topic": f"arn:aws:sns:{REGION}:{ACCOUNT}:{{}}",
    "AWS::SQS::Queue": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{{}}",
    "AWS::StepFunctions::StateMachine": f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{{}}",
}
_REF_IS_ARN = {"AWS::SNS::Topic", "AWS::SageMaker::Endpoint", "AWS::StepFunctions::StateMachine"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _World:
    template: Mapping[str, Any]
    values: Mapping[str, Any]


def resolved(template: Mapping[str, Any], parameters: Mapping[str, str]) -> dict[str, Any]:
    """Give a template's resources, those without their condition left out."""
    world = _world(template, parameters)
    return {
        name: _value(resource, world)
        for name, resource in template["Resources"].items()
        if "Condition" not in resource or _holds(resource["Condition"], world)
    }


def value_of(node: Any, template: Mapping[str, Any], parameters: Mapping[str, str]) -> Any:
    """Give a value of a template."""
    return _value(node, _world(template, parameters))


def _world(template: Mapping[str, Any], parameters: Mapping[str, str]) -> _World:
    defaults = {
        name: str(declared["Default"])
        for name, declared in template.get("Parameters", {}).items()
        if "Default" in declared
    }
    given = {**defaults, **parameters}
    values = {name: _typed(value, template, name) for name, value in given.items()}
    pseudo = {
        "AWS::AccountId": ACCOUNT,
        "AWS::Region": REGION,
        "AWS::Partition": "aws",
        "AWS::URLSuffix": "amazonaws.com",
        "AWS::StackName": "mlops-pipeline-churn",
        "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/mlops-pipeline-churn/1",
        "AWS::NoValue": _NOTHING,
    }
    return _World(template=template, values={**values, **pseudo})


def _typed(value: str, template: Mapping[str, Any], name: str) -> Any:
    is_list = template["Parameters"][name]["Type"] == "CommaDelimitedList"
    return value.split(",") if is_list else value


def _value(node: Any, world: _World) -> Any:
    if isinstance(node, list):
        items = [_value(each, world) for each in node]
        return [each for each in items if each is not _NOTHING]
    if not isinstance(node, dict):
        return node
    if len(node) == 1 and (name := next(iter(node))) in _FUNCTIONS:
        return _FUNCTIONS[name](node[name], world)
    members = {key: _value(each, world) for key, each in node.items()}
    return {key: each for key, each in members.items() if each is not _NOTHING}


def _ref(name: str, world: _World) -> Any:
    if name in world.values:
        return world.values[name]
    return _attribute([name, "Arn" if _type(name, world) in _REF_IS_ARN else "Name"], world)


def _attribute(target: list[str], world: _World) -> str:
    name, attribute = target
    return _ARNS[_type(name, world)].format(name) if attribute == "Arn" else name


def _type(name: str, world: _World) -> str:
    found: str = world.template["Resources"][name]["Type"]
    return found


def _sub(argument: Any, world: _World) -> str:
    text, local = argument if isinstance(argument, list) else (argument, {})
    own = {name: _value(each, world) for name, each in local.items()}

    def said(found: re.Match[str]) -> str:
        name = found[1]
        if name in own:
            return str(own[name])
        return str(_attribute(name.split("."), world) if "." in name else _ref(name, world))

    return re.sub(r"\$\{([^}]+)\}", said, text)


def _if(argument: list[Any], world: _World) -> Any:
    name, yes, no = argument
    return _value(yes if _holds(name, world) else no, world)


def _holds(name: str, world: _World) -> bool:
    return _truth(world.template["Conditions"][name], world)


def _truth(node: Any, world: _World) -> bool:
    match node:
        case {"Condition": str(name)}:
            return _holds(name, world)
        case {"Fn::Equals": [left, right]}:
            return bool(_value(left, world) == _value(right, world))
        case {"Fn::Not": [inner]}:
            return not _truth(inner, world)
        case {"Fn::And": list(parts)}:
            return all(_truth(part, world) for part in parts)
        case {"Fn::Or": list(parts)}:
            return any(_truth(part, world) for part in parts)
    raise TypeError(node)


def _join(argument: list[Any], world: _World) -> str:
    delimiter, items = _value(argument, world)
    return str(delimiter).join(items)


def _split(argument: list[Any], world: _World) -> list[str]:
    delimiter, text = _value(argument, world)
    return str(text).split(delimiter)


def _select(argument: list[Any], world: _World) -> Any:
    index, items = _value(argument, world)
    return items[int(index)]


_FUNCTIONS: Mapping[str, Callable[[Any, _World], Any]] = {
    "Ref": _ref,
    "Fn::GetAtt": lambda target, world: _attribute(
        target.split(".", 1) if isinstance(target, str) else target, world
    ),
    "Fn::Sub": _sub,
    "Fn::If": _if,
    "Fn::Join": _join,
    "Fn::Split": _split,
    "Fn::Select": _select,
}
