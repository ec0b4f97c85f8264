"""Length: IAM takes inline policies of a role up to a size, and pipelines may have many steps."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from mlops_gitops.config.arn import partition_of
from mlops_gitops.config.document import Json
from mlops_gitops.definitions.pipeline.permissions.statement import Statement
from mlops_gitops.definitions.pipeline.surroundings import Surroundings

LIMIT = 10_240
"""Characters of all inline policies of a role, blanks not counted. Source: IAM quotas."""
_SPARE = 240
"""A stack's name is in the policies, and is longer in some stages than where they are measured."""
_FEW = 2
"""So many resources are named one by one in any case."""
_SHARED = 4
"""So many characters have to be common to names for which one with a wildcard stands."""
_GATHERED = ("ecr:", "lambda:", "sagemaker:", "sqs:")
"""Services whose resources are gathered; roles that are passed and objects never are."""
_NAME = re.compile(r"(?P<head>.*[:/])(?P<name>[^:/*]+\*?(?:/\*)?)")


def length_of(policies: Iterable[Json], around: Surroundings) -> int:
    """Measure policies as IAM does, with the values of the template's variables in them."""
    text = json.dumps(list(policies), separators=(",", ":"))
    text = re.sub(r'\{"Fn::Sub":("[^"]*")\}', r"\1", text)
    for name, value in _values(around).items():
        text = text.replace(f"${{AWS::{name}}}", value)
    return len(text)


def is_too_long(length: int) -> bool:
    """Tell whether a role might not be made with policies of a length."""
    return length > LIMIT - _SPARE


def gathered(statement: Statement) -> Statement:
    """Name resources whose names begin alike by what they begin with."""
    if not all(action.startswith(_GATHERED) for action in statement.actions):
        return statement
    groups = defaultdict[tuple[str, str], set[str]](set)
    for resource in statement.resources:
        found = _NAME.fullmatch(resource)
        head, name = (found["head"], found["name"]) if found else ("", resource)
        groups[head, name[:_SHARED]].add(name)
    kept = frozenset(each for (head, _), names in groups.items() for each in _named(head, names))
    return replace(statement, resources=kept)


def _named(head: str, names: set[str]) -> Iterable[str]:
    shared = _common(names)
    if len(names) <= _FEW or len(shared) < _SHARED:
        return (head + name for name in names)
    return (f"{head}{shared}*",)


def _common(names: set[str]) -> str:
    """Give what all names begin with."""
    first, last = min(names), max(names)
    same = 0
    while same < len(first) and first[same] == last[same]:
        same += 1
    return first[:same].rstrip("*")


def _values(around: Surroundings) -> Mapping[str, str]:
    region = around.scope.region
    account = around.scope.account
    return {"Partition": partition_of(region), "Region": region, "AccountId": account}
