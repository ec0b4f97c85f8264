"""Plans in the format that was asked for."""

from mlops_gitops.diff.plan import Plan


def plan_output(plan: Plan, output_format: str) -> str:
    """Write a plan as `text`, `json` or `markdown`."""
    match output_format:
        case "json":
            from mlops_gitops.views.plan_json import plan_json

            return plan_json(plan)
        case "markdown":
            from mlops_gitops.views.plan_markdown import plan_markdown

            return plan_markdown(plan)
        case _:
            from mlops_gitops.views.plan_text import plan_text

            return plan_text(plan)
