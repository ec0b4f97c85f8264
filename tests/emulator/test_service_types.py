"""CloudFormation's types of other services that our blueprints use, in stacks: whole lives."""

import copy
import json
from typing import Any

import embedded_stacks as stacks
import pytest
from embedded_aws import DEV, client

from mlops_gitops.emulator.lifecycle import Running
from mlops_gitops.emulator.replacement import CREATE_ONLY
from mlops_gitops.emulator.services import better_types
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


def registry(resource_type: str) -> dict[str, Any]:
    """What CloudFormation's registry says of a type."""
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

    found = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", resource_type)
    return dict(found.schema)


@pytest.mark.parametrize("resource_type", CREATE_ONLY)
def test_replacement_facts_are_the_registrys(resource_type: str) -> None:
    """What we tell ministack of its own types is what CloudFormation's schemas say."""
    wanted = {f"/properties/{name}" for name in CREATE_ONLY[resource_type]}

    assert wanted == set(registry(resource_type).get("createOnlyProperties", ()))


def test_lifecycle_facts_are_the_registrys() -> None:
    """Create-only properties, names and tags of the types that we put in ministack's place."""
    from mlops_gitops.emulator.codepipeline.clients import Clients

    for kind in better_types(Clients("http://127.0.0.1:1")):
        schema = registry(kind.type_name)
        wanted = {f"/properties/{name}" for name in kind.create_only}
        assert wanted == set(schema["createOnlyProperties"])
        assert kind.name_property in schema["properties"]
        assert kind.takes_tags == ("Tags" in schema["properties"])


def around() -> dict[str, Any]:
    """What stands around our workloads: alarm, rule, build, repository, topic policy."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": {"Ref": "Topic"},
    }
    return {
        "Resources": {
            "Topic": {"Type": "AWS::SNS::Topic"},
            "TopicPolicy": {
                "Type": "AWS::SNS::TopicPolicy",
                "Properties": {
                    "Topics": [{"Ref": "Topic"}],
                    "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
                },
            },
            "Alarm": {
                "Type": "AWS::CloudWatch::Alarm",
                "Properties": {
                    "Namespace": "AWS/States",
                    "MetricName": "ExecutionsFailed",
                    "Statistic": "Sum",
                    "Period": 300,
                    "EvaluationPeriods": 1,
                    "Threshold": 1,
                    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
                    "AlarmActions": [{"Ref": "Topic"}],
                },
            },
            "Rule": {
                "Type": "AWS::Events::Rule",
                "Properties": {
                    "EventPattern": {"source": ["aws.sagemaker"]},
                    "Targets": [{"Id": "topic", "Arn": {"Ref": "Topic"}}],
                },
            },
            "Build": {
                "Type": "AWS::CodeBuild::Project",
                "Properties": {
                    "ServiceRole": ROLE,
                    "Artifacts": {"Type": "NO_ARTIFACTS"},
                    "TimeoutInMinutes": 120,
                    "Environment": {
                        "Type": "LINUX_CONTAINER",
                        "Image": "aws/codebuild/standard:7.0",
                        "ComputeType": "BUILD_GENERAL1_SMALL",
                        "PrivilegedMode": True,
                    },
                    "Source": {"Type": "S3", "Location": "b/k.zip", "BuildSpec": "version: 0.2"},
                },
            },
            "Repository": {
                "Type": "AWS::ECR::Repository",
                "DeletionPolicy": "Retain",
                "UpdateReplacePolicy": "Retain",
                "Properties": {
                    "RepositoryName": "around-images",
                    "ImageScanningConfiguration": {"ScanOnPush": True},
                },
            },
        },
        "Outputs": {name: {"Value": {"Ref": name}} for name in ("Topic", "Alarm", "Rule", "Build")}
        | {"Uri": {"Value": {"Fn::GetAtt": ["Repository", "RepositoryUri"]}}},
    }


def test_what_stands_around_lives(aws: Running, cloudformation: Any) -> None:
    """Each is made, changed in place with a verdict to match, and removed; images stay."""
    template = around()
    out = stacks.create(cloudformation, "around", template)["out"]
    changed = copy.deepcopy(template)
    wanted = {
        name: kind["Properties"] for name, kind in changed["Resources"].items() if name != "Topic"
    }
    wanted["TopicPolicy"]["PolicyDocument"]["Statement"][0]["Sid"] = "Alarms"
    wanted["Alarm"]["Threshold"] = 5
    del wanted["Alarm"]["AlarmActions"]
    wanted["Rule"]["State"] = "DISABLED"
    wanted["Build"]["Environment"]["Image"] = "aws/codebuild/standard:8.0"
    wanted["Repository"]["ImageScanningConfiguration"]["ScanOnPush"] = False

    said = stacks.change_set(cloudformation, "around", changed)
    after = stacks.update(cloudformation, "around", changed)

    assert {name: change["Replacement"] for name, change in said.items()} == dict.fromkeys(
        wanted, "False"
    )
    assert after["StackStatus"] == "UPDATE_COMPLETE"
    assert after["out"] == out
    assert out["Uri"] == "222222222222.dkr.ecr.us-east-1.amazonaws.com/around-images"
    attributes = client(aws, "sns", DEV).get_topic_attributes(TopicArn=out["Topic"])["Attributes"]
    assert json.loads(attributes["Policy"])["Statement"][0]["Sid"] == "Alarms"
    alarms = client(aws, "cloudwatch", DEV)
    alarm = alarms.describe_alarms(AlarmNames=[out["Alarm"]])["MetricAlarms"][0]
    assert (alarm["Threshold"], alarm["AlarmActions"]) == (5, [])
    events = client(aws, "events", DEV)
    assert events.describe_rule(Name=out["Rule"])["State"] == "DISABLED"
    build = client(aws, "codebuild", DEV)
    project = build.batch_get_projects(names=[out["Build"]])["projects"][0]
    assert project["environment"]["image"] == "aws/codebuild/standard:8.0"
    assert project["environment"]["privilegedMode"] is True
    ecr = client(aws, "ecr", DEV)
    kept = {"repositoryNames": ["around-images"]}
    images = ecr.describe_repositories(**kept)["repositories"][0]
    assert images["imageScanningConfiguration"] == {"scanOnPush": False}

    stacks.delete(cloudformation, "around")

    assert alarms.describe_alarms(AlarmNames=[out["Alarm"]])["MetricAlarms"] == []
    assert events.list_rules(NamePrefix=out["Rule"])["Rules"] == []
    assert out["Build"] not in build.list_projects()["projects"]
    assert len(ecr.describe_repositories(**kept)["repositories"]) == 1


def test_what_stands_around_is_replaced_by_its_name(cloudformation: Any) -> None:
    """Only a new name replaces; what refers to it follows."""
    template = around()
    template["Resources"]["Repository"]["Properties"]["RepositoryName"] = "renamed-images"
    before = stacks.create(cloudformation, "around-renamed", template)["out"]
    renamed = copy.deepcopy(template)
    names = {"Alarm": "AlarmName", "Rule": "Name", "Build": "Name"}
    for resource, name in names.items():
        renamed["Resources"][resource]["Properties"][name] = f"renamed-{resource}"

    said = stacks.change_set(cloudformation, "around-renamed", renamed)
    after = stacks.update(cloudformation, "around-renamed", renamed)["out"]

    assert {key: change["Replacement"] for key, change in said.items()} == dict.fromkeys(
        names, "True"
    )
    assert {key: after[key] for key in names} == {key: f"renamed-{key}" for key in names}
    assert before["Topic"] == after["Topic"]
