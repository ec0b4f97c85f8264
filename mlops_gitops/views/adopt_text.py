"""What `adopt` would do, for a terminal: who takes over what, the steps, and the plan afterwards."""

from collections.abc import Iterator

from mlops_gitops.diff.adoption import Adoption, Adoptions, OldPipeline, Step
from mlops_gitops.views.plan_text import plan_text

_STEPS = {
    Step.DETACH: "detach stack {source} from StackSet {stack_set}; the stack stays as it is",
    Step.RETAIN: "let stack {source} leave behind what it loses (DeletionPolicy: Retain)",
    Step.RELEASE: "take it out of stack {source}; nothing is deleted",
    Step.IMPORT: "import it into stack {into}; nothing changes",
}


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
    yield "Afterwards `mlops-gitops plan` says this, and nothing of it happens before `apply`:"
    yield ""
    yield plan_text(adoptions.after)


def _pipeline(old: OldPipeline) -> Iterator[str]:
    yield f"{old.workload}: delivery pipeline of the predecessor"
    yield f"  - delete stack {old.stack}, so that {_names(old)} deploys no more"
    yield from (f"    stays: {each}" for each in old.keeps)
    yield from _refused(old.refused, old.hint)


def _names(old: OldPipeline) -> str:
    return ", ".join(f"pipeline {each}" for each in old.pipelines) or "nothing"


def _stack(adoption: Adoption) -> Iterator[str]:
    source = f"from stack {adoption.source}" if adoption.source else "made by hand"
    yield f"{adoption.workload}, stage {adoption.stage}: {source} into stack {adoption.into}"
    for each in adoption.taken:
        yield f"  > {each.logical_id}  {each.resource_type}  {each.physical_id}"
    if adoption.sheds:
        yield f"  = {', '.join(adoption.sheds)}: left where it is, and in no stack any more"
    for number, step in enumerate(adoption.steps, 1):
        text = _STEPS[step].format(
            source=adoption.source, into=adoption.into, stack_set=adoption.stack_set
        )
        yield f"  {number}. {text}"
    yield from _refused(adoption.refused, adoption.hint)


def _refused(refused: str, hint: str) -> Iterator[str]:
    if refused:
        yield f"  ! {refused}"
        yield f"    {hint}"


def _left(adoptions: Adoptions) -> Iterator[str]:
    for each in adoptions.left:
        yield f"Left in account {each.account}: {each.what}; {each.until}"
