"""What a bucket and a key of somebody else's have to allow, and what of it they do not."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mlops_gitops.config.arn import partition_of
from mlops_gitops.desired.stack import DesiredStack
from mlops_gitops.diff.intrinsics import evaluate, world_of

BUCKET_POLICY, KEY_POLICY = "bucket-policy", "key-policy"
_PLACES = {
    BUCKET_POLICY: ("AssetsBucketPolicy", "PolicyDocument"),
    KEY_POLICY: ("AssetsKey", "KeyPolicy"),
}
"""Policy -> where the template has it for what bootstrap makes itself."""
_ACCOUNT = re.compile(r"[0-9]{12}")
_ROOT = re.compile(r"^arn:[^:]+:iam::([0-9]{12}):root$")


def needed_policy(name: str, orchestrator: DesiredStack) -> Mapping[str, Any]:
    """Give a policy as bootstrap would write it for a bucket or a key of its own.

    Args:
        name: `BUCKET_POLICY` or `KEY_POLICY`.
        orchestrator: the stack of the orchestrator's account.
    """
    resource, member = _PLACES[name]
    id_ = orchestrator.id
    written = orchestrator.template["Resources"][resource]["Properties"][member]
    world = world_of(orchestrator.template, orchestrator.parameter_values(), id_)
    found: Mapping[str, Any] = _plain(evaluate(written, world), partition_of(id_.region))
    return found


def missing_statements(needed: Mapping[str, Any], there: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the Sids of statements that a policy has to have, and does not have word for word."""
    have = [_normal(each, "") for each in _listed(there.get("Statement", []))]
    return tuple(_missing(needed, have))


def _missing(needed: Mapping[str, Any], have: list[Any]) -> Iterator[str]:
    for each in needed["Statement"]:
        if _normal(each, "") not in have:
            yield str(each["Sid"])


def _plain(value: Any, partition: str) -> Any:
    match value:
        case {"Fn::Sub": str(text)} if len(value) == 1:
            return text.replace("${AWS::Partition}", partition)
        case Mapping():
            return {key: _plain(each, partition) for key, each in value.items()}
        case list():
            return [_plain(each, partition) for each in value]
        case _:
            return value


def _normal(value: Any, key: str) -> Any:
    """Write a part of a statement in the one way in which equal ones are equal.

    One and a list of one are the same, order says nothing, what a statement is called does not
    count, and AWS shows an account's number as the ARN of its root.
    """
    match value:
        case Mapping():
            return {
                str(name): _normal(each, str(name))
                for name, each in sorted(value.items())
                if name != "Sid"
            }
        case list() | tuple():
            items = [item for each in value for item in _normal(each, key)]
            return sorted(items)
        case str() if key == "AWS" and _ACCOUNT.fullmatch(value):
            return [f":{value}:root"]
        case str() if key == "AWS":
            return [_ROOT.sub(r":\1:root", value)]
        case _:
            return [str(value)]


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]
