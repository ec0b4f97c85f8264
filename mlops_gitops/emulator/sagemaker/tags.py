"""Tags of the resources that parts keep: `tag` remembers them, AddTags and its like find them.

A resource that was never given to `tag` is moto's.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from mlops_gitops.emulator.sagemaker.plug import Inside, Operation, Request
from mlops_gitops.emulator.sagemaker.store import Store
from mlops_gitops.emulator.wire import Scope

_KIND = "tags"


def tag(store: Store, scope: Scope, arn: str, given: Sequence[Mapping[str, str]]) -> None:
    """Remember a new resource's tags, none included."""
    store.table(scope, _KIND)[arn] = {"Tags": [dict(pair) for pair in given]}


def untag(store: Store, scope: Scope, arn: str) -> None:
    """Forget the tags of a resource that is gone."""
    store.table(scope, _KIND).pop(arn, None)


def tags(inside: Inside) -> Mapping[str, Operation]:
    """AddTags, ListTags and DeleteTags."""

    def add(scope: Scope, request: Request) -> dict[str, Any]:
        with inside.store.lock:
            record = inside.store.table(scope, _KIND).get(request["ResourceArn"])
            if record is not None:
                pairs = {pair["Key"]: pair for pair in [*record["Tags"], *request["Tags"]]}
                record["Tags"] = list(pairs.values())
                return {"Tags": record["Tags"]}
        return inside.moto(scope, "AddTags", request)

    def listed(scope: Scope, request: Request) -> dict[str, Any]:
        record = inside.store.table(scope, _KIND).get(request["ResourceArn"])
        return inside.moto(scope, "ListTags", request) if record is None else dict(record)

    def delete(scope: Scope, request: Request) -> dict[str, Any]:
        with inside.store.lock:
            record = inside.store.table(scope, _KIND).get(request["ResourceArn"])
            if record is not None:
                stale = request["TagKeys"]
                record["Tags"] = [pair for pair in record["Tags"] if pair["Key"] not in stale]
                return {}
        return inside.moto(scope, "DeleteTags", request)

    return {"AddTags": add, "ListTags": listed, "DeleteTags": delete}
