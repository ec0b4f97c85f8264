"""`mlops-gitops ci`."""

from dataclasses import replace
from pathlib import Path
from typing import assert_never

import click

from mlops_gitops import app
from mlops_gitops.cli import options
from mlops_gitops.cli.ci_output import Page
from mlops_gitops.cli.out import echo
from mlops_gitops.cli.world import can_open, open_changed, open_world
from mlops_gitops.errors import InvalidRepository, MlopsError, UsageError
from mlops_gitops.runs.applied import exit_code as applied_code
from mlops_gitops.runs.ci_run import CiRun, Duty
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.changed import validate_changed
from mlops_gitops.use_cases.ci import (
    Findings,
    check_of,
    exit_code,
    look,
    report,
    why_offline,
    why_untold,
)
from mlops_gitops.use_cases.validate import Validated
from mlops_gitops.views.comment import MARKER


@click.command("ci")
@options.root
@options.changed_since
@click.option("--apply", "applying", is_flag=True, help="Apply, as on the default branch.")
@click.option(
    "--plan-file",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    default=Path("plan.json"),
    show_default=True,
    help="Where the plan is written, for the run to keep.",
)
@click.option(
    "--detailed-exitcode", is_flag=True, help="Exit with 2 if there are changes, 0 if not."
)
@options.python
def command(
    root: Path,
    since: str | None,
    plan_file: Path,
    python: str,
    *,
    applying: bool,
    detailed_exitcode: bool,
) -> int:
    """Do what a run of CI is for: plan a pull request, or apply the default branch.

    GitHub Actions and GitLab CI are known by their variables. In a pull request, what it touches
    is validated and planned, and told in annotations, one comment, the check mlops-gitops/plan
    and the summary of the step. On the default branch, everything is applied. Elsewhere a flag
    says which of the two.

    \u0008
    Example:
      mlops-gitops ci
      mlops-gitops ci --changed-since origin/main
      mlops-gitops ci --apply
    """
    run = _asked(app.ci().run(), since, applying=applying)
    match run.duty:
        case Duty.PLAN:
            findings = _plan(run, root, plan_file, python)
            if findings.failure is not None:
                raise findings.failure
            return exit_code(findings, detailed=detailed_exitcode)
        case Duty.APPLY:
            return _apply(run, root, python)
        case Duty.NOTHING:
            hint = "Say --changed-since REV to plan a change, or --apply to apply what is here."
            raise UsageError(f"There is nothing to do: {run.because}.", hint=hint)
        case _:
            assert_never(run.duty)


def _asked(run: CiRun, since: str | None, *, applying: bool) -> CiRun:
    """Let flags decide where there are some."""
    if since is not None and applying:
        raise UsageError("A change is planned or applied.", hint="Name one of the two flags.")
    if applying:
        return replace(run, duty=Duty.APPLY)
    return run if since is None else replace(run, duty=Duty.PLAN, base=since)


def _plan(run: CiRun, root: Path, plan_file: Path, python: str) -> Findings:
    """Find out what a change does, and tell it wherever the run can."""

    def check() -> Validated:
        changed = app.commits(root).changed_since(run.base)
        return validate_changed(app.files(root), app.package_data(), changed)[0]

    offline = why_offline(run, has_credentials=run.is_fork or can_open())
    findings = look(check, offline, lambda: open_changed(root, run.base, python))
    page = Page(app.ci(), run, root)
    page.show(findings, plan_file)
    _report(page, run, findings)
    return findings


def _report(page: Page, run: CiRun, findings: Findings) -> None:
    """Show the check and the comment; a pull request without either is told on standard error."""
    pull_requests = app.pull_requests(run)
    if pull_requests is None:
        echo(f"Neither comment nor check: {why_untold(run)}", err=True)
        return
    comment = (MARKER, page.comment(findings)) if run.pull_request else None
    check = check_of(run, findings, page.comment(findings))
    for refused in report(pull_requests, check, comment):
        echo(refused, err=True)


def _apply(run: CiRun, root: Path, python: str) -> int:
    page = Page(app.ci(), run, root)
    try:
        applied = apply(open_world(root, python), _doing)
    except InvalidRepository as refused:
        page.show_problems(refused.problems)
        return refused.exit_code
    except MlopsError as failure:
        page.show_failure(failure)
        raise
    page.show_applied(applied)
    return applied_code(applied)


def _doing(workload: str, doing: str) -> None:
    echo(f"{workload}: {doing}", err=True)
