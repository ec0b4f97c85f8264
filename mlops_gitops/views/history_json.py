"""History as JSON."""

import json
from collections.abc import Mapping, Sequence

from mlops_gitops.diff.plan import Plan
from mlops_gitops.status.history import Deployment
from mlops_gitops.views.plan_json import plan_json
from mlops_gitops.views.values_json import values_json


def history_json(
    workload: str, deployments: Sequence[Deployment], plans: Mapping[str, Plan | str]
) -> str:
    """Write what was deployed, and the plans that were asked for, by the ids of executions."""
    told = {each: plan for each, plan in plans.items() if isinstance(plan, Plan)}
    return values_json(
        workload=workload,
        deployments=deployments,
        plans={each: json.loads(plan_json(plan)) for each, plan in told.items()},
        without_plan={each: plan for each, plan in plans.items() if isinstance(plan, str)},
    )
