"""Delivery pipelines: what every definition promises, whatever the settings are."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from builders import BLUEPRINTS, DATA, INSTALLATION, realtime, trial
from cfnlint import core
from cfnlint.decode import decode_str
from hypothesis import given
from hypothesis import strategies as st

from mlops_gitops.config.settings import Approval, Settings, Stage
from mlops_gitops.desired.compose import compose
from mlops_gitops.desired.stack import DIGEST, DesiredStack
from mlops_gitops.pipeline.delivery import (
    APPROVE,
    PREPARE,
    delivery_pipeline,
    pipeline_name,
    summary_variable,
)
from mlops_gitops.pipeline.installation import Installation, installation_from_outputs
from mlops_gitops.problems import Location
from mlops_gitops.use_cases.facts import read_inputs

INPUTS = read_inputs(DATA, INSTALLATION)
HERE = Location("mlops-gitops.yaml", 1, 1)
BASE = trial(realtime("churn")).world()

stages = st.lists(
    st.builds(
        Stage,
        name=st.from_regex(r"[a-z][a-z0-9]{0,9}", fullmatch=True),
        account=st.from_regex(r"[0-9]{12}", fullmatch=True),
        approval=st.sampled_from(Approval),
        where=st.just(HERE),
        approval_timeout_minutes=st.none() | st.integers(5, 86_400),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda stage: stage.name,
)
every_settings = st.builds(lambda found: replace(BASE.settings, stages=tuple(found)), stages)


def stacks_of(settings: Settings, workload: dict[str, Any]) -> tuple[DesiredStack, ...]:
    """The desired stacks of a workload, composed without a repository around."""
    (config,) = trial(workload).world().repository.configs
    blueprint = BLUEPRINTS.blueprint(config.blueprint)
    everywhere = replace(config, staged=frozenset(), fields={**config.fields, "endpoint_name": "e"})
    return tuple(compose(settings, everywhere, each, blueprint, INPUTS) for each in settings.stages)


CHURN = stacks_of(BASE.settings, realtime("churn"))


def definition(
    settings: Settings, name: str = "churn", installation: Installation = INSTALLATION
) -> dict[str, Any]:
    """The properties of the pipeline for these settings."""
    stacks = [replace(CHURN[0], stage=stage.name) for stage in settings.stages]
    delivery = delivery_pipeline(settings, name, stacks, installation)
    properties: dict[str, Any] = delivery.template["Resources"]["Pipeline"]["Properties"]
    return properties


def actions(properties: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every action with the name of its stage, in the order in which they run."""
    for stage in properties["Stages"]:
        for action in sorted(stage["Actions"], key=lambda action: action["RunOrder"]):
            yield stage["Name"], action


@given(every_settings)
def test_nothing_overtakes(settings: Settings) -> None:
    """V2, queued, and its name within CodePipeline's limit."""
    properties = definition(settings, "w" * 120)

    assert (properties["PipelineType"], properties["ExecutionMode"]) == ("V2", "QUEUED")
    assert properties["Name"] == pipeline_name("w" * 120)


@given(every_settings)
def test_no_change_set_is_executed_before_it_was_shown(settings: Settings) -> None:
    """In a gated stage, only an approval between Prepare and Deploy leads to Deploy."""
    found = list(actions(definition(settings)))

    for place, action in found:
        mode = action["Configuration"].get("ActionMode")
        if mode != "CHANGE_SET_EXECUTE":
            assert mode in {None, "CHANGE_SET_REPLACE"}
            continue
        before = [
            other
            for stage, other in found
            if stage == place and other["RunOrder"] < action["RunOrder"]
        ]
        stage = settings.stages[stage_index(found, place)]
        expected = [PREPARE, APPROVE] if stage.approval is Approval.MANUAL else [PREPARE]
        assert [other["Name"] for other in before] == expected
        for key in ("StackName", "ChangeSetName"):
            assert before[0]["Configuration"][key] == action["Configuration"][key]
        assert before[0]["RoleArn"] == action["RoleArn"]
        assert f":{stage.account}:" in str(action["RoleArn"])
        assert all(other["ActionTypeId"]["Provider"] == "Manual" for other in before[1:])


def stage_index(found: list[tuple[str, dict[str, Any]]], stage: str) -> int:
    """Which of the settings' stages a pipeline's stage deploys."""
    return list(dict.fromkeys(name for name, _ in found if name != "Source")).index(stage)


@given(every_settings)
def test_gates_follow_the_settings(settings: Settings) -> None:
    """One approval for each gated stage, with its time-out, and none elsewhere."""
    approvals = [
        action.get("TimeoutInMinutes")
        for _, action in actions(definition(settings))
        if action["ActionTypeId"]["Category"] == "Approval"
    ]

    assert approvals == [
        stage.approval_timeout_minutes
        for stage in settings.stages
        if stage.approval is Approval.MANUAL
    ]


