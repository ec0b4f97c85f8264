"""Looking for drift: what is gone, changed or unknown, and what is told of it."""

import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
from builders import ACCOUNTS, ORCHESTRATOR, Trial, realtime, trial

from mlops_gitops.adapters.memory.live import resources_of
from mlops_gitops.desired.stack import DIGEST, DeployableStack, StackId
from mlops_gitops.diff.deployed import StackStatus
from mlops_gitops.status.drift import DriftReport
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.drift import drift
from mlops_gitops.use_cases.tell_drift import DRIFT_FOUND, tell_drift
from mlops_gitops.views.drift_text import drift_text

NAME = "mlops-pipeline-churn-byompipelinerealtimebuiltin"
DEV = StackId(ACCOUNTS["dev"], "us-east-1", f"{NAME}-dev")
DELIVERY = StackId(ORCHESTRATOR, "us-east-1", f"{NAME}-codepipeline")
EVENT = Path(__file__).parents[3] / "schemas" / "events" / "drift-found.json"


def deployed(*configs: dict[str, Any]) -> Trial:
    """Give a cloud in which dev runs what git says, and staging waits at its gate."""
    made = trial(*(configs or (realtime("churn"),)))
    apply(made.world(), quiet)
    made.cloud.settle()
    return made


def quiet(_workload: str, _doing: str) -> None:
    """Say nothing."""


def found(made: Trial, *only: str) -> list[tuple[str, str, str]]:
    """Give kind, stack and resource of every drift."""
    return [(each.kind.name, each.stack.name, each.logical_id) for each in look(made, *only).drifts]


def look(made: Trial, *only: str) -> DriftReport:
    """Look for drift."""
    return drift(made.world(), quiet, frozenset(only))


def update(made: Trial, id_: StackId, **changed: Any) -> None:
    """Update a stack by hand."""
    there = made.cloud.stacks.find(id_)
    assert there is not None
    stack = DeployableStack(
        id=id_,
        template=made.cloud.stacks.template(id_),
        parameters=there.parameters,
        tags=there.tags,
        capabilities=(),
    )
    made.cloud.stacks.update(replace(stack, **changed))
    made.cloud.settle()


def parameters(made: Trial, **changed: str) -> dict[str, str]:
    """Give a stack's parameters with other values."""
    there = made.cloud.stacks.find(DEV)
    assert there is not None
    return {**there.parameters, **changed}


def test_what_was_deployed_and_left_alone_has_not_drifted() -> None:
    """Stages that a gate keeps waiting are not missing, and what there is is compared."""
    report = look(deployed())

    assert (report.drifts, report.not_compared) == ((), ())
    assert report.compared > 10


def test_nothing_deployed_is_no_drift_and_no_tick() -> None:
    """It is said that nothing was compared."""
    report = look(trial(realtime("churn")))

    assert report == DriftReport(drifts=(), not_compared=(), compared=0)
    assert "nothing was compared" in drift_text(report)


def test_a_stack_changed_by_hand_is_shown_in_all_three_worlds() -> None:
    """Parameters, tags and the template; git may have moved on since."""
    made = deployed()
    template = json.loads(json.dumps(made.cloud.stacks.template(DEV)))
    template["Resources"]["InferenceLogs"]["Properties"]["RetentionInDays"] = 1
    there = made.cloud.stacks.find(DEV)
    assert there is not None
    update(
        made,
        DEV,
        template=template,
        parameters=parameters(made, InferenceInstance="ml.m5.xlarge"),
        tags={**there.tags, "owner": "me"},
    )
    made.commit(realtime("churn", inference_instance="ml.c5.large"))

    (by_hand,) = look(made).drifts

    shown = {each.path: (each.desired, each.deployed, each.live) for each in by_hand.properties}
    assert shown == {
        "Parameters.InferenceInstance": ("ml.c5.large", "ml.m5.large", "ml.m5.xlarge"),
        "Resources.InferenceLogs.Properties.RetentionInDays": ("90", "90", "1"),
        "Tags.owner": (None, None, "me"),
    }
    assert by_hand.next_step == f"mlops-gitops drift {NAME} --revert"


def test_a_stack_that_nobody_remembers_shows_its_digest() -> None:
    """Its bundle cannot be read any more, but a change by hand is one all the same."""
    made = deployed()
    update(made, DEV, parameters=parameters(made, InferenceInstance="ml.m5.xlarge"))
    for key in [key for key in made.cloud.assets.listed("") if key.endswith("template.zip")]:
        made.cloud.assets.remove(key)
    made.commit(realtime("churn", inference_instance="ml.c5.large"))
    made.cloud.pipelines._deliveries.clear()

    (by_hand,) = [each for each in look(made).drifts if each.stack == DEV]

    (only,) = by_hand.properties
    assert only.path == f"Outputs.{DIGEST}"
    assert len({only.desired, only.deployed, only.live}) == 3


def test_a_stack_that_is_gone_is_told_from_one_that_never_was() -> None:
    """The delivery pipeline remembers what it deployed."""
    made = deployed()
    made.cloud.stacks.delete(DEV)
    made.cloud.settle()

    assert found(made) == [("STACK_MISSING", DEV.name, "")]


