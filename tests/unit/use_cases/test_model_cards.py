"""Model cards in memory: people approve them in SageMaker, and no deployment takes it back."""

from typing import Any

import pytest
from builders import ORCHESTRATOR, SINGLE_ACCOUNT, Trial, realtime, trial

from mlops_gitops.diff.plan import Action
from mlops_gitops.errors import AwsError, Blocked, InvalidRepository, UsageError
from mlops_gitops.runs.applied import Outcome
from mlops_gitops.status.report import Sync
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.approve import approve, reject, review_approval
from mlops_gitops.use_cases.model_cards import delete_card, describe_card, export_card, list_cards
from mlops_gitops.use_cases.plan import plan
from mlops_gitops.use_cases.render import render
from mlops_gitops.use_cases.status import status

STATUS = "ModelCardStatus"
WORKLOAD = "mlops-pipeline-churn-modelcard"


def card(**fields: Any) -> dict[str, Any]:
    """Declare the card of model churn; `fields` overrides."""
    owner = {"model_overview": {"model_owner": "ml-team"}}
    return {"pipeline_type": "model_card", "model_name": "churn", **owner, **fields}


def owned_by(team: str, **fields: Any) -> dict[str, Any]:
    """Declare the same card with another owner."""
    return card(model_overview={"model_owner": team}, **fields)


def carry(made: Trial) -> Outcome:
    """Apply, and let everything move that can; how the only workload came out."""
    (applied,) = apply(made.world(), lambda _workload, _doing: None, None)
    made.cloud.settle()
    assert applied.failure is None
    return applied.outcome


def deployed(**fields: Any) -> Trial:
    """Deploy a card."""
    made = trial(card(**fields))
    carry(made)
    return made


def live(made: Trial, account: str = ORCHESTRATOR, name: str = "churn") -> str | None:
    """Ask what SageMaker says."""
    return made.cloud.model_cards.status(account, name)


def test_a_new_card_is_a_draft() -> None:
    """It is in the orchestrator account, and says what the config says."""
    made = deployed()

    found = describe_card(made.world(), "churn", None, None)

    assert (found.status, found.version) == ("Draft", 1)
    assert found.content == {"model_overview": {"model_name": "churn", "model_owner": "ml-team"}}
    assert plan(made.world()).is_empty


def test_an_approval_by_hand_is_no_change() -> None:
    """Git said nothing of the status, so there is nothing to plan, deploy or call out of sync."""
    made = deployed()

    made.cloud.model_cards.set_status(ORCHESTRATOR, "churn", "Approved")

    assert plan(made.world()).is_empty
    assert carry(made) is Outcome.UNCHANGED
    ((stage,),) = (each.stages for each in status(made.world()))
    assert stage.sync is Sync.IN_SYNC
    assert live(made) == "Approved"


def test_a_change_does_not_take_an_approval_back() -> None:
    """The status that the card has goes with the change, and is told to be looked up."""
    made = deployed()
    made.cloud.model_cards.set_status(ORCHESTRATOR, "churn", "Approved")

    world = made.commit(owned_by("another team"))
    (change,) = plan(world).changes
    carry(made)

    assert [(each.name, each.before, each.after) for each in change.parameters] == [
        (STATUS, "Draft", "Approved")
    ]
    found = describe_card(made.world(), "churn", None, None)
    assert found.status == "Approved"
    assert found.content["model_overview"]["model_owner"] == "another team"
    assert plan(made.world()).is_empty


def test_a_status_taken_back_by_hand_stays_taken_back() -> None:
    """What people decide in SageMaker counts in both directions."""
    made = deployed()
    made.cloud.model_cards.set_status(ORCHESTRATOR, "churn", "Approved")
    made.commit(owned_by("second"))
    carry(made)
    made.cloud.model_cards.set_status(ORCHESTRATOR, "churn", "PendingReview")

    made.commit(owned_by("third"))
    carry(made)

    assert live(made) == "PendingReview"