@given(every_settings)
def test_stages_are_told_apart(settings: Settings) -> None:
    """Names of stages are unique in a pipeline, and so are those of actions in a stage."""
    properties = definition(settings)

    names = [stage["Name"] for stage in properties["Stages"]]
    assert len(set(names)) == len(names) == len(settings.stages) + 1
    for stage in properties["Stages"]:
        inside = [action["Name"] for action in stage["Actions"]]
        assert len(set(inside)) == len(inside)


@given(every_settings)
def test_configurations_stay_within_codepipelines_limit(settings: Settings) -> None:
    """1,000 characters for each value, even with the longest variables there are."""
    longest = {"author": "a" * 100, "commit": "c" * 46, "digest": "d" * 68, "plan": "p" * 64}
    longest |= {summary_variable(stage.name): "s" * 700 for stage in settings.stages}
    properties = definition(settings)
    declared = {each["Name"] for each in properties["Variables"]}
    assert declared == longest.keys()

    def resolved(value: Any) -> str:
        text = value if isinstance(value, str) else json.dumps(value)
        text = re.sub(r"#\{variables\.(\w+)\}", lambda found: longest[found[1]], text)
        return text.replace("#{codepipeline.PipelineExecutionId}", "e" * 36)

    for _, action in actions(properties):
        for key, value in action["Configuration"].items():
            assert len(resolved(value)) <= 1_000, key


def test_a_config_changes_nothing_in_the_definition() -> None:
    """Everything per config travels in the bundle: an update would cancel what runs."""
    fields = {"inference_instance": "ml.m5.4xlarge", "data_capture_location": "another/place"}
    other = stacks_of(BASE.settings, realtime("churn", **fields))
    assert other[0].digest != CHURN[0].digest

    before, after = (
        delivery_pipeline(BASE.settings, "churn", stacks, INSTALLATION) for stacks in (CHURN, other)
    )

    assert after == before


def test_the_delivery_stack_carries_its_digest() -> None:
    """So one look at its outputs tells whether the definition differs."""
    stack = delivery_pipeline(BASE.settings, "churn", CHURN, INSTALLATION)

    assert stack.parameter_values() == {DIGEST: stack.digest}
    assert stack.template["Outputs"][DIGEST] == {"Value": {"Ref": DIGEST}}
    assert stack.id.account == BASE.settings.orchestrator_account
    assert stack.id.name == "churn-codepipeline"


@pytest.mark.parametrize("count", [1, 3])
def test_cfn_lint_finds_nothing(count: int) -> None:
    """The template is valid for CloudFormation's own schemas, single-account and gated."""
    settings = replace(BASE.settings, stages=BASE.settings.stages[:count])
    stack = delivery_pipeline(settings, "churn", CHURN[:count], INSTALLATION)
    template, wrong = decode_str(json.dumps(stack.template))
    assert not wrong

    found = core.run_checks(
        "delivery.json", template, core.get_rules([], [], ["I", "W", "E"]), ["us-east-1"]
    )

    assert [str(each) for each in found] == []


@pytest.mark.parametrize(
    ("region", "domain"),
    [
        ("eu-west-1", "eu-west-1.console.aws.amazon.com"),
        ("cn-north-1", "cn-north-1.console.amazonaws.cn"),
        ("us-gov-west-1", "us-gov-west-1.console.amazonaws-us-gov.com"),
        ("us-iso-east-1", None),
    ],
)
def test_an_approver_finds_the_execution(region: str, domain: str | None) -> None:
    """A link to the console of the region's partition, where that has a public one."""
    found = [
        action["Configuration"].get("ExternalEntityLink")
        for _, action in actions(definition(replace(BASE.settings, region=region)))
        if action["Name"] == APPROVE
    ]

    for link in found:
        assert (link is None) == (domain is None)
        assert link is None or link.startswith(
            f"https://{domain}/codesuite/codepipeline/pipelines/"
        )
    assert len(found) == 2


def test_an_old_bootstrap_is_recognised() -> None:
    """An output that is missing is named."""
    with pytest.raises(KeyError, match="NotificationTopicArn"):
        installation_from_outputs({"AssetsKmsKeyArn": "", "PipelineRoleArn": ""})


@pytest.mark.parametrize("told", [{}, {"ApprovalsToldBy": "mlops-gitops-notifications"}])
def test_codepipeline_asks_only_where_nothing_else_tells(told: dict[str, str]) -> None:
    """Until bootstrap has made what tells of approvals; from then on nobody is asked twice."""
    names = ("AssetsKmsKeyArn", "NotificationTopicArn", "PipelineRoleArn")
    installation = installation_from_outputs({**dict.fromkeys(names, "x"), **told})

    text = json.dumps(definition(BASE.settings, installation=installation))

    assert ("NotificationArn" in text) == (not told)
