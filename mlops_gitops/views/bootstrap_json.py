"""What bootstrap would do, or did, as JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

from mlops_gitops.diff.bootstrap import BootstrapPlan, PartChange
from mlops_gitops.views.plan_json import change_value
from mlops_gitops.views.values_json import values_json

OF_WORKLOADS = ("workload", "stage", "desired_digest", "deployed_digest", "summary", "hidden")
"""What a change of a workload's stack tells, and a part has not."""


def bootstrap_json(plans: Sequence[BootstrapPlan], outputs: Mapping[str, str] | None) -> str:
    """Write all plans of one run.

    Args:
        plans: in their order; a second one is for parts that needed outputs of the first.
        outputs: of all stacks; None where nothing was deployed.
    """
    return values_json(
        plans=[_plan(each) for each in plans],
        executed=outputs is not None,
        outputs=outputs or {},
    )


def _plan(planned: BootstrapPlan) -> dict[str, Any]:
    return {
        "account": planned.account,
        "region": planned.region,
        "is_empty": planned.is_empty,
        "parts": [_part(each) for each in planned.parts],
        "unwanted": planned.unwanted,
        "lacking": planned.lacking,
    }


def _part(part: PartChange) -> dict[str, Any]:
    told = change_value(part.change)
    return {
        "part": part.part,
        **{name: value for name, value in told.items() if name not in OF_WORKLOADS},
        "accounts": part.accounts,
        "missing": part.missing,
        "left": part.left,
        "refused": part.refused,
        "waits_for": part.waits_for,
    }
