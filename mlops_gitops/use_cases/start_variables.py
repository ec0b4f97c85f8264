"""Variables of a start: what an execution tells approvers and history of what it carries."""

from mlops_gitops.diff.plan import Plan
from mlops_gitops.pipeline.authorship import person_of
from mlops_gitops.pipeline.delivery import PLAN, UNSET, summary_variable
from mlops_gitops.pipeline.summary import author_line, summary_line
from mlops_gitops.use_cases.deliver import keep_plan
from mlops_gitops.use_cases.world import World

_NO_COMMIT = "uncommitted"


def start_variables(
    world: World, workload: str, plan: Plan, digest: str, author: str
) -> dict[str, str]:
    """Keep the plan of one workload, and give the variables of the execution that carries it.

    Args:
        world: AWS.
        workload: its full name.
        plan: of that workload alone, as approvers are to see it.
        digest: of its bundle.
        author: whoever wants it, on one line; empty where nobody is known.
    """
    return {
        "author": author or UNSET,
        "commit": plan.commit or _NO_COMMIT,
        PLAN: keep_plan(world, workload, plan),
        **carried_variables(plan, digest),
    }


def carried_variables(plan: Plan, digest: str) -> dict[str, str]:
    """Give those variables that say what is carried, and not who wants it or since when."""
    summaries = {summary_variable(change.stage): summary_line(change) for change in plan.changes}
    return {"digest": digest, **summaries}


def caller_line(world: World) -> str:
    """Name whoever runs the command as an author is named; empty for an account's root.

    Where no commit is about what is started, whoever starts it is who wants it.
    """
    person = person_of(world.identity.arn())
    return author_line(f"{person} <{person}>") if person else ""
