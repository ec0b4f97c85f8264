"""What bootstrap's stacks have made of an account in memory: resources, as AWS would show them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mlops_gitops.adapters.memory.record import Record
from mlops_gitops.adapters.memory.stacks import MemoryStacks
from mlops_gitops.diff.template import see

if TYPE_CHECKING:
    from mlops_gitops.desired.stack import StackId

_VARIABLE = re.compile(r"\$\{([^.}]+)\.?([^}]*)\}")
_PSEUDO = {"AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com"}
_BUCKET, _PROVIDER = "AWS::S3::Bucket", "AWS::IAM::OIDCProvider"
Properties = Mapping[str, Any]


class Bootstrapped:
    """Resources of all stacks, by what their templates say."""

    def __init__(self, stacks: MemoryStacks) -> None:
        self._stacks = stacks
        self._seen: dict[tuple[StackId, int], Record] = {}

    def each(self, account: str, resource_type: str) -> Iterator[Properties]:
        """Give the properties of an account's resources of a type, references resolved."""
        for record in map(self._whole, self._stacks.records(account)):
            for resource in record.seen.resources.values():
                if resource.type == resource_type:
                    yield _resolved(resource.properties, record)

    def one(self, account: str, resource_type: str, **named: str) -> Properties | None:
        """Give the first resource of a type whose properties say so; None if there is none."""
        found = self.each(account, resource_type)
        return next(
            (each for each in found if all(each.get(key) == value for key, value in named.items())),
            None,
        )

    def _whole(self, record: Record) -> Record:
        """Work a stack out once; that takes longer than everything that is read of it."""
        key = record.deployed.id, record.revision
        if key not in self._seen:
            self._seen[key] = _with_defaults(record)
        return self._seen[key]


def _with_defaults(record: Record) -> Record:
    """See a stack with what its template says of parameters that nobody gave."""
    declared = record.template.get("Parameters", {})
    defaults = {name: str(each["Default"]) for name, each in declared.items() if "Default" in each}
    given = {**defaults, **record.deployed.parameters}
    return replace(record, seen=see(record.template, given, record.deployed.id))


def _resolved(value: Any, record: Record) -> Any:
    match value:
        case {"Ref": str(name)}:
            return _told(name, "", record)
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            return _told(name, attribute, record)
        case {"Fn::Sub": str(text)}:
            return _VARIABLE.sub(lambda found: _told(found[1], found[2], record), text)
        case dict():
            return {key: _resolved(each, record) for key, each in value.items()}
        case list():
            return [_resolved(each, record) for each in value]
        case _:
            return value


def _told(name: str, attribute: str, record: Record) -> str:
    if name in _PSEUDO:
        return _PSEUDO[name]
    resource = record.seen.resources.get(name)
    if resource is not None and resource.type == _BUCKET:
        bucket = record.attribute(name, "BucketName")
        return f"arn:aws:s3:::{bucket}" if attribute == "Arn" else bucket
    if resource is not None and resource.type == _PROVIDER:
        host = str(resource.properties["Url"]).removeprefix("https://")
        return f"arn:aws:iam::{record.deployed.id.account}:oidc-provider/{host}"
    return record.attribute(name, attribute)
