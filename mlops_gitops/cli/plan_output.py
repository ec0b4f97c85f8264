"""Plans in the format that was asked for."""

from mlops_gitops.diff.plan import Plan
from mlops_gitops.views.plan_lines import Detail


def plan_output(plan: Plan, output_format: str, detail: Detail = Detail.TELLING) -> str:
    """Write a plan as `text`, in the detail that is asked for, `json` or `markdown`."""
    match output_format:
        case "json":
            from mlops_gitops.views.plan_json import plan_json

            return plan_json(plan)
        case "markdown":
            from mlops_gitops.views.comment import comment_text

            return comment_text(plan)
        case _:
            from mlops_gitops.views.plan_text import plan_text

            return plan_text(plan, detail=detail)
