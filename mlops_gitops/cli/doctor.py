"""`mlops-gitops doctor`."""

from collections.abc import Sequence
from pathlib import Path

import click

from mlops_gitops import app
from mlops_gitops.cli import options
from mlops_gitops.cli.out import echo
from mlops_gitops.ports.doctor import Instruments
from mlops_gitops.status.finding import Line
from mlops_gitops.use_cases.doctor import doctor, examine, exit_code
from mlops_gitops.use_cases.hops.table import HOPS
from mlops_gitops.use_cases.validate import validate


@click.command("doctor")
@options.root
@options.stage
@options.output("text", "json", "markdown")
@click.option(
    "--timeout",
    "seconds",
    type=click.FloatRange(min=1),
    default=60,
    show_default=True,
    help="Seconds after which no answer is waited for.",
)
def command(root: Path, stage: str | None, output: str, seconds: float) -> None:
    """Check what a first deployment needs, hop by hop. Nothing is changed.

    Credentials, roles, bootstrap's stacks, bucket and key, what configs name, quotas, mails and
    secrets: a line each says what was checked, what was seen, and how to mend it. What rests on
    something that failed is not checked.

    Exit code 0 if nothing failed (warnings are allowed), 3 if settings or configs are not valid,
    4 if anything else failed.

    \u0008
    Example:
      mlops-gitops doctor
      mlops-gitops doctor --stage dev --output json
    """
    instruments = _instruments(root)
    validated = validate(app.files(root), app.repository_data(root))
    lines = doctor(examine(instruments, validated, stage), HOPS, seconds)
    echo(_written(lines, output))
    raise SystemExit(exit_code(lines))


def _instruments(root: Path) -> Instruments:
    """Give what reads AWS, unless whoever called the command line gave another world."""
    opener = click.get_current_context().obj
    given = None if opener is None else opener(root).instruments
    return given or app.instruments(root)


def _written(lines: Sequence[Line], output: str) -> str:
    if output == "json":
        from mlops_gitops.views.values_json import values_json

        return values_json(checks=lines)
    if output == "markdown":
        from mlops_gitops.views.doctor_markdown import doctor_markdown

        return doctor_markdown(lines)
    from mlops_gitops.views.doctor_text import doctor_text

    return doctor_text(lines)
