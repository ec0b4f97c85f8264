"""What `adopt` would do, for a terminal: what is taken over, the steps, the plan afterwards."""

from collections.abc import Iterator

from mlops_gitops.diff.adoption import Adoption, Adoptions, OldPipeline, Step
from mlops_gitops.views.plan_text import plan_text

_STEPS = {
    Step.DETACH: "detach the old stack from StackSet {stack_set}; it stays as it is",
    Step.RETAIN: "let the old stack leave behind what it will lose (DeletionPolicy: Retain)",
    Step.RELEASE: "take it out of the old stack; nothing is deleted",
    Step.IMPORT: "import it into ours; nothing changes",
}
_NEXT = "\nnext: "
"""How a plan ends, which is about `apply`; first comes this."""


def adopt_text(adoptions: Adoptions) -> str:
    """Show what can be adopted, and what the next `apply` will do afterwards."""
    return "\n".join(_lines(adoptions))


def _lines(adoptions: Adoptions) -> Iterator[str]:
    if adoptions.is_empty:
        yield "Nothing to adopt."
        yield from _left(adoptions)
        return
    for pipeline in adoptions.pipelines:
        yield from _pipeline(pipeline)
        yield ""
    for stack in adoptions.stacks:
        yield from _stack(stack)
        yield ""
    yield from _left(adoptions)
    if adoptions.left:
        yield ""
    yield "Afterwards `mlops-gitops plan` says this, and nothing of it happens before `apply`:"
    yield ""
    yield plan_text(adoptions.after).partition(_NEXT)[0]
    if not adoptions.refusals:
        yield "next: mlops-gitops adopt, then mlops-gitops apply"


def _pipeline(old: OldPipeline) -> Iterator[str]:
    yield f"{old.workload} / the predecessor's delivery pipeline"
    yield f"  old stack  {old.stack}"
    yield from (f"  pipeline   {each}" for each in old.pipelines)
    yield from (f"  stays      {each}" for each in old.keeps)
    if not old.refused:
        yield "  1. delete the old stack, so that its pipeline deploys no more"
    yield from _refused(old.refused, old.hint)


def _stack(adoption: Adoption) -> Iterator[str]:
    yield f"{adoption.workload} / {adoption.stage}"
    yield f"  old stack  {adoption.source or 'none: made by hand'}"
    yield f"  ours       {adoption.into}"
    for each in adoption.taken:
        yield f"  > {each.logical_id:17}  {each.resource_type}  {each.physical_id}"
    for name in adoption.sheds:
        yield f"  = {name:17}  stays where it is, and is in no stack any more"
    for number, step in enumerate(adoption.steps, 1):
        yield f"  {number}. {_STEPS[step].format(stack_set=adoption.stack_set)}"
    yield from _refused(adoption.refused, adoption.hint)


def _refused(refused: str, hint: str) -> Iterator[str]:
    if refused:
        yield f"  ! {refused}"
        yield f"    {hint}"


def _left(adoptions: Adoptions) -> Iterator[str]:
    for each in adoptions.left:
        yield f"Left in account {each.account}: {each.what}; {each.until}."