def test_a_status_in_the_config_always_holds() -> None:
    """Whatever was done by hand since; taken out of the config, it changes nothing."""
    made = deployed(status="Approved")
    made.cloud.model_cards.set_status(ORCHESTRATOR, "churn", "Draft")
    made.commit(owned_by("another team", status="Approved"))
    carry(made)
    assert live(made) == "Approved"

    made.commit(owned_by("another team"))

    assert plan(made.world()).is_empty
    assert live(made) == "Approved"


def test_each_stage_keeps_the_status_of_its_own_card() -> None:
    """Approved in prod and a draft in staging stay so through a promotion."""
    made = trial(card(stages=["staging", "prod"]))
    accounts = {stage.name: stage.account for stage in made.world().settings.stages}

    def promote() -> None:
        carry(made)
        for stage in ("staging", "prod"):
            world = made.world()
            approve(world, review_approval(world, WORKLOAD, stage, None))
            made.cloud.settle()

    promote()
    made.cloud.model_cards.set_status(accounts["prod"], "churn", "Approved")
    made.commit(owned_by("another team", stages=["staging", "prod"]))
    promote()

    assert live(made, accounts["staging"]) == "Draft"
    assert live(made, accounts["prod"]) == "Approved"
    assert live(made) is None


@pytest.mark.parametrize(("written", "is_refused"), [({}, True), ({"status": "Draft"}, False)])
def test_an_approval_by_hand_while_a_change_waits_is_not_taken_back(
    written: dict[str, str], *, is_refused: bool
) -> None:
    """What waits was planned for a draft; rejected and applied again, it carries the approval."""
    made = trial(card(stages=["prod"], **written))
    account = made.world().settings.stage("prod").account

    def let_in() -> None:
        world = made.world()
        approve(world, review_approval(world, WORKLOAD, "prod", None))
        made.cloud.settle()

    carry(made)
    let_in()
    made.commit(owned_by("another team", stages=["prod"], **written))
    carry(made)
    made.cloud.model_cards.set_status(account, "churn", "Approved")

    if is_refused:
        with pytest.raises(Blocked, match=r"is Approved by now, and this would make it Draft"):
            let_in()
        reject(made.world(), WORKLOAD, "prod", "the card was approved")
        made.cloud.settle()
        carry(made)
    let_in()

    assert live(made, account) == ("Approved" if is_refused else "Draft")
    found = describe_card(made.world(), "churn", "prod", None)
    assert found.content["model_overview"]["model_owner"] == "another team"


def test_an_archived_card_is_not_changed() -> None:
    """SageMaker would refuse it in the middle of a deployment; a status in the config mends it."""
    made = deployed()
    made.cloud.model_cards.set_status(ORCHESTRATOR, "churn", "Archived")
    assert plan(made.world()).is_empty

    with pytest.raises(InvalidRepository) as refused:
        plan(made.commit(owned_by("another team")))
    assert [each.code for each in refused.value.problems] == ["MG215"]

    made.commit(owned_by("another team", status="Draft"))
    carry(made)
    assert live(made) == "Draft"


def test_what_leaves_the_content_of_an_archived_card_alone_is_planned() -> None:
    """The card itself stays archived, and what else changes in its stack is shown."""
    made = deployed(status="Draft")
    made.cloud.model_cards.set_status(ORCHESTRATOR, "churn", "Archived")

    world = made.commit(card(kms_key_arn="arn:aws:kms:us-east-1:111111111111:key/" + KEY))
    (change,) = plan(world).changes

    assert {each.name: each.after for each in change.parameters}[STATUS] == "Archived"


KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"


@pytest.mark.parametrize("fields", [{}, {"status": "Approved"}])
def test_a_card_that_somebody_made_by_hand_is_not_taken_over(fields: dict[str, str]) -> None:
    """CloudFormation would fail; the plan says so at the name."""
    made = trial(card(**fields))
    made.cloud.model_cards.put(ORCHESTRATOR, "churn", {}, "Approved")

    with pytest.raises(InvalidRepository) as refused:
        plan(made.world())

    (problem,) = refused.value.problems
    assert (problem.code, problem.pointer) == ("MG216", "/model_name")


