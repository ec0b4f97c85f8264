"""Definitions of SageMaker pipelines: a change is told step by step, never as one long text."""

import copy
from typing import Any

from builders import BLUEPRINTS, DATA, repository

from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.diff.documents import opened
from mlops_gitops.diff.plan import RiskKind, StackChange
from mlops_gitops.use_cases.difference import Side, difference
from mlops_gitops.use_cases.validate import load_repository

PREPARE = {
    "name": "prepare",
    "type": "processing",
    "framework": "sklearn",
    "framework_version": "1.2-1",
    "code": "prepare.py",
    "instance_type": "ml.m5.large",
}
STOP = {"Name": "stop", "Type": "Fail", "Arguments": {"ErrorMessage": "No."}}
GATE = {
    "Name": "gate",
    "Type": "Condition",
    "DependsOn": ["prepare"],
    "Arguments": {
        "Conditions": [
            {"Type": "Equals", "LeftValue": 5, "RightValue": {"Get": "Parameters.max_rmse"}}
        ],
        "IfSteps": [],
        "ElseSteps": [STOP],
    },
}
CONFIG: dict[str, Any] = {
    "pipeline_type": "sagemaker_pipeline",
    "model_name": "churn",
    "parameters": {"max_rmse": 6},
    "steps": [PREPARE, GATE],
}


def side(config: dict[str, Any], code: str = "print(1)\n") -> Side:
    """A commit with one pipeline."""
    files = repository(config)
    files["churn/prepare.py"] = code.encode()
    read = load_repository(MemoryFiles(files), DATA)
    return Side(commit="c0ffee", repository=read, blueprints=BLUEPRINTS)


def change(config: dict[str, Any], code: str = "print(1)\n") -> StackChange:
    """What happens to the first stage if the config above becomes this one."""
    return difference(DATA, side(CONFIG), side(config, code)).changes[0]


def lines(config: dict[str, Any], code: str = "print(1)\n") -> list[tuple[str, Any, Any]]:
    """What is told of it."""
    return [(each.name, each.before, each.after) for each in change(config, code).summary]


def with_prepare(**members: Any) -> dict[str, Any]:
    """The config above, with another first step."""
    return {**CONFIG, "steps": [{**PREPARE, **members}, GATE]}


def test_a_bigger_instance_is_told_at_its_step() -> None:
    """With the step's name, in words, and as what it costs."""
    bigger = with_prepare(instance_type="ml.m5.xlarge")

    assert lines(bigger) == [("step prepare: instance type", "ml.m5.large", "ml.m5.xlarge")]
    assert [risk.kind for risk in change(bigger).risks] == [RiskKind.COST]


def test_steps_that_come_and_go_are_told_by_name() -> None:
    """With what they are; that another one stands before them changes nothing of them."""
    other = {**PREPARE, "name": "evaluate"}

    assert lines({**CONFIG, "steps": [other, PREPARE, GATE]}) == [
        ("step evaluate", None, "Processing")
    ]
    assert sorted(lines({**CONFIG, "steps": [PREPARE]})) == [
        ("step gate", "Condition", None),
        ("step stop", "Fail", None),
    ]


def test_changed_code_is_told_as_code() -> None:
    """By the first digits of its digests: its address is nobody's concern."""
    ((name, before, after),) = lines(CONFIG, "print(2)\n")

    assert name == "code of step prepare"
    assert len(before) == len(after) == 8
    assert before != after
    # What the role reads instead is no more than it read before.
    assert change(CONFIG, "print(2)\n").risks == ()


def test_parameters_are_told_by_name() -> None:
    """A default, one that is new, and one that goes."""
    assert lines({**CONFIG, "parameters": {"max_rmse": 5, "depth": 3}}) == [
        ("parameter max_rmse", "6", "5"),
        ("parameter depth", None, "3"),
    ]


def test_steps_inside_of_others_are_told_by_their_own_names() -> None:
    """The innermost step is what changes."""
    config = copy.deepcopy(CONFIG)
    config["steps"][1]["Arguments"]["ElseSteps"][0]["Arguments"]["ErrorMessage"] = "Too bad."

    assert lines(config) == [("step stop: error message", "No.", "Too bad.")]


def test_details_show_the_path_inside_the_step() -> None:
    """No detail is the whole definition."""
    (resource,) = [
        each
        for each in change(with_prepare(instance_type="ml.m5.xlarge")).resources
        if each.logical_id == "Pipeline"
    ]

    assert [each.name for each in resource.properties] == [
        "PipelineDefinition.Steps.prepare.Arguments.ProcessingResources.ClusterConfig.InstanceType"
    ]


def test_what_cannot_be_read_is_shown_as_it_is() -> None:
    """A definition elsewhere, or one that is no JSON, is compared as the text that it is."""
    for definition in ({"PipelineDefinitionBody": "x"}, {"PipelineDefinitionS3Location": {}}):
        properties = {"PipelineDefinition": definition}
        assert opened("AWS::SageMaker::Pipeline", properties) == properties
