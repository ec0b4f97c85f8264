"""CloudFormation's state machines and schedules on the embedded AWS: whole lives, in stacks."""

import copy
import json
from typing import Any

import embedded_stacks as stacks
import pytest
from embedded_aws import DEV, client

from mlops_gitops.emulator.lifecycle import Running
from mlops_gitops.emulator.state_machine_definition import definition_problem

ROLE = "arn:aws:iam::222222222222:role/r"
PASS = {"Type": "Pass", "Output": {"count": 3, "flag": True, "share": 0.5}, "End": True}


@pytest.fixture
def cloudformation(aws: Running) -> Any:
    """CloudFormation of dev."""
    return client(aws, "cloudformation", DEV)


def machine(name: str = "") -> dict[str, Any]:
    """A state machine that logs and is started by a schedule."""
    topic = {"Fn::Sub": "${Topic}"}
    logs = {"CloudWatchLogsLogGroup": {"LogGroupArn": {"Fn::GetAtt": ["Logs", "Arn"]}}}
    return {
        "Resources": {
            "Topic": {"Type": "AWS::SNS::Topic"},
            "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 30}},
            "Machine": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {
                    **({"StateMachineName": name} if name else {}),
                    "RoleArn": ROLE,
                    "LoggingConfiguration": {"Level": "ERROR", "Destinations": [logs]},
                    "Definition": {
                        "QueryLanguage": "JSONata",
                        "StartAt": "Begin",
                        "States": {
                            "Begin": {"Type": "Pass", "Assign": {"topic": topic}, "Next": "Pass"},
                            "Pass": PASS,
                        },
                    },
                },
            },
            "Schedule": {
                "Type": "AWS::Scheduler::Schedule",
                "Properties": {
                    "Description": "Every night",
                    "ScheduleExpression": "cron(0 1 * * ? *)",
                    "ScheduleExpressionTimezone": "Europe/Berlin",
                    "FlexibleTimeWindow": {"Mode": "OFF"},
                    "Target": {"Arn": {"Ref": "Machine"}, "RoleArn": ROLE, "Input": "{}"},
                },
            },
        },
        "Outputs": {
            "Machine": {"Value": {"Ref": "Machine"}},
            "Name": {"Value": {"Fn::GetAtt": ["Machine", "Name"]}},
            "Topic": {"Value": {"Ref": "Topic"}},
            "Logs": {"Value": {"Fn::GetAtt": ["Logs", "Arn"]}},
            "Schedule": {"Value": {"Ref": "Schedule"}},
            "ScheduleArn": {"Value": {"Fn::GetAtt": ["Schedule", "Arn"]}},
        },
    }


def test_a_machine_and_its_schedule_are_what_the_template_says(
    aws: Running, cloudformation: Any
) -> None:
    """Functions are resolved, numbers stay numbers, logging and time zone are kept."""
    out = stacks.create(cloudformation, "nightly", machine("nightly-run"))["out"]

    found = client(aws, "stepfunctions", DEV).describe_state_machine(stateMachineArn=out["Machine"])
    states = json.loads(found["definition"])["States"]
    assert states["Begin"]["Assign"] == {"topic": out["Topic"]}
    assert states["Pass"] == PASS
    logging = found["loggingConfiguration"]
    assert logging["level"] == "ERROR"
    assert logging["destinations"] == [{"cloudWatchLogsLogGroup": {"logGroupArn": out["Logs"]}}]
    assert out["Name"] == "nightly-run"
    schedule = client(aws, "scheduler", DEV).get_schedule(Name=out["Schedule"])
    assert schedule["ScheduleExpressionTimezone"] == "Europe/Berlin"
    assert (schedule["Arn"], schedule["State"]) == (out["ScheduleArn"], "ENABLED")
    assert schedule["Target"] == {"Arn": out["Machine"], "RoleArn": ROLE, "Input": "{}"}


