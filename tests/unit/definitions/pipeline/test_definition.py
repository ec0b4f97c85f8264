"""Definitions as wholes: what holds for all steps together."""

from dataclasses import replace
from typing import Any

import pytest
from steps_of_pipelines import IMAGE, ROLE, compiled, get, told

from mlops_gitops.definitions.pipeline.check import LIMIT, definition_mistakes

PREPARE: dict[str, Any] = {
    "name": "prepare",
    "type": "processing",
    "image_uri": IMAGE,
    "entrypoint": ["python3", "/opt/prepare.py"],
    "outputs": {"train": {}},
    "instance_type": "ml.m5.large",
}
WRITTEN: dict[str, Any] = {
    "Name": "train",
    "Type": "Training",
    "DependsOn": ["prepare"],
    "Arguments": {
        "RoleArn": ROLE,
        "OutputDataConfig": {"S3OutputPath": "s3://acme-mlops-data/models/"},
    },
}


def test_a_step_as_written_compiles_to_itself() -> None:
    """Whatever stands in it, in the order in which it stands there."""
    assert compiled(PREPARE, WRITTEN).steps[1] == WRITTEN
    assert list(compiled(PREPARE, WRITTEN).steps[1]) == list(WRITTEN)


def test_a_definition_that_cannot_be_deployed_is_told() -> None:
    """One character more than SageMaker takes is too many."""
    definition = compiled(PREPARE)
    room = LIMIT - len(definition.text())
    (step,) = definition.steps

    def codes(more: int) -> list[str]:
        described = {**step, "Description": "x" * (room + more)}
        longer = replace(definition, steps=(described,))
        return [each.said.code for each in definition_mistakes(longer, {"steps": [PREPARE]})]

    overhead = len(',"Description":""')
    assert codes(-overhead) == []
    assert codes(1 - overhead) == ["MG311"]


@pytest.mark.parametrize(
    ("argument", "code"),
    [
        ("Steps.prepare.ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri", None),
        ("Steps.prepare.ExitMessage", None),
        ("Steps.prepare.ProcessingOutputConfig.Outputs['train'].S3Output.S3Ur", "MG305"),
        ("Steps.prepare.ModelArtifacts.S3ModelArtifacts", "MG305"),
        ("Steps.prepared.ExitMessage", "MG304"),
        ("Steps.use.ExitMessage", "MG307"),
        ("Parameters.input", "MG303"),
        ("Parameter.input", "MG302"),
    ],
)
def test_references_lead_to_members_of_what_a_job_is_described_as(
    argument: str, code: str | None
) -> None:
    """A path is followed through the shapes of the API, as far as they go."""
    step = {**PREPARE, "name": "use", "arguments": [get(argument)]}

    assert told(PREPARE, step) == ([] if code is None else [(code, "/steps/1")])


def test_mistakes_of_steps_as_written_are_told_inside_of_them() -> None:
    """Where a shorthand is the place itself, a written step has one for each member."""
    wrong = {**WRITTEN, "Arguments": {**WRITTEN["Arguments"], "RoleArn": get("Parameters.x")}}

    assert told(PREPARE, wrong) == [("MG303", "/steps/1/Arguments/RoleArn")]


def test_steps_that_wait_for_each_other_are_named_once() -> None:
    """Steps that only come before or after the circle are not in it."""
    one = {**PREPARE, "name": "one", "depends_on": ["two", "prepare"]}
    two = {**PREPARE, "name": "two", "depends_on": ["one"]}
    after = {**PREPARE, "name": "after", "depends_on": ["two"]}

    assert told(PREPARE, one, two, after) == [("MG307", "/steps/1")]


def test_steps_inside_of_others_wait_for_each_other_in_vain() -> None:
    """In a branch, in a loop, and where a condition is decided by what it decides about."""
    one = {**PREPARE, "name": "one", "depends_on": ["two"]}
    two = {**PREPARE, "name": "two", "depends_on": ["one"]}
    gate = {
        "name": "gate",
        "type": "condition",
        "conditions": [{"equals": ["a", "a"]}],
        "if_steps": [one],
        "else_steps": [two],
    }
    loop = {"name": "loop", "type": "for_each", "items": ["a"], "concurrency": 1}
    status = {"Get": "Steps.prepare.ProcessingJobStatus"}
    early = {**gate, "conditions": [{"equals": [status, "a"]}], "if_steps": [PREPARE]}

    assert told(gate) == [("MG307", "/steps/0/if_steps/0")]
    assert told({**loop, "steps": [one, two]}) == [("MG307", "/steps/0/steps/0")]
    assert told({**early, "else_steps": []}) == [("MG307", "/steps/0/if_steps/0")]
    assert told({**gate, "if_steps": [PREPARE], "else_steps": []}) == []


@pytest.mark.parametrize("steps", [0, 1])
def test_bytes_do_not_depend_on_the_order_of_keys(steps: int) -> None:
    """A config that is written in another order of keys is no change."""
    step = (PREPARE, {**PREPARE, "name": "other"})[steps]

    assert compiled(step).text() == compiled(dict(reversed(step.items()))).text()