def test_without_a_pipeline_nobody_knows_what_was_deployed() -> None:
    """The pipeline itself is missing, and of the stacks nothing is concluded."""
    made = deployed()
    for id_ in (DEV, DELIVERY):
        made.cloud.stacks.delete(id_)
    made.cloud.settle()
    made.cloud.pipelines._deliveries.clear()

    report = look(made)

    assert [(each.kind.name, each.stack) for each in report.drifts] == [("STACK_MISSING", DELIVERY)]
    assert [each.stack.name for each in report.not_compared] == [
        f"{NAME}-dev",
        f"{NAME}-staging",
        f"{NAME}-prod",
    ]


def test_a_gate_that_was_taken_away_is_told_first() -> None:
    """Louder than anything that only serves."""
    made = deployed()
    pipeline = resources_of(made.cloud.stacks._records[DELIVERY])["Pipeline"]
    stages = deepcopy(pipeline.properties["Stages"])
    (staging,) = [each for each in stages if each["Name"] == "DeployStaging"]
    staging["Actions"] = [each for each in staging["Actions"] if each["Name"] != "Approve"]
    made.cloud.live.changed[DEV, "Endpoint"] = {"EndpointConfigName": "another"}
    made.cloud.live.changed[DELIVERY, "Pipeline"] = {"Stages": stages}

    report = look(made)

    assert [each.kind.name for each in report.drifts] == ["PIPELINE_CHANGED", "RESOURCE_CHANGED"]
    (gate,) = report.drifts[0].properties
    assert (gate.path, gate.live) == ("Stages[DeployStaging].Actions[Approve]", None)
    assert "gate of DeployStaging" in drift_text(report)


def test_what_cloudformation_sees_is_told_too() -> None:
    """A role's policy, which nobody but CloudFormation compares, and a log group that is gone."""
    made = deployed()
    made.cloud.live.changed[DEV, "ExecutionRole"] = {"Path": "/elsewhere/"}
    made.cloud.live.gone.add((DEV, "InferenceLogs"))

    assert found(made) == [
        ("RESOURCE_CHANGED", DEV.name, "ExecutionRole"),
        ("RESOURCE_MISSING", DEV.name, "InferenceLogs"),
    ]


def test_what_cannot_be_compared_is_said_with_its_reason() -> None:
    """A type that nobody reads, a refusal, an endpoint that is being changed: all of them."""
    made = deployed()
    made.cloud.detection.unchecked |= {"AWS::Lambda::Permission"}
    made.cloud.live.refused[DEV, "Model"] = "You may not read it."
    made.cloud.live.busy[DEV, "Endpoint"] = "the endpoint is Updating"

    report = look(made)

    assert {each.logical_id: each.why for each in report.not_compared} == {
        "Endpoint": "the endpoint is Updating",
        "InferencePermission": "CloudFormation does not look at this type, and we do not read it",
        "Model": "You may not read it.",
    }


def test_a_detection_that_is_refused_or_does_not_end_hides_nothing() -> None:
    """What CloudFormation alone can tell is not compared then, and the rest is."""
    made = deployed()
    made.cloud.detection.refusing[DEV.name] = "Somebody else looks at it."
    refused = look(made)
    made.cloud.detection.refusing.clear()
    made.cloud.detection.slow = 10_000
    endless = look(made)

    for report, why in ((refused, "Somebody else"), (endless, "did not look at it within")):
        missed = {each.logical_id: each.why for each in report.not_compared}
        assert "Endpoint" not in missed
        assert why in missed["ExecutionRole"]


def test_a_stack_in_motion_is_not_compared() -> None:
    """Whatever is found there may be gone the next moment."""
    made = deployed()
    stacks = made.cloud.stacks
    busy = replace(
        stacks._records[DEV],
        deployed=replace(stacks._records[DEV].deployed, status=StackStatus.UPDATE_IN_PROGRESS),
    )
    stacks._records[DEV] = busy

    report = look(made)

    assert [each.why for each in report.not_compared] == ["the stack is UPDATE_IN_PROGRESS"]
    assert not report.drifts


def test_a_stack_without_a_config_is_an_orphan() -> None:
    """It is told to whoever asks about everything, or about it."""
    made = deployed(realtime("churn"), realtime("fraud"))
    del made.files["fraud/mlops-config.json"]

    fraud = NAME.replace("churn", "fraud")
    (orphan,) = look(made).drifts
    assert (orphan.kind.name, orphan.stack.name, orphan.stage) == ("ORPHAN", f"{fraud}-dev", "dev")
    assert orphan.next_step == f"mlops-gitops retire {fraud}"
    assert found(made, NAME) == []


def test_a_sweep_asks_as_often_as_it_says() -> None:
    """Per stack one detection is begun, waited for and read; a pipeline's stack needs none."""
    made = deployed()

    look(made)

    assert made.cloud.detection.calls == ["start", "progress", "checks"]


def test_drift_is_told_as_its_schema_says_and_by_one_name_while_it_lasts() -> None:
    """The id is the same until the live value is another one."""
    made = deployed()
    made.cloud.live.changed[DEV, "Endpoint"] = {"EndpointConfigName": "another"}
    for name in ("another", "another", "a third"):
        made.cloud.live.changed[DEV, "Endpoint"] = {"EndpointConfigName": name}
        tell_drift(made.world(), look(made))

    kinds, details = zip(*made.cloud.events.told, strict=True)
    assert set(kinds) == {DRIFT_FOUND}
    first, same, other = (each["drift_id"] for each in details)
    assert first == same != other
    for each in details:
        jsonschema.validate(each, json.loads(EVENT.read_text()))