def test_another_name_is_another_card() -> None:
    """It begins as a draft, whatever the old one was, and is planned as a replacement."""
    made = deployed()
    made.cloud.model_cards.set_status(ORCHESTRATOR, "churn", "Approved")

    (change,) = plan(made.commit(card(name="churn-card"))).changes
    carry(made)

    assert [each.action for each in change.resources] == [Action.REPLACE]
    assert live(made, name="churn-card") == "Draft"


def test_the_predecessors_users_get_their_card_once() -> None:
    """A single account: the card is in its only stage."""
    made = trial(card(), settings=SINGLE_ACCOUNT)

    carry(made)

    assert live(made) == "Draft"


def test_render_asks_nobody_and_says_so() -> None:
    """Draft, as of a new card, with the word that plan looks it up."""
    made = deployed()
    made.cloud.model_cards.set_status(ORCHESTRATOR, "churn", "Approved")
    world = made.world()
    path = "churn/mlops-config.json"

    stack = render(world.repository, world.data, world.blueprints, path, "orchestrator")

    assert stack.parameters[STATUS].value == "Draft"
    assert "plan looks up" in stack.parameters[STATUS].came_from


def test_other_types_ask_no_card_anything() -> None:
    """A repository without cards costs no calls, even where a card has the model's name."""
    made = trial(realtime("churn"))
    made.cloud.model_cards.put(ORCHESTRATOR, "churn", {}, "Archived")

    assert not plan(made.world()).is_empty


def test_a_kept_card_is_not_deleted() -> None:
    """Its stack and its workload are named; a card of the same name in a stage is not meant."""
    made = deployed()

    with pytest.raises(Blocked) as refused:
        delete_card(made.world(), "churn", None)
    with pytest.raises(UsageError):
        delete_card(made.world(), "churn", "dev")

    assert WORKLOAD in refused.value.message
    assert "churn/model_card" in refused.value.hint
    assert live(made) == "Draft"


def test_a_card_that_nobody_keeps_is_deleted() -> None:
    """It is listed before, and not after."""
    made = deployed()
    made.cloud.model_cards.put(ORCHESTRATOR, "old", {}, "Archived")
    assert [each.name for each in list_cards(made.world(), None)] == ["churn", "old"]

    delete_card(made.world(), "old", None)

    assert [each.name for each in list_cards(made.world(), None)] == ["churn"]


def test_an_export_is_waited_for() -> None:
    """It lies where the predecessor's lay; its name says card, version and time."""
    made = deployed()

    exported = export_card(made.world(), "churn", None, None)

    folder = "s3://acme-mlops-assets/model_card_exports"
    assert exported.location.startswith(f"{folder}/churn-1-2026")
    assert exported.location.endswith("/churn-1.pdf")


def test_an_export_of_a_long_name_has_a_name_that_sagemaker_takes() -> None:
    """At most 63 characters, and unlike that of another card that begins the same."""
    made = deployed()
    names = ["c" * 62 + end for end in "ab"]
    for name in names:
        made.cloud.model_cards.put(ORCHESTRATOR, name, {}, "Draft")

    jobs = {export_card(made.world(), name, None, None).location.split("/")[-2] for name in names}

    assert {len(job) for job in jobs} == {63}
    assert len(jobs) == len(names)


def test_a_failed_export_tells_why() -> None:
    """In SageMaker's words."""
    made = deployed()
    made.cloud.model_cards.broken["churn"] = "The bucket does not exist."

    with pytest.raises(AwsError, match=r"SageMaker said: The bucket does not exist\."):
        export_card(made.world(), "churn", None, None)


def test_a_version_that_is_not_there_is_told() -> None:
    """So is a stage that is not there."""
    made = deployed()

    with pytest.raises(UsageError, match="no version 7 of model card 'churn'"):
        describe_card(made.world(), "churn", None, 7)
    with pytest.raises(UsageError, match="no stage 'live'"):
        list_cards(made.world(), "live")
