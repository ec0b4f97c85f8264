"""State machines: placeholders and structure, whatever a file holds."""

import json
from typing import Any

import pytest
from builders import DATA, INSTALLATION, repository
from hypothesis import given
from hypothesis import strategies as st

from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.definitions.state_machine.integrations import Kind, Waits, read_integration
from mlops_gitops.definitions.state_machine.permissions import for_state, statements_of
from mlops_gitops.definitions.state_machine.placeholders import (
    escaped,
    in_json,
    in_text,
    known,
    placeholders,
)
from mlops_gitops.definitions.state_machine.structure import faults_of
from mlops_gitops.desired.context import Context
from mlops_gitops.use_cases.facts import read_inputs
from mlops_gitops.use_cases.validate import load_repository, validate

KEYS = st.sampled_from(
    [
        "StartAt",
        "States",
        "Type",
        "Next",
        "End",
        "Default",
        "Choices",
        "Catch",
        "Branches",
        "ItemProcessor",
        "Iterator",
        "Resource",
        "Parameters",
        "Arguments",
        "QueryLanguage",
        "A",
        "B",
    ]
)
LEAVES = st.sampled_from(
    [
        "A",
        "B",
        "Task",
        "Pass",
        "Choice",
        "Map",
        "Parallel",
        "Succeed",
        "JSONata",
        "arn:aws:states:::sns:publish",
        "arn:aws:states:::aws-sdk:s3:getObject",
        "${Folder}",
        "${!x",
        True,
        None,
        1,
    ]
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.dictionaries(KEYS, inner, max_size=5) | st.lists(inner, max_size=3),
    max_leaves=30,
)
MACHINES = st.fixed_dictionaries(
    {"StartAt": LEAVES, "States": st.dictionaries(KEYS, ANYTHING, max_size=4)}
)


def said_of(definition: str, **fields: Any) -> list[str]:
    """Codes of what is wrong with a workflow."""
    config = {
        "pipeline_type": "step_functions",
        "model_name": "churn",
        "definition": "x.json",
        **fields,
    }
    files = {**repository(config), "churn/x.json": definition.encode()}
    return [problem.code for problem in validate(MemoryFiles(files), DATA).problems]


@given(machine=MACHINES | st.dictionaries(KEYS, ANYTHING, max_size=4))
def test_whatever_a_definition_holds_is_judged(machine: dict[str, Any]) -> None:
    """Problems or none, but never a failure of ours."""
    codes = said_of(json.dumps(machine))

    assert all(code.startswith("MG") for code in codes)
    assert bool(list(faults_of(machine))) <= bool(codes)


@given(text=st.text(alphabet='${}!AHOME. :"'))
def test_what_is_escaped_holds_no_placeholder(text: str) -> None:
    """And it is the text again when it is put in place."""
    assert list(placeholders(escaped(text))) == []
    assert known(escaped(text), {}, "x") == text


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ('"${A}"', {"A": "x"}, {"Fn::Sub": ['"${A}"', {"A": "x"}]}),
        ('"${A}"', {"A": 'a "b" \\'}, {"Fn::Sub": ['"${A}"', {"A": 'a \\"b\\" \\\\'}]}),
        ('"${A}"', {"A": 60}, {"Fn::Sub": ["${A}", {"A": "60"}]}),
        ('"${A}"', {"A": True}, {"Fn::Sub": ["${A}", {"A": "true"}]}),
        ('"${A} s"', {"A": 60}, {"Fn::Sub": ['"${A} s"', {"A": "60"}]}),
        ('"${A}"', {"A": {"Ref": "B"}}, {"Fn::Sub": ['"${A}"', {"A": {"Ref": "B"}}]}),
        ('"${AWS::Region}"', {}, {"Fn::Sub": '"${AWS::Region}"'}),
        ('"no placeholder"', {}, '"no placeholder"'),
    ],
)
def test_values_are_spelled_as_json_wants_them(
    text: str, values: dict[str, Any], expected: object
) -> None:
    """Inside of a text escaped, alone without quotes, and what only CloudFormation knows by it."""
    assert in_json(text, values) == expected


def test_values_in_plain_text_are_as_they_are() -> None:
    """ARNs and the like are no JSON."""
    assert in_text("a${A}", {"A": '"'}) == {"Fn::Sub": ["a${A}", {"A": '"'}]}


