"""What `adopt` would do, or did, as JSON."""

import json

from mlops_gitops.diff.adoption import Adoptions
from mlops_gitops.views.plan_json import plan_json
from mlops_gitops.views.values_json import values_json


def adopt_json(adoptions: Adoptions, *, executed: bool) -> str:
    """Write what was found, and the plan afterwards."""
    after = json.loads(plan_json(adoptions.after))
    del after["schema_version"]
    return values_json(
        executed=executed,
        pipelines=adoptions.pipelines,
        stacks=adoptions.stacks,
        left=adoptions.left,
        after=after,
    )