def test_a_machine_and_its_schedule_change_in_place(aws: Running, cloudformation: Any) -> None:
    """What is changed changes, what is dropped goes back to the service's default."""
    template = machine()
    before = stacks.create(cloudformation, "weekly", template)["out"]
    changed = copy.deepcopy(template)
    run = changed["Resources"]["Machine"]["Properties"]
    run["Definition"]["States"]["Pass"]["Output"]["count"] = 4
    del run["LoggingConfiguration"]
    schedule = changed["Resources"]["Schedule"]["Properties"]
    schedule |= {"ScheduleExpression": "rate(7 days)", "State": "DISABLED"}
    del schedule["ScheduleExpressionTimezone"], schedule["Description"]

    said = stacks.change_set(cloudformation, "weekly", changed)
    after = stacks.update(cloudformation, "weekly", changed)

    assert {name: change["Replacement"] for name, change in said.items()} == {
        "Machine": "False",
        "Schedule": "False",
    }
    assert after["StackStatus"] == "UPDATE_COMPLETE"
    assert after["out"] == before
    states = client(aws, "stepfunctions", DEV)
    found = states.describe_state_machine(stateMachineArn=before["Machine"])
    assert json.loads(found["definition"])["States"]["Pass"]["Output"]["count"] == 4
    assert found["loggingConfiguration"]["level"] == "OFF"
    told = client(aws, "scheduler", DEV).get_schedule(Name=before["Schedule"])
    assert (told["ScheduleExpression"], told["State"]) == ("rate(7 days)", "DISABLED")
    assert not told.get("Description")


def test_a_renamed_machine_is_replaced(aws: Running, cloudformation: Any) -> None:
    """A new name is a new machine, that the schedule starts; the old one goes, later both do."""
    stacks.create(cloudformation, "renamed", machine("renamed-a"))

    said = stacks.change_set(cloudformation, "renamed", machine("renamed-b"))
    after = stacks.update(cloudformation, "renamed", machine("renamed-b"))["out"]

    assert said["Machine"]["Replacement"] == "True"
    assert said["Schedule"]["Replacement"] == "False"
    states = client(aws, "stepfunctions", DEV)
    assert machines(states, "renamed") == ["renamed-b"]
    scheduler = client(aws, "scheduler", DEV)
    assert scheduler.get_schedule(Name=after["Schedule"])["Target"]["Arn"] == after["Machine"]
    stacks.delete(cloudformation, "renamed")
    assert machines(states, "renamed") == []
    assert scheduler.list_schedules(NamePrefix="renamed")["Schedules"] == []


def test_what_is_changed_by_hand_is_drift(aws: Running, cloudformation: Any) -> None:
    """Fresh ones are in sync; another hour and another role are found, and what is deleted."""
    out = stacks.create(cloudformation, "handled", machine())["out"]
    scheduler, states = client(aws, "scheduler", DEV), client(aws, "stepfunctions", DEV)

    assert [drift(cloudformation, name) for name in ("Machine", "Schedule")] == ["IN_SYNC"] * 2
    known = ("Name", "Description", "FlexibleTimeWindow", "Target")
    told = {key: scheduler.get_schedule(Name=out["Schedule"])[key] for key in known}
    scheduler.update_schedule(**told, ScheduleExpression="cron(0 5 * * ? *)")
    states.update_state_machine(stateMachineArn=out["Machine"], roleArn=f"{ROLE}-2")
    assert [drift(cloudformation, name) for name in ("Machine", "Schedule")] == ["MODIFIED"] * 2
    scheduler.delete_schedule(Name=out["Schedule"])
    assert drift(cloudformation, "Schedule") == "DELETED"


def drift(cloudformation: Any, resource: str) -> str:
    """What drift detection says of a resource of the stack `handled`."""
    found = cloudformation.detect_stack_resource_drift(
        StackName="handled", LogicalResourceId=resource
    )
    return str(found["StackResourceDrift"]["StackResourceDriftStatus"])


