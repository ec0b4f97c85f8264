"""`mlops-gitops init`."""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from mlops_gitops import app
from mlops_gitops.cli.out import echo
from mlops_gitops.config.arn import partition_of
from mlops_gitops.errors import InvalidRepository, UsageError
from mlops_gitops.problems import errors_among
from mlops_gitops.use_cases.init import Ci, Wishes, begin_repository
from mlops_gitops.use_cases.validate import validate

_FILES = Path(__file__).parent / "init_files"
_STAGE = re.compile(r"(?P<name>[^=\s]+)=(?P<account>[^=\s]+)")
_ASKED = {
    "orchestrator": "Account of the assets bucket and the delivery pipelines",
    "region": "Region",
    "bucket": "Assets bucket, a name that nobody has yet",
    "stage": "Stages and their accounts in order, such as dev=222222222222 prod=444444444444",
}
"""What cannot be guessed: option, and how it is asked for."""


def _of_form(pattern: str, what: str) -> Callable[[Any, Any, Any], Any]:
    """Make a callback that refuses texts of another form; several are each looked at."""

    def check(_context: click.Context, _parameter: click.Parameter, value: Any) -> Any:
        for each in (value,) if isinstance(value, str) else value or ():
            if not re.fullmatch(pattern, each):
                raise click.BadParameter(f"{each!r} is no {what}.")
        return value

    return check


_role = _of_form(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[\w+=,.@/-]+", "ARN of an IAM role")
_revision = _of_form(r"[0-9A-Za-z][\w./-]*", "branch, tag or commit")


@click.command("init")
@click.option("--orchestrator", metavar="ACCOUNT", help=f"{_ASKED['orchestrator']}.")
@click.option(
    "--stage",
    multiple=True,
    metavar="NAME=ACCOUNT",
    help="A stage and its account. Say it once for each, in order; all but the first get a gate.",
)
@click.option("--region", help="The AWS region of all stages.")
@click.option("--bucket", help="Assets bucket; a name that nobody has yet.")
@click.option(
    "--model",
    default="example",
    show_default=True,
    callback=_of_form(r"[0-9A-Za-z][0-9A-Za-z-]*", "name of a model"),
    help="Name of the model in the example.",
)
@click.option(
    "--ci",
    type=click.Choice([each.value for each in Ci]),
    default=Ci.GITHUB.value,
    show_default=True,
    help="Whose CI to write files for.",
)
@click.option(
    "--branch",
    default="main",
    show_default=True,
    callback=_revision,
    help="The branch that is applied from; GitLab knows it by itself.",
)
@click.option(
    "--repository",
    default="",
    metavar="OWNER/NAME",
    callback=_of_form(r"|[\w.-]+(/[\w.-]+)+", "repository with its owner"),
    help="What GitHub or GitLab call this repository; bootstrap makes roles that trust it.",
)
@click.option(
    "--owner",
    multiple=True,
    callback=_of_form(r"@?[\w.@/-]+", "user, team or e-mail address"),
    help="Who reviews, such as @acme/ml-platform. May be said several times.",
)
@click.option(
    "--plan-role",
    callback=_role,
    help="ARN of the role that CI plans with; by default the orchestrator's mlops-gitops-ci-plan.",
)
@click.option(
    "--apply-role",
    callback=_role,
    help="ARN of the role that CI applies with; by default the orchestrator's mlops-gitops-apply.",
)
@click.option(
    "--pin",
    callback=_revision,
    help="Commit of mlops-gitops that CI runs; by default the one that is installed.",
)
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="Folder to write to; by default the working folder.",
)
def command(root: Path, **given: Any) -> None:
    """Begin a repository: settings, an example, and files for CI.

    On a terminal it asks for what is not given. Nothing that is there is overwritten: if one of
    the files exists, none is written.

    \u0008
    Example:
      mlops-gitops init
      mlops-gitops init --region us-east-1 --bucket acme-models --orchestrator 111111111111 \\
        --stage dev=222222222222 --stage staging=333333333333 --stage prod=444444444444 \\
        --repository acme/models
    """  # noqa: D301 - \u0008 has to be that character, which click looks for
    wishes = _wishes(_completed(given))
    skeleton = {file.name: file.read_text("utf-8") for file in sorted(_FILES.iterdir())}
    contents = begin_repository(wishes, skeleton)
    problems = validate(app.files_in_memory(contents), app.package_data()).problems
    if errors_among(problems):
        echo("Nothing was written. This would be wrong with it:", err=True)
        raise InvalidRepository(problems)
    app.add_files(root, contents)
    echo("\n".join(contents))
    echo(_next(wishes), err=True)


def _completed(given: dict[str, Any]) -> dict[str, Any]:
    """Ask for what is missing.

    Raises:
        UsageError: something is missing, and there is nobody to ask.
    """
    missing = [name for name in _ASKED if not given[name]]
    if missing and not sys.stdin.isatty():
        message = f"Missing: {', '.join(f'--{name}' for name in missing)}."
        hint = "`mlops-gitops init --help` has an example. On a terminal, init asks for them."
        raise UsageError(message, hint=hint)
    answers: dict[str, Any] = {name: click.prompt(_ASKED[name], err=True) for name in missing}
    if "stage" in answers:
        answers["stage"] = tuple(answers["stage"].split())
    return given | answers


def _wishes(given: dict[str, Any]) -> Wishes:
    roles = f"arn:{partition_of(given['region'])}:iam::{given['orchestrator']}:role"
    return Wishes(
        orchestrator=given["orchestrator"],
        region=given["region"],
        bucket=given["bucket"],
        stages=tuple(_stage(each) for each in given["stage"]),
        model=given["model"],
        ci=Ci(given["ci"]),
        branch=given["branch"],
        owners=given["owner"],
        plan_role=given["plan_role"] or f"{roles}/mlops-gitops-ci-plan",
        apply_role=given["apply_role"] or f"{roles}/mlops-gitops-apply",
        revision=given["pin"] or app.installed_revision(),
        repository=given["repository"],
    )


def _stage(text: str) -> tuple[str, str]:
    found = _STAGE.fullmatch(text)
    if not found:
        hint = "Write the name, an equals sign and the account: dev=222222222222."
        raise UsageError(f"{text!r} is no stage.", hint=hint)
    return found["name"], found["account"]


def _next(wishes: Wishes) -> str:
    """Say what comes next."""
    steps = [
        f"Make {wishes.model}/mlops-config.json yours, then run `mlops-gitops validate`.",
        "Run `mlops-gitops bootstrap` in each account, or `mlops-gitops local up` to try it here.",
    ]
    if wishes.ci is not Ci.NONE:
        roles = f"{wishes.plan_role}, {wishes.apply_role}"
        if wishes.repository:
            steps.append(f"CI takes these roles, which bootstrap makes: {roles}.")
        else:
            steps.insert(1, "Say `ci:` in mlops-gitops.yaml: which repository gets roles.")
            steps.append(f"CI takes these roles, which bootstrap then makes: {roles}.")
    lines = (f"  {number}. {step}" for number, step in enumerate(steps, start=1))
    return "\n".join(["Next:", *lines])
