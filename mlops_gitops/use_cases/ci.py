"""CI: what a run finds out about a proposed change, and what it reports of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from mlops_gitops.config.scripts import scripts_in
from mlops_gitops.diff.plan import Action, Plan
from mlops_gitops.errors import (
    Incomplete,
    InvalidRepository,
    MlopsError,
    PolicyFailure,
    ReadOnlyToken,
)
from mlops_gitops.ports import PullRequests
from mlops_gitops.problems import Problem, errors_among
from mlops_gitops.runs.ci_run import CiRun, Service
from mlops_gitops.status.check import Check, Conclusion
from mlops_gitops.use_cases.plan import plan
from mlops_gitops.use_cases.validate import Validated
from mlops_gitops.use_cases.world import World

CHECK = "mlops-gitops/plan"
"""Name of the check; repositories require it, so it never changes."""

_CHANGES = 2
_FORK = "The change comes from a fork, which gets no credentials. Nothing of the fork was run."
_NO_CREDENTIALS = "There are no credentials of AWS."


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What was found out about a change.

    Attributes:
        checked: paths of the configs that it touches.
        problems: what is wrong with it.
        plan: what it would do; None where that was not found out.
        offline: why AWS was not asked; empty where it was.
        failure: why it could not be looked at.
        unbuilt: scripts that were not run, so that nothing is known of what they make.
    """

    checked: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    plan: Plan | None = None
    offline: str = ""
    failure: MlopsError | None = None
    unbuilt: tuple[str, ...] = ()


def why_offline(run: CiRun, *, has_credentials: bool) -> str:
    """Say why AWS must not be asked; empty where it may be.

    What a fork proposes is planned by nobody, even where a run has credentials: whoever owns the
    fork would learn what runs in the accounts, and decide what is read there.
    """
    if run.is_fork:
        return _FORK
    return "" if has_credentials else _NO_CREDENTIALS


def why_untold(run: CiRun) -> str:
    """Say why there is nothing to write a comment or a check to."""
    match run.service:
        case Service.GITHUB:
            return "there is no GITHUB_TOKEN."
        case Service.GITLAB:
            return "merge requests of GitLab are not written to; its job shows the plan."
        case Service.NONE:
            return "no service started this run."
        case _:
            assert_never(run.service)


def look(check: Callable[[], Validated], offline: str, open_world: Callable[[], World]) -> Findings:
    """Validate a change, then plan it.

    What fails is a finding too, so that every run has something to report.

    Args:
        check: validates what the change touches.
        offline: why AWS must not be asked; empty where it may be.
        open_world: reads what the change touches and reaches AWS.
    """
    try:
        validated = check()
    except MlopsError as failure:
        return Findings(failure=failure)
    known, problems = validated.checked, validated.problems
    if validated.settings is None or errors_among(problems) or offline:
        return _offline(validated, offline)
    try:
        made = plan(open_world())
    except InvalidRepository as refused:
        return Findings(checked=known, problems=refused.problems)
    except MlopsError as failure:
        return Findings(checked=known, problems=problems, failure=failure)
    return Findings(checked=known, problems=problems, plan=made)


def _offline(validated: Validated, offline: str) -> Findings:
    """Say what is known without running a line of what is proposed."""
    unbuilt = scripts_in(validated.configs)
    told = f" Not run, so that nobody knows what it makes: {', '.join(unbuilt)}."
    return Findings(
        checked=validated.checked,
        problems=validated.problems,
        offline=offline + (told if offline and unbuilt else ""),
        unbuilt=unbuilt if offline else (),
    )


def exit_code(findings: Findings, *, detailed: bool) -> int:
    """Give the exit code; changes are told by it only where that was asked for."""
    if findings.failure is not None:
        return findings.failure.exit_code
    if errors_among(findings.problems):
        return InvalidRepository.exit_code
    if findings.plan is None:
        return Incomplete.exit_code if findings.unbuilt else 0
    if findings.plan.refused:
        return PolicyFailure.exit_code
    if findings.plan.is_incomplete:
        return Incomplete.exit_code
    return _CHANGES if detailed and not findings.plan.is_empty else 0


def check_of(run: CiRun, findings: Findings, summary: str) -> Check:
    """Say in one check what was found out."""
    conclusion, title = _concluded(findings)
    return Check(name=CHECK, commit=run.head, conclusion=conclusion, title=title, summary=summary)


def report(
    pull_requests: PullRequests, check: Check, comment: tuple[str, str] | None
) -> tuple[str, ...]:
    """Show a check and a comment; give what could not be shown, in words.

    Args:
        pull_requests: where.
        check: is shown in any case.
        comment: marker and text; None where no pull request is there to be commented.

    Raises:
        HostError: the host refused, or was not reached.
    """
    told = []
    if check.commit:
        told.append(_refusal(lambda: pull_requests.report(check)))
    if comment is not None:
        told.append(_refusal(lambda: pull_requests.comment(*comment)))
    return tuple(filter(None, told))


def _refusal(show: Callable[[], object]) -> str:
    """Show something; say why that may not be, if it may not."""
    try:
        show()
    except ReadOnlyToken as refused:
        return f"{refused.message}\n{refused.hint}"
    return ""


def _concluded(findings: Findings) -> tuple[Conclusion, str]:
    if findings.failure is not None:
        return Conclusion.FAILURE, "Could not be planned"
    errors = errors_among(findings.problems)
    if errors:
        return Conclusion.FAILURE, f"{len(errors):,} problem{'s' if len(errors) > 1 else ''}"
    if findings.unbuilt:
        return Conclusion.FAILURE, "A script was not run"
    if findings.plan is None:
        return Conclusion.NEUTRAL, "Valid; not planned"
    return _planned(findings.plan, findings.checked)


def _planned(made: Plan, checked: tuple[str, ...]) -> tuple[Conclusion, str]:
    if made.refused:
        return Conclusion.FAILURE, "This would be refused"
    if made.is_incomplete:
        return Conclusion.FAILURE, "Not everything could be compared"
    if made.is_empty:
        return Conclusion.SUCCESS, "No changes" if checked else "No workload is touched"
    moving = {each.workload for each in made.changes if each.action is not Action.KEEP}
    return Conclusion.SUCCESS, f"{len(moving):,} workload{'s' if len(moving) > 1 else ''} to change"
