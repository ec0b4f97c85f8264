"""What CloudFormation needs for the blueprints' resources is what its role may do."""

import json
from importlib.resources import files
from typing import Any

import pytest
from blueprints.blueprint_files import TEMPLATES, load, mappings

TYPES = sorted(
    {
        resource["Type"]
        for path in TEMPLATES
        if path.parent.name != "bootstrap"
        for resource in load(path)["Resources"].values()
    }
)

# What a type's handlers may need for properties that no blueprint uses.
UNUSED = {
    "AWS::ApiGateway::RestApi": {"apigateway", "s3"},  # a policy; a body in S3
    "AWS::IAM::Role": {"iam"},  # managed policies and permissions boundaries
    "AWS::Lambda::Function": {"ec2", "elasticfilesystem", "kms", "lambda", "s3", "s3files"},
    "AWS::Logs::LogGroup": {"firehose", "logs", "s3"},  # keys, data protection, deliveries
    "AWS::SageMaker::Pipeline": {"s3"},  # definitions in S3
    "AWS::StepFunctions::StateMachine": {"kms", "s3"},  # keys, definitions in S3
}


def handlers(name: str) -> dict[str, Any]:
    """Give what CloudFormation's registry says of a type; nothing of the types without handlers."""
    root = files("cfnlint.data") / "schemas"
    names = json.loads((root / "providers" / "us-east-1.json").read_text())
    schema = json.loads((root / "resources" / f"{names[name]}.json").read_text())
    found: dict[str, Any] = schema.get("handlers") or {}
    return found


def allowed() -> set[str]:
    """Give the actions of the CloudFormation role."""
    (path,) = [one for one in TEMPLATES if one.stem == "account"]
    role = load(path)["Resources"]["CloudFormationRole"]["Properties"]["Policies"]
    statements = [one for one in mappings(role) if "Effect" in one]
    actions = [one["Action"] for one in statements]
    return {each for one in actions for each in (one if isinstance(one, list) else [one])}


@pytest.mark.parametrize("name", TYPES)
def test_every_type_of_the_blueprints_can_be_made(name: str) -> None:
    """A permission that lacks shows only when a stack fails, so the registry is asked before."""
    needed = {
        permission
        for verb, handler in handlers(name).items()
        if verb != "list"
        for permission in handler.get("permissions", [])
    }
    lacking = {one for one in needed - allowed() if one.split(":")[0] not in UNUSED.get(name, ())}

    assert lacking == set()


def test_every_exception_is_still_needed() -> None:
    """An exception for a type that no blueprint has is out of date."""
    assert set(TYPES) >= UNUSED.keys()
