"""`model-card` through the front door, in a cloud in memory."""

import io
import sys
from pathlib import Path
from typing import Any

import pytest
from builders import ORCHESTRATOR, Trial, trial
from functional.conftest import Golden, Said, Say

CARD = {
    "pipeline_type": "model_card",
    "model_name": "churn",
    "model_overview": {
        "model_description": "Finds customers who are about to leave.",
        "model_version": 2,
        "inference_environment": ["image:1"],
    },
    "training_details": {
        "training_job_details": {
            "training_metrics": [{"name": "auc", "value": 0.9, "notes": "best"}],
            "hyper_parameters": [{"name": "eta", "value": "0.2"}],
        }
    },
    "evaluation_details": [
        {
            "name": "hold-out",
            "datasets": ["s3://acme/test.csv", "s3://acme/test-2.csv"],
            "metric_groups": [
                {
                    "name": "all",
                    "metric_data": [
                        {"name": "auc", "type": "number", "value": 0.91},
                        {"name": "confusion", "type": "matrix", "value": [[9, 1], [2, 8]]},
                    ],
                }
            ],
        }
    ],
    "additional_information": {"custom_details": {"Data owner": "crm"}},
}


class User:
    """Somebody at a command line, in a repository with a card."""

    def __init__(self, say: Say, folder: Path) -> None:
        self._say = say
        self._folder = folder
        self.made: Trial = trial(CARD)
        for path, content in self.made.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)

    def types(self, *arguments: str) -> Said:
        """Run a command, and let everything move that can."""
        said = self._say(*arguments, world=self.made.world)
        self.made.cloud.settle()
        return said

    def put(self, name: str, content: dict[str, Any], status: str) -> None:
        """Make a card by hand."""
        self.made.cloud.model_cards.put(ORCHESTRATOR, name, content, status)


@pytest.fixture
def user(say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> User:
    """Somebody whose card is deployed."""
    monkeypatch.chdir(tmp_path)
    made = User(say, tmp_path)
    assert made.types("apply").code == 0
    return made


def test_cards_are_listed(user: User, golden: Golden) -> None:
    """Those that no config keeps included; an account without cards says so."""
    user.put("churn-2023", {}, "Archived")

    golden("model-card/list", user.types("model-card", "list"))
    golden("model-card/list-json", user.types("model-card", "list", "--output", "json"))
    golden("model-card/list-none", user.types("model-card", "list", "--stage", "prod"))
    golden("model-card/no-such-stage", user.types("model-card", "list", "--stage", "live"))


def test_a_card_is_described(user: User, golden: Golden) -> None:
    """Every section, whatever is in it; what a terminal would act on is escaped."""
    user.put("odd\x1b[2J", {"model_overview": {"model_owner": "a\x1b[2Jb"}}, "Draft")

    golden("model-card/describe", user.types("model-card", "describe", "churn"))
    golden(
        "model-card/describe-json",
        user.types("model-card", "describe", "churn", "--output", "json"),
    )
    golden("model-card/describe-odd", user.types("model-card", "describe", "odd\x1b[2J"))
    golden("model-card/describe-none", user.types("model-card", "describe", "chrn"))
    golden(
        "model-card/describe-no-version",
        user.types("model-card", "describe", "churn", "--version", "9"),
    )


def test_a_card_is_exported(user: User, golden: Golden) -> None:
    """Stdout is the document's place and nothing else; a failure is SageMaker's own."""
    golden("model-card/export", user.types("model-card", "export", "churn"))
    user.made.cloud.model_cards.broken["churn"] = "Access denied to s3://acme-mlops-assets."
    golden("model-card/export-failed", user.types("model-card", "export", "churn"))


def test_a_card_is_deleted_if_no_stack_keeps_it(
    user: User, golden: Golden, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 4 for a card of ours, and where nobody can be asked."""
    user.put("churn-2023", {}, "Archived")
    monkeypatch.setattr(sys, "stdin", io.StringIO())

    golden("model-card/delete-kept", user.types("model-card", "delete", "churn", "--yes"))
    golden("model-card/delete-unasked", user.types("model-card", "delete", "churn-2023"))
    golden("model-card/delete", user.types("model-card", "delete", "churn-2023", "--yes"))
    golden("model-card/delete-gone", user.types("model-card", "delete", "churn-2023", "--yes"))


def test_the_plan_of_an_approved_card(user: User, golden: Golden) -> None:
    """The approval is told as what it is, and not taken back."""
    user.made.cloud.model_cards.set_status(ORCHESTRATOR, "churn", "Approved")
    golden("model-card/plan-nothing", user.types("plan"))
    user.made.commit({**CARD, "intended_uses": {"risk_rating": "Low"}})
    golden("model-card/plan-change", user.types("plan"))


def test_an_archived_card_stops_the_plan(user: User, golden: Golden) -> None:
    """Before anything is deployed."""
    user.made.cloud.model_cards.set_status(ORCHESTRATOR, "churn", "Archived")
    user.made.commit({**CARD, "intended_uses": {"risk_rating": "Low"}})

    golden("model-card/plan-archived", user.types("plan"))


def test_render_says_that_plan_looks_the_status_up(user: User) -> None:
    """Offline, with where the value came from."""
    said = user.types("render", "churn/mlops-config.json", "--stage", "orchestrator")

    assert said.code == 0
    assert "plan looks up what a card has already" in said.out + said.err
