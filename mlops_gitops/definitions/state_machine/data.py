"""What a workflow's jobs may reach besides their own bucket."""

from collections.abc import Mapping
from typing import Any

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.pipeline.permissions.network import of_jobs
from mlops_gitops.definitions.scope import Scope
from mlops_gitops.definitions.state_machine.machine import read_machine, text_of, values_of
from mlops_gitops.definitions.state_machine.permissions import own_statements, repositories_in
from mlops_gitops.definitions.state_machine.placeholders import known

_READS = ("s3:GetObject",)
_WRITES = ("s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject")
_PULLS = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")


def job_statements(scope: Scope, partition: str) -> list[Json]:
    """Give the statements for `reads`, `writes`, the definition's images and `job_permissions`."""
    reads, writes = scope.texts("reads"), scope.texts("writes")
    arns = {each: f"arn:{partition}:s3:::{_inside(each)}" for each in (*reads, *writes)}
    buckets = sorted({f"arn:{partition}:s3:::{_bucket(each)}" for each in (*reads, *writes)})
    images = repositories_in(known(text_of(scope), values_of(scope), "x"), partition)
    every: list[tuple[tuple[str, ...], list[str]]] = [
        (_READS, [f"{arns[each]}*" for each in reads]),
        (_WRITES, [f"{arns[each]}*" for each in writes]),
        (("s3:ListBucket",), buckets),
        (_PULLS, images),
        # The token is the account's, not a repository's.
        (("ecr:GetAuthorizationToken",), ["*"] if images else []),
    ]
    derived: list[Json] = [
        {"Effect": "Allow", "Action": [*actions], "Resource": [*resources]}
        for actions, resources in every
        if resources
    ]
    return [*derived, *_network(scope), *own_statements(scope, "job_permissions")]


def _network(scope: Scope) -> list[Json]:
    """Give the statements for jobs that the definition puts into a VPC, where stages have one."""
    if scope.network is None:
        return []
    machine = _filled(read_machine(text_of(scope)), values_of(scope))
    return [each.as_json() for each in of_jobs(machine, scope.network)]


def _filled(value: Any, values: Mapping[str, Json]) -> Any:
    """Put values in the place of placeholders, however deep."""
    match value:
        case str():
            return known(value, values, "x")
        case dict():
            return {key: _filled(each, values) for key, each in value.items()}
        case list():
            return [_filled(each, values) for each in value]
        case _:
            return value


def _inside(location: str) -> str:
    """Give bucket and prefix of `s3://bucket/prefix`, a slash behind a bucket alone."""
    path = location.removeprefix("s3://")
    return path if "/" in path else f"{path}/"


def _bucket(location: str) -> str:
    return location.removeprefix("s3://").partition("/")[0]
