"""Definitions of workflows: a change is told state by state, never as one long text."""

import json
from typing import Any

import pytest
from builders import BLUEPRINTS, DATA, repository

from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.diff.documents import opened
from mlops_gitops.diff.plan import RiskKind, StackChange
from mlops_gitops.use_cases.difference import Side, difference
from mlops_gitops.use_cases.validate import load_repository

CONFIG = {
    "pipeline_type": "step_functions",
    "model_name": "churn",
    "definition": "train.asl.json",
    "parameters": {"Instance": "ml.m5.large"},
}
TASK = "arn:${AWS::Partition}:states:::sagemaker:createTrainingJob.sync"
TRAIN = {
    "Type": "Task",
    "Resource": TASK,
    "Parameters": {
        "TrainingJobName.$": "$.JobName",
        "RoleArn": "${SageMakerRoleArn}",
        "HyperParameters": {"eta": "0.2"},
        "ResourceConfig": {"InstanceType": "${Instance}", "InstanceCount": 1},
    },
    "Next": "Done",
}
MACHINE = {"StartAt": "Train", "States": {"Train": TRAIN, "Done": {"Type": "Succeed"}}}


def side(machine: dict[str, Any], indent: int | None = 2, **fields: Any) -> Side:
    """A commit with one workflow."""
    files = repository({**CONFIG, **fields})
    files["churn/train.asl.json"] = json.dumps(machine, indent=indent).encode()
    read = load_repository(MemoryFiles(files), DATA)
    return Side(commit="c0ffee", repository=read, blueprints=BLUEPRINTS)


def change(old: Side, new: Side) -> StackChange:
    """What happens to the first stage."""
    return difference(DATA, old, new).changes[0]


def lines(new: dict[str, Any], **fields: Any) -> list[tuple[str, str | None, str | None]]:
    """What is told of a change of the definition above."""
    told = change(side(MACHINE), side(new, **fields)).summary
    return [(each.name, each.before, each.after) for each in told]


def with_train(**members: Any) -> dict[str, Any]:
    """The machine above, with another first state."""
    return {**MACHINE, "States": {**MACHINE["States"], "Train": {**TRAIN, **members}}}


def test_states_that_come_and_go_are_told_by_name() -> None:
    """With what they are; the state that leads to them says so."""
    told = {"Type": "Task", "Resource": "arn:aws:states:::sns:publish"}
    tell = {**told, "Parameters": {"TopicArn": "${NotificationTopicArn}"}, "End": True}
    states = {"Train": {**TRAIN, "Next": "Tell"}, "Tell": tell}

    assert sorted(lines({**MACHINE, "States": states})) == [
        ("Train: next", "Done", "Tell"),
        ("state Done", "Succeed", None),
        ("state Tell", None, "Task sns:publish"),
    ]


def test_what_a_state_does_otherwise_is_told_in_words() -> None:
    """Hyperparameters by their names, the rest by the last word of where it stands."""
    parameters = {**TRAIN["Parameters"], "HyperParameters": {"eta": "0.3", "max.depth": "6"}}

    assert lines(with_train(Parameters=parameters)) == [
        ("Train: hyperparameter eta", "0.2", "0.3"),
        ("Train: hyperparameter max.depth", None, "6"),
    ]


def test_a_parameter_is_told_where_it_is_used() -> None:
    """A placeholder's new value is a change of the states that hold it; instances may cost."""
    new = side(MACHINE, parameters={"Instance": "ml.m5.4xlarge"})
    found = change(side(MACHINE), new)

    (told,) = found.summary
    assert (told.name, told.before, told.after) == (
        "Train: instance",
        "ml.m5.large",
        "ml.m5.4xlarge",
    )
    assert [risk.kind for risk in found.risks] == [RiskKind.COST]


def test_states_of_a_map_are_told_like_others() -> None:
    """By their own names."""
    inner = {"StartAt": "One", "States": {"One": {"Type": "Wait", "Seconds": 1, "End": True}}}
    old = {
        "StartAt": "Each",
        "States": {"Each": {"Type": "Map", "ItemProcessor": inner, "End": True}},
    }
    new = json.loads(json.dumps(old).replace('"Seconds": 1', '"Seconds": 2'))
    told = change(side(old, parameters={}), side(new, parameters={})).summary

    assert [(each.name, each.before, each.after) for each in told] == [("One: seconds", "1", "2")]


def test_another_layout_is_told_as_no_change() -> None:
    """Blanks and the order of keys mean nothing to Step Functions; the bytes are others though."""
    reordered = {"States": dict(reversed(MACHINE["States"].items())), "StartAt": "Train"}
    found = change(side(MACHINE), side(reordered, indent=None))

    assert found.summary == ()
    assert [each.logical_id for each in found.resources] == ["Run"]


@pytest.mark.parametrize("text", ["no json", "{", {"Fn::GetAtt": ["A", "B"]}])
def test_what_cannot_be_read_is_compared_as_it_is(text: object) -> None:
    """Another tool's template may hold anything."""
    properties = {"DefinitionString": text}

    assert opened("AWS::StepFunctions::StateMachine", properties) == properties
    assert opened("AWS::S3::Bucket", properties) == properties


def test_a_new_workflow_is_described_by_its_states() -> None:
    """And by how it runs; alarms and logs are told when they change."""
    files = repository({**CONFIG, "model_name": "other"})
    files["other/train.asl.json"] = json.dumps(MACHINE).encode()
    other = Side(
        commit="c0ffee",
        repository=load_repository(MemoryFiles(files), DATA),
        blueprints=BLUEPRINTS,
    )
    told = {each.name: each.after for each in change(other, side(MACHINE)).summary}

    assert told == {
        "run on deployment": "False",
        "states": "Done, Train",
        "type of workflow": "STANDARD",
    }
