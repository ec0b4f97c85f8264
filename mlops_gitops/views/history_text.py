"""History as text: one deployment after the other, newest first."""

from collections.abc import Iterator, Mapping, Sequence

from mlops_gitops.config.said import printable
from mlops_gitops.diff.plan import Plan
from mlops_gitops.status.history import Answered, Deployment
from mlops_gitops.views.stored_plan import stored_lines


def history_text(
    workload: str, deployments: Sequence[Deployment], plans: Mapping[str, Plan | str]
) -> str:
    """Show what was deployed, from which commit, and who approved which digest.

    Args:
        workload: as it was asked for.
        deployments: newest first.
        plans: those that were asked for, or why there is none, by the ids of executions.
    """
    if not deployments:
        return f"{workload} has not been deployed yet."
    return "\n\n".join(
        "\n".join((*_deployment(each), *_planned(plans.get(each.execution_id))))
        for each in deployments
    )


def _planned(plan: Plan | str | None) -> Iterator[str]:
    if plan is not None:
        yield from (printable(f"  {text}") for text in stored_lines(plan))


def _deployment(each: Deployment) -> Iterator[str]:
    started = f"{each.started_at:%Y-%m-%d %H:%M:%S %Z}"
    yield f"{started}  {each.status.value}  execution {each.execution_id}"
    yield printable(f"  commit {each.commit}  digest {each.digest}")
    yield printable(f"  author {each.author}")
    yield from (printable(f"  {text}") for text in each.summaries)
    yield f"  deployed: {', '.join(each.stages) or 'nothing'}"
    yield from (printable(f"  failed: {text}") for text in each.failures)
    yield from (printable(f"  {_answer(answered)}") for answered in each.approvals)


def _answer(answered: Answered) -> str:
    by = f" by {answered.by}" if answered.by else ""
    when = f"{answered.at:%Y-%m-%d %H:%M:%S %Z}"
    line = f"{answered.pipeline_stage} {_word(answered)}{by} at {when}: {answered.summary}"
    return "  ".join((line, *_marks(answered)))


def _word(answered: Answered) -> str:
    if answered.by_settings:
        return "let through by the settings, asked"
    return "approved" if answered.approved else "rejected"


def _marks(answered: Answered) -> Iterator[str]:
    """Mark what should not have happened: an approval of nothing in particular, or of one's own."""
    if not answered.approved:
        return
    if answered.digest is None:
        yield "(approved without a digest)"
    elif not answered.is_bound:
        yield "(approved for another digest)"
    if answered.by_author:
        # Also where it says that the settings let it through: anybody may type that in the console.
        yield f"({'answered' if answered.by_settings else 'approved'} by the author)"
