"""`explain`: say what a problem's code means."""

from difflib import get_close_matches

import click

from mlops_gitops.cli import options
from mlops_gitops.errors import UsageError

_EXIT_CODES = """\
Exit codes are the same for all commands:

  0    success
  1    a failure of the tool or of AWS, or a wrong call
  2    there are changes, or drift; only with --detailed-exitcode
  3    what is committed is invalid, or a policy forbids it
  4    blocked: stale plan, obsolete change set, approval missing, busy
  5    incomplete: something could not be compared
  130  interrupted by Ctrl-C; 143 by a polite kill, such as a job that is cancelled"""


@click.command("explain")
@click.argument("code", required=False)
@options.output("text", "markdown")
def command(code: str | None, output: str) -> None:
    """Say what a problem's code means, with an example.

    Without CODE it lists all codes; `exit-codes` explains how commands exit.

    \u0008
    Example:
      mlops-gitops explain MG025
      mlops-gitops explain exit-codes
    """
    if code == "exit-codes":
        click.echo(_EXIT_CODES)
        return
    from mlops_gitops.config.explanations import explanations
    from mlops_gitops.views.explanations_text import explanations_markdown, titles_text

    known = explanations()
    if code is not None:
        wanted = _find(code, known)
        click.echo(f"{wanted}: {known[wanted]}")
    elif output == "markdown":
        click.echo(explanations_markdown(known))
    else:
        click.echo(titles_text(known))


def _find(code: str, known: dict[str, str]) -> str:
    wanted = code.upper()
    if wanted not in known:
        close = get_close_matches(wanted, known, n=1)
        hint = f"Did you mean {close[0]}? " if close else ""
        message = f"There is no code {code!r}."
        raise UsageError(message, hint=f"{hint}`mlops-gitops explain` lists all codes.")
    return wanted
