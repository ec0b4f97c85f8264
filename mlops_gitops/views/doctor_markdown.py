"""What `doctor` found, as a table of Markdown: for the summary of a step in CI."""

from collections.abc import Sequence

from mlops_gitops.status.finding import Line
from mlops_gitops.views.doctor_text import summary
from mlops_gitops.views.markdown import code, table

_HEAD = ("result", "what", "seen", "fix")


def doctor_markdown(lines: Sequence[Line]) -> str:
    """Write a heading and one row for each line."""
    return f"### Doctor: {summary(lines)}\n\n{table(_HEAD, map(_cells, lines))}"


def _cells(line: Line) -> tuple[str, ...]:
    """Write what is not ours as code; an empty text would be two backticks."""
    about = f" {code(line.about)}" if line.about else ""
    fix = code(line.fix) if line.fix else ""
    return line.result.value, f"{line.what}{about}", code(line.seen), fix
