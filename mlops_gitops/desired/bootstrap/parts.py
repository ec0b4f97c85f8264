"""All parts, in the order in which they are deployed: each may use outputs of those before it."""

from mlops_gitops.desired.bootstrap import account, ci, orchestrator, registry
from mlops_gitops.desired.bootstrap.part import Part

PARTS: tuple[Part, ...] = (orchestrator.PART, registry.PART, ci.PART, account.PART)
"""`orchestrator`, `registry`, `ci`, `notifications`, `api`, `ci_pipeline`, and `account` last."""