@pytest.mark.parametrize(
    ("arn", "kind", "waits"),
    [
        ("arn:aws:states:::sagemaker:createTrainingJob.sync", Kind.OPTIMIZED, Waits.FOR_THE_JOB),
        ("arn:aws:states:::states:startExecution.sync:2", Kind.OPTIMIZED, Waits.FOR_THE_JOB),
        ("arn:aws:states:::sqs:sendMessage.waitForTaskToken", Kind.OPTIMIZED, Waits.FOR_AN_ANSWER),
        ("arn:aws-cn:states:::aws-sdk:s3:getObject", Kind.SDK, Waits.NOT),
        ("arn:aws:lambda:us-east-1:111111111111:function:f:1", Kind.FUNCTION, Waits.NOT),
        ("arn:aws:states:us-east-1:111111111111:activity:a", Kind.ACTIVITY, Waits.NOT),
    ],
)
def test_a_resource_is_read(arn: str, kind: Kind, waits: Waits) -> None:
    """Integrations of both kinds, functions and activities."""
    found = read_integration(arn)

    assert found is not None
    assert (found.kind, found.waits) == (kind, waits)


@pytest.mark.parametrize(
    "arn",
    ["", "lambda", "arn:aws:states:::sagemaker", "arn:aws:states:::aws-sdk:s3:getObject.sync"],
)
def test_what_is_no_resource_is_none(arn: str) -> None:
    """`.sync` is for optimized integrations alone."""
    assert read_integration(arn) is None


DISTRIBUTED = {
    "StartAt": "Each",
    "States": {
        "Each": {
            "Type": "Map",
            "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {}},
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                "StartAt": "One",
                "States": {"One": {"Type": "Pass", "End": True}},
            },
            "End": True,
        }
    },
}


def test_where_a_distributed_map_reads_has_to_be_allowed() -> None:
    """What it reads is no Task's `Resource`, and takes permissions all the same."""
    reads = {"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::acme-items/*"]}

    assert said_of(json.dumps(DISTRIBUTED)) == ["MG351"]
    assert said_of(json.dumps(DISTRIBUTED), permissions=[reads]) == []


def test_a_distributed_map_may_start_its_own_executions() -> None:
    """Of its own machine, and of no other."""
    reads = {"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::acme-items/*"]}
    config = {
        "pipeline_type": "step_functions",
        "model_name": "churn",
        "definition": "x.json",
        "permissions": [reads],
    }
    files = {**repository(config), "churn/x.json": json.dumps(DISTRIBUTED).encode()}
    found = load_repository(MemoryFiles(files), DATA)
    (declared,) = found.configs
    scope = Context(
        settings=found.settings,
        config=declared,
        stage=declared.stages[0],
        stack="s",
        inputs=read_inputs(DATA, INSTALLATION),
    ).scope

    itself, own = statements_of(scope, "aws")
    assert isinstance(itself, dict)
    assert itself["Action"] == [
        "states:DescribeExecution",
        "states:StartExecution",
        "states:StopExecution",
    ]
    assert json.dumps(itself["Resource"]).count("${StateMachineName}") == 3
    assert own == {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": reads["resources"]}


HERE = "${AWS::Region}:${AWS::AccountId}"


@pytest.mark.parametrize(
    ("action", "argument", "value", "resources"),
    [
        ("lambda:invoke", "FunctionName", "f", ["function:f", "function:f:*"]),
        ("lambda:invoke", "FunctionName", "${Name}", ["function:f", "function:f:*"]),
        (
            "lambda:invoke",
            "FunctionName",
            "${Arn}",
            ["arn:aws:lambda:us-east-1:1:function:f", "arn:aws:lambda:us-east-1:1:function:f:*"],
        ),
        ("sns:publish", "TopicArn", "${NotificationTopicArn}", [{"Ref": "NotificationTopicArn"}]),
        ("dynamodb:putItem", "TableName", "t", ["table/t"]),
        (
            "states:startExecution",
            "StateMachineArn",
            "${Machine}",
            [
                "arn:aws:states:us-east-1:1:stateMachine:m",
                "arn:aws:states:us-east-1:1:execution:m:*",
            ],
        ),
    ],
)
def test_what_a_state_names_is_all_that_it_may(
    action: str, argument: str, value: str, resources: list[Any]
) -> None:
    """By name or by ARN, written there or in a parameter."""
    values: dict[str, Any] = {
        "Name": "f",
        "Arn": "arn:aws:lambda:us-east-1:1:function:f",
        "Machine": "arn:aws:states:us-east-1:1:stateMachine:m",
        "NotificationTopicArn": {"Ref": "NotificationTopicArn"},
    }
    resource = f"arn:aws:states:::{action}"
    integration = read_integration(resource)
    assert integration is not None
    state = {"Type": "Task", "Resource": resource, "Parameters": {argument: value}}

    (statement,) = for_state(integration, resource, state, values)

    service = action.split(":", maxsplit=1)[0]
    expected = [
        each
        if isinstance(each, dict) or each.startswith("arn:")
        else {"Fn::Sub": f"arn:${{AWS::Partition}}:{service}:{HERE}:{each}"}
        for each in resources
    ]
    assert isinstance(statement, dict)
    assert statement["Resource"] == expected
