"""Network lines: which VPC a stack's models and jobs move to, once for all of them."""

import json
from collections.abc import Iterator
from typing import Any

from mlops_gitops.diff.plan import ValueChange
from mlops_gitops.diff.template import Seen

_VPC = "VpcConfig"
_MEMBERS = ("Subnets", "SecurityGroupIds")
_SAME = frozenset({"vpc config", "subnets", "security group IDs", "network config"})
"""What the single lines of jobs are called that one line about the network stands for."""


def network_in_words(before: Seen, after: Seen) -> tuple[ValueChange, ...]:
    """Tell where things move: `network  none -> subnet-…, sg-…`."""
    old, new = _ids(before), _ids(after)
    return () if old == new else (ValueChange("network", old or None, new or None),)


def without_repetition(
    summary: tuple[ValueChange, ...], network: tuple[ValueChange, ...]
) -> tuple[ValueChange, ...]:
    """Put the line about the network first, and leave out those that say it of one job."""
    rest = (each for each in summary if not network or each.name not in _SAME)
    return (*network, *rest)


def _ids(seen: Seen) -> str:
    """Give subnets, then security groups, that anything names."""
    found = [
        _texts(vpc, member)
        for member in _MEMBERS
        for resource in seen.resources.values()
        for vpc in _named(resource.properties)
    ]
    return ", ".join(dict.fromkeys(each for ids in found for each in ids))


def _named(value: Any) -> Iterator[Any]:
    """Give every VPC that is named, however deep, in definitions that are texts as well."""
    match value:
        case str() if f'"{_VPC}"' in value and value.startswith("{"):
            yield from _named(json.loads(value))
        case dict():
            if _VPC in value:
                yield value[_VPC]
            for each in value.values():
                yield from _named(each)
        case list():
            for each in value:
                yield from _named(each)
        case _:
            pass


def _texts(vpc: Any, member: str) -> list[str]:
    ids = vpc.get(member) if isinstance(vpc, dict) else None
    return sorted(each for each in ids if isinstance(each, str)) if isinstance(ids, list) else []
