"""Which actions on which resources a call needs.

For most operations that is the operation's name. What is not, stands here, with its source:
the service authorization reference's pages of each service, and "Required permissions for Amazon
S3 API operations", S3 user guide.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from mlops_gitops.emulator.iam.facts import Place, resources
from mlops_gitops.emulator.iam.http import Call
from mlops_gitops.emulator.iam.policy import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One action on one resource, with what conditions may ask about the call."""

    action: str
    resource: str
    context: Context = field(default_factory=dict)


def needs(call: Call, method: str, place: Place) -> list[Need]:
    """Give what a call needs; nothing for what nobody can be refused.

    Args:
        call: the operation.
        method: of HTTP, which is API Gateway's action.
        place: where it was made.
    """
    if f"{call.service}:{call.operation}" in _ALWAYS_ALLOWED:
        return []
    if call.service == "apigateway":
        return [Need(action=f"apigateway:{method}", resource=_of_api_gateway(call, place))]
    special = _SPECIAL.get(f"{call.service}:{call.operation}")
    return [*_own(call, place), *passed_roles(call), *(special(call, place) if special else ())]


def _of_api_gateway(call: Call, place: Place) -> str:
    """Give the one resource that has an address of its own: the account's settings."""
    whole = call.operation == "GetAccount"
    return f"arn:{place.partition}:apigateway:{place.region}::/account" if whole else "*"


_ALWAYS_ALLOWED = frozenset({"sts:GetCallerIdentity", "sts:GetSessionToken"})

_ACTIONS = {
    "lambda:Invoke": "lambda:InvokeFunction",
    "s3:CompleteMultipartUpload": "s3:PutObject",
    "s3:CopyObject": "s3:PutObject",
    "s3:CreateMultipartUpload": "s3:PutObject",
    "s3:DeleteObjects": "s3:DeleteObject",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:ListObjects": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:ListParts": "s3:ListMultipartUploadParts",
    "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3:UploadPart": "s3:PutObject",
}
"""Where the action is not called like the operation."""

_OF_VERSIONS = {
    "s3:DeleteObject": "s3:DeleteObjectVersion",
    "s3:GetObject": "s3:GetObjectVersion",
    "s3:GetObjectTagging": "s3:GetObjectVersionTagging",
}
"""What it is called when the call names a version."""

_KEYS = {
    "cloudformation": {"changesetname": "ChangeSetName", "rolearn": "RoleARN"},
    "s3": {"prefix": "Prefix", "versionid": "VersionId"},
    "sts": {"externalid": "ExternalId", "rolesessionname": "RoleSessionName"},
}
"""Condition keys of a service, and the parameters that they hold."""


def _own(call: Call, place: Place) -> Iterator[Need]:
    name = f"{call.service}:{call.operation}"
    action = _ACTIONS.get(name, name)
    if call.parameters.get("VersionId"):
        action = _OF_VERSIONS.get(action, action)
    context: dict[str, tuple[str, ...]] = {
        f"{call.service}:{key}": (str(call.parameters[parameter]),)
        for key, parameter in _KEYS.get(call.service, {}).items()
        if call.parameters.get(parameter)
    }
    if imported := _imported(call):
        context["cloudformation:importresourcetypes"] = imported
    named = _NAMED.get(name)
    about = named(call, place) if named else resources(action, call.parameters, place)
    for resource in about:
        yield Need(action=action, resource=resource, context=context)


def _imported(call: Call) -> tuple[str, ...]:
    """The types of what a change set imports; of any other the key is not there."""
    of_type = re.compile(r"ResourcesToImport\.member\.\d+\.ResourceType")
    return tuple(str(value) for key, value in call.parameters.items() if of_type.fullmatch(key))


def _buses(call: Call, place: Place) -> Iterator[str]:
    """The buses of events that are put; an entry without one is for the account's own."""
    names = {str(each.get("EventBusName") or "default") for each in call.parameters["Entries"]}
    prefix = f"arn:{place.partition}:events:{place.region}:{place.account}:event-bus/"
    yield from sorted(name if name.startswith("arn:") else f"{prefix}{name}" for name in names)


def _queue(call: Call, place: Place) -> Iterator[str]:
    """The queue of a URL, which ends with its account and its name."""
    account, _, name = urlsplit(str(call.parameters["QueueUrl"])).path.strip("/").rpartition("/")
    yield f"arn:{place.partition}:sqs:{place.region}:{account or place.account}:{name}"


