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

# What handlers may call for properties that no blueprint uses, and which those are.
UNUSED = {
    "AWS::ApiGateway::RestApi": {"a policy of its own": {"apigateway:UpdateRestApiPolicy"}},
    "AWS::IAM::Role": {
        "managed policies": {"iam:AttachRolePolicy", "iam:DetachRolePolicy"},
        "a boundary that is taken away": {"iam:DeleteRolePermissionsBoundary"},
    },
    "AWS::Lambda::Function": {
        "networks": {
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
        },
        "file systems": {"elasticfilesystem:DescribeMountTargets", "s3files:ListMountTargets"},
        "keys of its own": {"kms:Encrypt"},
        "signed code": {
            "lambda:DeleteFunctionCodeSigningConfig",
            "lambda:GetCodeSigningConfig",
            "lambda:PutFunctionCodeSigningConfig",
        },
        "limits and scaling": {
            "lambda:DeleteFunctionConcurrency",
            "lambda:PassCapacityProvider",
            "lambda:PutFunctionConcurrency",
            "lambda:PutFunctionScalingConfig",
        },
        "layers, versions, how runtimes are kept and loops are found": {
            "lambda:AssociateRuntimeAlias",
            "lambda:GetLayerVersion",
            "lambda:PublishVersion",
            "lambda:PutFunctionRecursionConfig",
            "lambda:PutRuntimeManagementConfig",
        },
        "code of a version of an object": {"s3:GetObjectVersion"},
    },
    "AWS::Logs::LogGroup": {
        "keys": {"logs:AssociateKmsKey", "logs:DisassociateKmsKey"},
        "data protection and policies": {
            "logs:DeleteDataProtectionPolicy",
            "logs:DeleteResourcePolicy",
            "logs:DescribeResourcePolicies",
            "logs:PutDataProtectionPolicy",
            "logs:PutResourcePolicy",
        },
        "index policies": {"logs:DeleteIndexPolicy", "logs:PutIndexPolicy"},
        "deliveries": {
            "firehose:TagDeliveryStream",
            "logs:CreateLogDelivery",
            "s3:REST.PUT.OBJECT",
        },
        "protection from deletion, and tokens": {
            "logs:PutBearerTokenAuthentication",
            "logs:PutLogGroupDeletionProtection",
        },
    },
    "AWS::StepFunctions::StateMachine": {
        "a definition in a version of an object": {"s3:GetObjectVersion"}
    },
}

# What the registry does not list, and AWS calls all the same.
UNLISTED = {
    "codebuild:BatchGetProjects": "the registry has no handlers of AWS::CodeBuild::Project",
    "codebuild:CreateProject": "the registry has no handlers of AWS::CodeBuild::Project",
    "codebuild:DeleteProject": "the registry has no handlers of AWS::CodeBuild::Project",
    "codebuild:UpdateProject": "the registry has no handlers of AWS::CodeBuild::Project",
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


def needed(name: str) -> set[str]:
    """Give what a type's handlers may call."""
    return {
        permission
        for verb, handler in handlers(name).items()
        if verb != "list"
        for permission in handler.get("permissions", [])
    }


def excepted(name: str) -> set[str]:
    """Give what a type's handlers call only for what no blueprint uses."""
    return {action for actions in UNUSED.get(name, {}).values() for action in actions}


@pytest.mark.parametrize("name", TYPES)
def test_every_type_of_the_blueprints_can_be_made(name: str) -> None:
    """A permission that lacks shows only when a stack fails, so the registry is asked before."""
    assert needed(name) - allowed() - excepted(name) == set()


def test_nothing_is_allowed_that_no_type_needs() -> None:
    """What CloudFormation does not call for these types, somebody else would."""
    wanted = {action for name in TYPES for action in needed(name)}

    assert allowed() - wanted == UNLISTED.keys()


@pytest.mark.parametrize("name", UNUSED)
def test_every_exception_is_still_needed(name: str) -> None:
    """An exception for what is allowed, or for what the registry has not, is out of date."""
    others = {action for other in TYPES if other != name for action in needed(other)}

    assert name in TYPES
    assert excepted(name) <= needed(name)
    assert excepted(name) & allowed() - others == set()
