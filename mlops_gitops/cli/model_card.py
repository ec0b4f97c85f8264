"""`mlops-gitops model-card`."""

from pathlib import Path

import click

from mlops_gitops.cli import options
from mlops_gitops.cli.out import echo
from mlops_gitops.cli.world import open_world
from mlops_gitops.use_cases.model_cards import (
    delete_card,
    describe_card,
    export_card,
    list_cards,
    place_of,
    refuse_kept,
)

_stage = click.option(
    "--stage", default=None, help="Stage whose account is meant; by default the orchestrator's."
)
_version = click.option(
    "--version", type=click.IntRange(min=1), default=None, help="Version; by default the newest."
)


@click.group("model-card")
def command() -> None:
    """List, describe, export and delete SageMaker model cards.

    Cards are made and changed by configs of pipeline type model_card. These commands are for all
    cards of an account, those that were made by hand included.

    \u0008
    Example:
      mlops-gitops model-card list
      mlops-gitops model-card export churn
    """


@command.command("list")
@_stage
@options.root
@options.output("text", "json")
def list_(stage: str | None, root: Path, output: str) -> None:
    """List the cards of an account: name, status, last change.

    \u0008
    Example:
      mlops-gitops model-card list --stage prod
    """
    world = open_world(root)
    cards = list_cards(world, stage)
    account = place_of(world.settings, stage).account
    if output == "json":
        from mlops_gitops.views.values_json import values_json

        echo(values_json(account=account, model_cards=cards))
        return
    from mlops_gitops.views.model_card_text import cards_text

    echo(cards_text(cards, account))


@command.command("describe")
@click.argument("name")
@_version
@_stage
@options.root
@options.output("text", "json")
def describe(name: str, version: int | None, stage: str | None, root: Path, output: str) -> None:
    """Show what a card says.

    \u0008
    Example:
      mlops-gitops model-card describe churn
      mlops-gitops model-card describe churn --version 3 --output json
    """
    card = describe_card(open_world(root), name, stage, version)
    if output == "json":
        from mlops_gitops.views.values_json import values_json

        echo(values_json(model_card=card))
        return
    from mlops_gitops.views.model_card_text import card_text

    echo(card_text(card))


@command.command("export")
@click.argument("name")
@_version
@_stage
@options.root
@options.output("text", "json")
def export(name: str, version: int | None, stage: str | None, root: Path, output: str) -> None:
    """Write a card as PDF into the assets bucket; print where it is.

    SageMaker writes it, below model_card_exports/. The command waits for it.

    \u0008
    Example:
      mlops-gitops model-card export churn
      aws s3 cp "$(mlops-gitops model-card export churn)" churn.pdf
    """
    exported = export_card(open_world(root), name, stage, version)
    if output == "json":
        from mlops_gitops.views.values_json import values_json

        echo(values_json(export=exported))
        return
    echo(exported.location)


@command.command("delete")
@click.argument("name")
@_stage
@options.yes
@options.root
def delete(name: str, stage: str | None, root: Path, *, yes: bool) -> None:
    """Delete a card that no stack keeps, with all its versions.

    A card that a config keeps is refused with exit code 4: it goes with its stack.

    \u0008
    Example:
      mlops-gitops model-card delete churn-2023
    """
    world = open_world(root)
    refuse_kept(world, name, stage)
    if not yes:
        account = place_of(world.settings, stage).account
        options.ask(f"Delete model card {name} of account {account} with all its versions?")
    delete_card(world, name, stage)
    echo(f"Deleted model card {name}.")
