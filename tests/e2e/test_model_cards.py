"""Model cards on the embedded AWS: git keeps what they say, people approve them by hand."""

import json
from typing import Any

from builders import ACCOUNTS, BUCKET, ORCHESTRATOR
from e2e.test_every_type import is_left_alone
from e2e.user import User


def card(name: str, owner: str, **fields: Any) -> dict[str, Any]:
    """Declare a card."""
    metric = {"name": "auc", "type": "number", "value": 0.91}
    return {
        "pipeline_type": "model_card",
        "model_name": name,
        "model_overview": {"model_owner": owner, "inference_environment": ["image:1"]},
        "evaluation_details": [
            {"name": "hold-out", "metric_groups": [{"name": "all", "metric_data": [metric]}]}
        ],
        "additional_information": {"custom_details": {"Data owner": "crm"}},
        **fields,
    }


def live(user: User, name: str, account: str = ORCHESTRATOR) -> Any:
    """Describe a card as the console shows it."""
    return user.aws("sagemaker", account).describe_model_card(ModelCardName=name)


def approve_by_hand(user: User, name: str, account: str = ORCHESTRATOR) -> None:
    """Approve a card in the console."""
    sagemaker = user.aws("sagemaker", account)
    sagemaker.update_model_card(ModelCardName=name, ModelCardStatus="Approved")


def test_an_approval_by_hand_outlives_a_change(user: User, name: str) -> None:
    """Somebody approves the draft; the next commit changes what the card says and nothing else."""
    user.commit(card(name, "ml-team"))
    user.did("apply")
    shown = user.settled()
    made = live(user, name)
    assert "All stages run what git says." in shown
    assert made["ModelCardStatus"] == "Draft"
    content = json.loads(made["Content"])
    assert content["model_overview"] == {
        "model_name": name,
        "model_owner": "ml-team",
        "inference_environment": {"container_image": ["image:1"]},
    }
    assert content["additional_information"] == {"custom_details": {"Data owner": "crm"}}

    approve_by_hand(user, name)
    assert user.run("plan", "--detailed-exitcode").code == 0
    assert is_left_alone(user)
    assert "All stages run what git says." in user.settled()

    user.commit(card(name, "another team"))
    planned = user.did("plan")
    user.did("apply")
    shown = user.settled()

    assert "model card status  Draft -> Approved" in planned
    assert "All stages run what git says." in shown
    changed = live(user, name)
    assert changed["ModelCardStatus"] == "Approved"
    assert json.loads(changed["Content"])["model_overview"]["model_owner"] == "another team"
    assert user.run("plan", "--detailed-exitcode").code == 0


def test_each_stage_has_its_card(user: User, name: str) -> None:
    """A card that goes through the gates keeps the status it has in each account."""
    user.commit(card(name, "ml-team", stages=["staging", "prod"]))
    promote(user, name)
    approve_by_hand(user, name, ACCOUNTS["prod"])

    user.commit(card(name, "another team", stages=["staging", "prod"]))
    promote(user, name)

    assert live(user, name, ACCOUNTS["staging"])["ModelCardStatus"] == "Draft"
    assert live(user, name, ACCOUNTS["prod"])["ModelCardStatus"] == "Approved"
    owner = json.loads(live(user, name, ACCOUNTS["prod"])["Content"])["model_overview"]
    assert owner["model_owner"] == "another team"


def promote(user: User, name: str) -> None:
    """Apply, and approve both stages."""
    user.did("apply")
    for stage in ("staging", "prod"):
        user.settled()
        user.approve(name, stage)
    user.settled()


def test_cards_are_handled_by_hand(user: User, name: str) -> None:
    """Listed, described, exported and deleted, each from a process of its own."""
    user.commit(card(name, "ml-team"))
    user.did("apply")
    user.settled()
    other = f"{name}-by-hand"
    user.aws("sagemaker").create_model_card(
        ModelCardName=other, Content="{}", ModelCardStatus="Archived"
    )

    listed = json.loads(user.ran("model-card", "list", "--output", "json").out)["model_cards"]
    described = user.ran("model-card", "describe", name)
    exported = user.ran("model-card", "export", name)
    kept = user.ran("model-card", "delete", name, "--yes")
    deleted = user.ran("model-card", "delete", other, "--yes")

    assert {name, other} <= {each["name"] for each in listed}
    assert "model owner: ml-team" in described.out
    assert exported.out.startswith(f"s3://{BUCKET}/model_card_exports/")
    key = exported.out.strip().removeprefix(f"s3://{BUCKET}/")
    document = user.aws("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read()
    assert document.startswith(b"%PDF")
    assert (kept.code, deleted.code) == (4, 0), (kept, deleted)
    assert live(user, name)["ModelCardStatus"] == "Draft"
    left = user.aws("sagemaker").list_model_cards(NameContains=other)["ModelCardSummaries"]
    assert left == []


def test_a_card_made_by_hand_is_not_taken_over(user: User, name: str) -> None:
    """The plan says so, and apply deploys nothing."""
    user.aws("sagemaker").create_model_card(
        ModelCardName=name, Content="{}", ModelCardStatus="Approved"
    )
    user.commit(card(name, "ml-team"))

    refused = user.run("apply")

    assert refused.code == 3
    assert "MG216" in refused.err
    assert live(user, name)["ModelCardVersion"] == 1