_NAMED: Mapping[str, Callable[[Call, Place], Iterator[str]]] = {
    "events:PutEvents": _buses,
    "sqs:DeleteMessage": _queue,
    "sqs:ReceiveMessage": _queue,
    "sqs:SendMessage": _queue,
}
"""Where no parameter of the call is the resource or its name."""

_ROLE = re.compile(r"arn:[a-z-]+:iam::\d{12}:role/\S+")
_ROLE_KEYS = ("executionrolearn", "role", "rolearn", "servicerole")
_PASSING = {
    "codebuild": "codebuild.amazonaws.com",
    "codepipeline": "codepipeline.amazonaws.com",
    "cloudformation": "cloudformation.amazonaws.com",
    "events": "events.amazonaws.com",
    "lambda": "lambda.amazonaws.com",
    "sagemaker": "sagemaker.amazonaws.com",
    "scheduler": "scheduler.amazonaws.com",
    "states": "states.amazonaws.com",
}
_TAKES_ROLES = ("Create", "Put", "Update")


def passed_roles(call: Call) -> Iterator[Need]:
    """Roles that a call hands to its service.

    Roles of a pipeline's actions are assumed by the pipeline's own role, so they are not passed.
    """
    service = _PASSING.get(call.service)
    if service is None or not call.operation.startswith(_TAKES_ROLES):
        return
    given: Any = call.parameters
    if call.service == "codepipeline":
        own = {name.lower(): value for name, value in given.get("pipeline", given).items()}
        given = {"rolearn": own.get("rolearn", "")}
    context = {"iam:passedtoservice": (service,)}
    for role in sorted(set(_roles(given))):
        yield Need(action="iam:PassRole", resource=role, context=context)


def _roles(given: Any) -> Iterator[str]:
    if isinstance(given, Mapping):
        for key, value in given.items():
            if isinstance(value, str) and key.lower() in _ROLE_KEYS and _ROLE.fullmatch(value):
                yield value
            else:
                yield from _roles(value)
    elif isinstance(given, list):
        for each in given:
            yield from _roles(each)


def _change_set(call: Call, place: Place) -> Iterator[Need]:
    """Tags of a stack, and its template in S3, which is read as whoever asks.

    Source: "Control access with AWS Identity and Access Management", CloudFormation user guide:
    cloudformation:TagResource with cloudformation:CreateAction.
    """
    if any(name.startswith("Tags.member") for name in call.parameters):
        action = "cloudformation:TagResource"
        context = {"cloudformation:createaction": (call.operation,)}
        for resource in resources(action, {"StackName": call.parameters["StackName"]}, place):
            yield Need(action=action, resource=resource, context=context)
    url = call.parameters.get("TemplateURL")
    if url:
        bucket, _, key = urlsplit(url).path.lstrip("/").partition("/")
        yield Need(action="s3:GetObject", resource=f"arn:{place.partition}:s3:::{bucket}/{key}")


def _copied(call: Call, place: Place) -> Iterator[Need]:
    source, _, version = str(call.parameters["CopySource"]).lstrip("/").partition("?versionId=")
    action = "s3:GetObjectVersion" if version else "s3:GetObject"
    yield Need(action=action, resource=f"arn:{place.partition}:s3:::{source}")


_SPECIAL: Mapping[str, Callable[[Call, Place], Iterator[Need]]] = {
    "cloudformation:CreateChangeSet": _change_set,
    "cloudformation:CreateStack": _change_set,
    "cloudformation:UpdateStack": _change_set,
    "s3:CopyObject": _copied,
}

_READING = ("s3:GetObject", "s3:GetObjectVersion")
_USING = {
    "s3:PutObject": ("kms:GenerateDataKey",),
    "sns:Publish": ("kms:Decrypt", "kms:GenerateDataKey"),
}


def of_keys(need: Need, call: Call, key: str, place: Place) -> Iterator[Need]:
    """What a need's service does with the key of its bucket or topic, in the caller's name.

    A HEAD tells what is stored in clear beside an object.
    """
    actions = _USING.get(need.action, ())
    if need.action in _READING and call.operation != "HeadObject":
        actions = ("kms:Decrypt",)
    via = f"{need.action.split(':')[0]}.{place.region}.amazonaws.com"
    for action in actions:
        yield replace(need, action=action, resource=key, context={"kms:viaservice": (via,)})
