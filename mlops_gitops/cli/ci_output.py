"""Where a run of CI tells what it found: its log, its page, the files that it keeps."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mlops_gitops.cli.out import echo
from mlops_gitops.cli.plan_output import plan_output
from mlops_gitops.cli.problems_output import problems_output
from mlops_gitops.config.said import printable
from mlops_gitops.diff.plan import Plan
from mlops_gitops.errors import MlopsError
from mlops_gitops.problems import Problem, Severity, errors_among
from mlops_gitops.runs.applied import Applied
from mlops_gitops.runs.ci_run import CiRun, Service
from mlops_gitops.use_cases.ci import Findings
from mlops_gitops.views.applied_text import applied_text
from mlops_gitops.views.ci_markdown import applied_markdown, failed_markdown, offline_markdown
from mlops_gitops.views.comment import LIMIT, MARKER, comment_text
from mlops_gitops.views.log_github import notice, shielded
from mlops_gitops.views.problems_markdown import problems_markdown
from mlops_gitops.views.problems_text import summary_text

_PAGE = 1_000_000
"""Characters of the summary of a step, in which GitHub takes 1 MiB; what is not ASCII is longer."""


class RunPage(Protocol):
    """The files of the service that started us."""

    def summarize(self, markdown: str) -> None:
        """Put Markdown on the run's page, where the service has one."""

    def put_out(self, **values: str) -> None:
        """Hand values to the steps that follow, where there are such."""


@dataclass(frozen=True, slots=True)
class Page:
    """What people see of a run."""

    service: RunPage
    run: CiRun
    root: Path

    def show(self, findings: Findings, plan_file: Path) -> None:
        """Show what was found out about a change: log, page, `plan.json`, outputs."""
        self._log_problems(findings.checked, findings.problems)
        if findings.failure is None:
            echo(summary_text(len(findings.checked), findings.problems), err=True)
        if findings.plan is not None:
            self._log(plan_output(findings.plan, "text"))
            _keep(findings.plan, plan_file)
            changes = "false" if findings.plan.is_empty else "true"
            self.service.put_out(plan=str(plan_file), changes=changes)
        if findings.offline:
            self._notice(Severity.WARNING, f"Not planned. {findings.offline}")
        if findings.failure is not None:
            self._notice(Severity.ERROR, findings.failure.message, findings.failure.hint)
        self.service.summarize(self._markdown(findings, _PAGE))

    def show_problems(self, problems: tuple[Problem, ...]) -> None:
        """Show what keeps a repository from being applied."""
        checked = sorted({problem.where.path for problem in problems})
        self._log_problems(checked, problems)
        self.service.summarize(problems_markdown(len(checked), problems, _PAGE))

    def show_failure(self, failure: MlopsError) -> None:
        """Show why nothing was applied; the command line says it on standard error."""
        self._notice(Severity.ERROR, failure.message, failure.hint)
        self.service.summarize(failed_markdown(failure))

    def show_applied(self, applied: Sequence[Applied]) -> None:
        """Show what became of every workload."""
        self._log(applied_text(applied))
        for each in applied:
            if each.failure is not None:
                told = f"{each.workload}: {each.failure.message}"
                self._notice(Severity.ERROR, told, each.failure.hint)
        self.service.summarize(applied_markdown(applied))

    def comment(self, findings: Findings) -> str:
        """Write the comment of the pull request; it begins with the marker."""
        return self._markdown(findings, LIMIT)

    def _markdown(self, findings: Findings, limit: int) -> str:
        if findings.plan is not None:
            return comment_text(findings.plan, limit, self.run.address)
        if findings.failure is not None:
            text = failed_markdown(findings.failure)
        elif findings.offline and not errors_among(findings.problems):
            text = offline_markdown(len(findings.checked), findings.offline)
        else:
            room = limit - len(MARKER) - 1
            text = problems_markdown(len(findings.checked), findings.problems, room)
        return f"{MARKER}\n{text}\n"

    def _log_problems(self, checked: Sequence[str], problems: Sequence[Problem]) -> None:
        form = "github" if self._is_github else "text"
        if text := problems_output(form, self.root, checked, problems):
            echo(text)

    def _log(self, text: str) -> None:
        echo(shielded(text) if self._is_github else text)

    def _notice(self, severity: Severity, message: str, hint: str = "") -> None:
        if self._is_github:
            echo(notice(severity, message, hint))
        elif severity is Severity.WARNING:
            echo(printable(message), err=True)

    @property
    def _is_github(self) -> bool:
        return self.run.service is Service.GITHUB


def _keep(plan: Plan, file: Path) -> None:
    try:
        file.write_text(plan_output(plan, "json") + "\n", encoding="utf-8")
    except OSError as error:
        message = f"The plan cannot be written to {file}: {error.strerror}."
        raise MlopsError(message, hint="Name another file with --plan-file.") from error