def machines(states: Any, prefix: str) -> list[str]:
    """The machines whose names begin so."""
    found = states.list_state_machines()["stateMachines"]
    return [entry["name"] for entry in found if entry["name"].startswith(prefix)]


def test_a_machine_of_somebody_else_is_not_overwritten(cloudformation: Any) -> None:
    """A second stack with the name of a machine fails."""
    stacks.create(cloudformation, "first-machine", machine("one-machine"))
    other = machine("one-machine")
    other["Resources"]["Machine"]["Properties"]["Definition"]["Comment"] = "another"

    second = stacks.create(cloudformation, "second-machine", other)

    assert second["StackStatus"] == "ROLLBACK_COMPLETE"
    resource, reason = stacks.first_failure(cloudformation, "second-machine")
    assert (resource, "already exists" in reason) == ("Machine", True)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"ScheduleExpression": "every day"}, "Invalid Schedule Expression every day"),
        ({"ScheduleExpression": "cron(0 1 * * *)"}, "Invalid Schedule Expression"),
        ({"ScheduleExpression": "rate(0 days)"}, "Invalid Schedule Expression"),
        ({"Tags": []}, r"extraneous key [Tags] is not permitted"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused(
    cloudformation: Any, change: dict[str, Any], complaint: str
) -> None:
    """An expression that the service does not take fails the stack, and so does an unknown key."""
    template = machine()
    template["Resources"]["Schedule"]["Properties"] |= change

    stack = stacks.create(cloudformation, "unscheduled", template)

    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert complaint in stacks.first_failure(cloudformation, "unscheduled")[1]
    stacks.delete(cloudformation, "unscheduled")


def test_a_definition_that_cannot_run_fails_the_stack(cloudformation: Any) -> None:
    """A state that goes nowhere is refused when the machine is made, not when it runs."""
    template = machine()
    template["Resources"]["Machine"]["Properties"]["Definition"]["States"]["Begin"]["Next"] = "No"

    stack = stacks.create(cloudformation, "nowhere", template)

    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    reason = stacks.first_failure(cloudformation, "nowhere")[1]
    assert "SCHEMA_VALIDATION_FAILED: Missing 'Next' target: No at /States/Begin" in reason


STATE = {"Type": "Succeed"}


@pytest.mark.parametrize(
    ("definition", "complaint"),
    [
        ({"StartAt": "A", "States": {"A": STATE}}, None),
        ({"StartAt": "A", "States": {}}, "'States' is required"),
        ({"StartAt": "B", "States": {"A": STATE}}, "Missing 'StartAt' target: B"),
        ({"StartAt": "A", "States": {"A": {"Type": "Run"}}}, "The field 'Type'"),
        ({"StartAt": "A", "States": {"A": {"Type": "Wait"}}}, "'Next' or 'End' is required"),
        (
            {"StartAt": "A", "States": {"A": {"Type": "Choice", "Choices": [{"Next": "B"}]}}},
            "Missing 'Next' target: B",
        ),
        (
            {"StartAt": "A", "States": {"A": {"Type": "Choice", "Choices": [], "Default": "B"}}},
            "Missing 'Next' target: B",
        ),
        (
            {"StartAt": "A", "States": {"A": PASS | {"Catch": [{"Next": "B"}]}}},
            "Missing 'Next' target: B",
        ),
        (
            {
                "StartAt": "A",
                "States": {
                    "A": {
                        "Type": "Map",
                        "End": True,
                        "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass"}}},
                    }
                },
            },
            "required at /States/A/States/I",
        ),
        (
            {"StartAt": "A", "States": {"A": {"Type": "Parallel", "End": True, "Branches": [{}]}}},
            "A",
        ),
        ([], "'States' is required"),
    ],
)
def test_definitions_are_looked_at(definition: object, complaint: str | None) -> None:
    """What would only show when the machine runs is found before, in inner machines too."""
    problem = definition_problem(json.dumps(definition))

    assert problem is None if complaint is None else complaint in str(problem)
    assert "Invalid JSON" in str(definition_problem("{"))
