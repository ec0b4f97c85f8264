"""Every hop, in the order in which lines are shown: a hop needs only those above it."""

from mlops_gitops.use_cases.hops import (
    bucket,
    machine,
    messages,
    quotas,
    roles,
    stacks,
    workloads,
)
from mlops_gitops.use_cases.hops.hop import Hop

_NAMES = [
    "program",
    "repository",
    "settings",
    "configs",
    "credentials",
    "reach",
    "clock",
    "caller",
    "account",
    "orchestrator-stack",
    "part-stack",
    "pipeline-role",
    "ci-role",
    "assets-bucket",
    "assets-versioning",
    "assets-public",
    "assets-tls",
    "assets-key",
    "plan-role",
    "account-stack",
    "deploy-role",
    "cfn-role",
    "repair-role",
    "assets-read",
    "key-use",
    "api-log-role",
    "subscription",
    "secret",
    "artifacts",
    "images",
    "image-use",
    "model-packages",
    "quotas",
    "pipelines",
]

_BY_NAME = {
    hop.name: hop
    for module in (machine, stacks, roles, bucket, messages, workloads, quotas)
    for hop in module.HOPS
}
HOPS: tuple[Hop, ...] = tuple(_BY_NAME[name] for name in _NAMES)
