"""`mlops-gitops bootstrap`."""

import json
from collections.abc import Mapping
from pathlib import Path

import click

from mlops_gitops import app
from mlops_gitops.cli import options
from mlops_gitops.cli.interruptions import Interruptions
from mlops_gitops.cli.out import echo
from mlops_gitops.diff.bootstrap import BootstrapPlan
from mlops_gitops.use_cases.bootstrap import bootstrap, preview
from mlops_gitops.use_cases.bootstrap_parts import Source
from mlops_gitops.use_cases.bootstrap_print import POLICIES, printed_parts, printed_policy

_ALL = "all"


@click.command("bootstrap")
@click.option(
    "--plan", "only_plan", is_flag=True, help="Show what would change, and change nothing."
)
@click.option(
    "--print",
    "printed",
    is_flag=False,
    flag_value=_ALL,
    metavar="[PART]",
    default=None,
    help="Print templates and parameters, of all parts or of one, without asking AWS; or "
    f"{' or '.join(POLICIES)}, which a bucket or key of your own needs.",
)
@click.option(
    "--assets-key",
    default="",
    help="ARN of the assets bucket's key, as the orchestrator's bootstrap printed it; needed "
    "where a stage's account may not ask the bucket.",
)
@click.option(
    "--operator",
    "operators",
    multiple=True,
    help="ARN, with * and ?, of who may remove what a failed first creation left; as before if "
    "left out. Repeatable.",
)
@options.yes
@options.root
@options.output("text", "json")
def command(  # noqa: PLR0913 -- one for each option
    root: Path,
    printed: str | None,
    assets_key: str,
    operators: tuple[str, ...],
    output: str,
    *,
    only_plan: bool,
    yes: bool,
) -> None:
    """Prepare the account whose credentials are in use: roles, bucket, key, topic.

    Run it in the orchestrator account first, then in every account that takes workloads; with
    bootstrap.organizations in the settings, in the orchestrator account alone. What would change
    is shown, and asked about. Run again, it changes nothing, or brings the account up to date; no
    bucket, key or topic is ever replaced or deleted.

    \u0008
    Example:
      mlops-gitops bootstrap
      mlops-gitops bootstrap --plan
      AWS_PROFILE=prod mlops-gitops bootstrap --yes
      mlops-gitops bootstrap --print account
    """
    source = app.bootstrap_source(root, operators)
    if printed is not None:
        _print(source, printed, assets_key, output)
        return
    preparation = app.bootstrap_preparation(source, assets_key)
    plans: list[BootstrapPlan] = []

    def show(planned: BootstrapPlan) -> None:
        plans.append(planned)
        if output == "text":
            from mlops_gitops.views.bootstrap_text import bootstrap_text

            echo(bootstrap_text(planned))

    def confirm() -> None:
        if not yes:
            options.ask(f"Change account {preparation.account} so?")

    outputs = None
    with Interruptions().caught():  # a polite kill, too, may leave no change set behind
        if only_plan:
            preview(preparation, show, _report)
        else:
            outputs = bootstrap(preparation, show, confirm, _report)
    _tell(plans, outputs, output)


def _tell(plans: list[BootstrapPlan], outputs: Mapping[str, str] | None, output: str) -> None:
    if output == "json":
        from mlops_gitops.views.bootstrap_json import bootstrap_json

        echo(bootstrap_json(plans, outputs))
        return
    for name, value in sorted((outputs or {}).items()):
        echo(f"{name}: {value}")


def _print(source: Source, name: str, assets_key: str, output: str) -> None:
    if name in POLICIES:
        echo(json.dumps(printed_policy(source, name), indent=2))
        return
    from mlops_gitops.views.bootstrap_print import printed_json, printed_text

    parts = printed_parts(source, "" if name == _ALL else name, assets_key)
    echo(printed_json(parts) if output == "json" else printed_text(parts))


def _report(step: str) -> None:
    echo(step, err=True)
