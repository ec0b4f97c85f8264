"""What model cards promise us: their stacks make them, and people change them."""

from dataclasses import replace

import pytest
from contract.conftest import Side

from mlops_gitops.desired.stack import DeployableStack, StackId, Template
from mlops_gitops.use_cases.settle import settle


def template(name: str, owner: str, status: str) -> Template:
    """A template of a card."""
    properties = {
        "ModelCardName": name,
        "ModelCardStatus": status,
        "Content": {
            "ModelOverview": {"ModelOwner": owner, "ModelVersion": 2},
            "AdditionalInformation": {"CustomDetails": {"Data Owner": "crm"}},
        },
    }
    return {"Resources": {"Card": {"Type": "AWS::SageMaker::ModelCard", "Properties": properties}}}


def stack(side: Side, name: str, owner: str, status: str = "Draft") -> DeployableStack:
    """A stack that keeps a card of its own name, in the first stage."""
    id_ = StackId(side.settings.stages[0].account, side.settings.region, name)
    body = template(name, owner, status)
    return DeployableStack(id=id_, template=body, parameters={}, tags={}, capabilities=())


@pytest.fixture
def account(side: Side, name: str) -> str:
    """An account in which a stack keeps a card."""
    wanted = stack(side, name, "first")
    side.stacks.create(wanted)
    settle(side.stacks, side.clock, wanted.id)
    return wanted.id.account


def test_a_stack_makes_a_card(side: Side, name: str, account: str) -> None:
    """Its content is model card JSON, and a user's own keys are untouched."""
    found = side.model_cards.describe(account, name, None)

    assert found
    assert (found.name, found.version, found.status) == (name, 1, "Draft")
    assert found.arn.endswith(f":{account}:model-card/{name}")
    assert found.created_at.tzinfo is not None
    assert found.content == {
        "model_overview": {"model_owner": "first", "model_version": 2},
        "additional_information": {"custom_details": {"Data Owner": "crm"}},
    }


def test_a_change_makes_a_version(side: Side, name: str, account: str) -> None:
    """The old one can still be read; one that never was is None."""
    wanted = stack(side, name, "second")
    side.stacks.update(wanted)
    settle(side.stacks, side.clock, wanted.id)

    newest, first = (side.model_cards.describe(account, name, which) for which in (None, 1))

    assert newest
    assert first
    assert (newest.version, newest.content["model_overview"]["model_owner"]) == (2, "second")
    assert (first.version, first.content["model_overview"]["model_owner"]) == (1, "first")
    assert side.model_cards.describe(account, name, 3) is None


def test_a_status_is_told_as_it_is_just_now(side: Side, name: str, account: str) -> None:
    """Of this very card, not of one whose name it is a part of; elsewhere there is none."""
    longer = stack(side, f"{name}-b", "first", "PendingReview")
    side.stacks.create(longer)
    settle(side.stacks, side.clock, longer.id)
    assert side.model_cards.status(account, name) == "Draft"

    side.set_card_status(account, name, "Approved")

    assert side.model_cards.status(account, name) == "Approved"
    assert side.model_cards.status(account, f"{name}-b") == "PendingReview"
    assert side.model_cards.status(account, name[:-1]) is None
    assert side.model_cards.status(side.settings.stages[1].account, name) is None
    listed = {card.name: card.status for card in side.model_cards.cards(account)}
    assert {name: "Approved", f"{name}-b": "PendingReview"}.items() <= listed.items()
    assert list(listed) == sorted(listed)


def test_a_card_goes_with_its_stack(side: Side, name: str, account: str) -> None:
    """Then it is not there, and deleting it again is no error."""
    id_ = stack(side, name, "first").id
    side.stacks.delete(id_)
    settle(side.stacks, side.clock, id_)

    assert side.model_cards.status(account, name) is None
    assert side.model_cards.describe(account, name, None) is None
    side.model_cards.delete(account, name)


def test_a_card_is_deleted_with_its_versions(side: Side, name: str, account: str) -> None:
    """Whoever deletes it has seen to it that no stack keeps it."""
    side.model_cards.delete(account, name)

    assert side.model_cards.status(account, name) is None
    assert name not in {card.name for card in side.model_cards.cards(account)}


@pytest.mark.parametrize("where", ["orchestrator", "stage"])
def test_an_export_ends_as_a_document(side: Side, name: str, where: str) -> None:
    """Its place is below the folder that was asked for, in the bucket of the installation."""
    name = f"{name}-{where}"
    wanted = stack(side, name, "first")
    if where == "orchestrator":
        wanted = replace(wanted, id=replace(wanted.id, account=side.settings.orchestrator_account))
    account = wanted.id.account
    side.stacks.create(wanted)
    settle(side.stacks, side.clock, wanted.id)
    card = side.model_cards.describe(account, name, None)
    assert card
    folder = f"s3://{side.settings.assets_bucket}/model_card_exports"

    arn = side.model_cards.export(account, card, f"{name}-1", folder)
    while (job := side.model_cards.export_job(account, arn)).status == "InProgress":
        side.clock.sleep(0.1)

    assert (job.status, job.reason) == ("Completed", "")
    assert job.location.startswith(f"{folder}/")
    assert job.location.endswith(".pdf")
