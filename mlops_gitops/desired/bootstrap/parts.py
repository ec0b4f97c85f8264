"""All parts, in the order in which they are deployed: each may use outputs of those before it."""

from mlops_gitops.desired.bootstrap import (
    account,
    api,
    ci,
    ci_pipeline,
    notifications,
    orchestrator,
    registry,
)
from mlops_gitops.desired.bootstrap.part import Part

PARTS: tuple[Part, ...] = (
    orchestrator.PART,
    registry.PART,
    ci.PART,
    notifications.PART,
    account.PART,
    api.PART,
    ci_pipeline.PART,
)
"""`orchestrator`, `registry`, `ci`, `notifications`, `account`, `api`, `ci_pipeline`.

Access logs of the API need the role that the account gives API Gateway, so the account comes first.
"""
