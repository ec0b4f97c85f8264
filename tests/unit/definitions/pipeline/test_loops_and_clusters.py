"""Steps around others: conditions, loops, clean-ups, and clusters of EMR."""

from typing import Any

import pytest
from steps_of_pipelines import compiled, get, step_of, told

CALL: dict[str, Any] = {"name": "score", "type": "lambda", "function": "score"}
LOOP: dict[str, Any] = {
    "name": "each",
    "type": "for_each",
    "items": ["north", {"parameter": "region"}],
    "concurrency": 5,
    "steps": [
        {**CALL, "inputs": {"region": get("ForEach.CurrentItem")}, "outputs": {"rmse": "Float"}}
    ],
    "select": {"pick": "MinBy", "field": "IterationOutput.score.OutputParameters['rmse']"},
}
SCORE = {
    "Name": "score",
    "Type": "Lambda",
    "Arguments": {"region": get("ForEach.CurrentItem")},
    "FunctionArn": "arn:aws:lambda:us-east-1:222222222222:function:score",
    "OutputParameters": [{"OutputName": "rmse", "OutputType": "Float"}],
}
REGION = {"region": "south"}
CLUSTER: dict[str, Any] = {
    "ReleaseLabel": {"parameter": "release"},
    "Instances": {
        "InstanceGroups": [
            {"InstanceRole": "MASTER", "InstanceCount": 1, "InstanceType": "m5.2xlarge"}
        ]
    },
}
EMR: dict[str, Any] = {"name": "prepare", "type": "emr", "jar": "s3://acme-mlops-data/p.jar"}


def test_a_loop_has_its_items_and_its_body() -> None:
    """Iterations refer to their item; the selection compares what came of them."""
    assert step_of(LOOP, parameters=REGION) == {
        "Name": "each",
        "Type": "ForEach",
        "Arguments": {
            "IterableItems": ["north", get("Parameters.region")],
            "MaxConcurrency": 5,
            "Selector": {
                "Pick": "MinBy",
                "Field": get("IterationOutput.score.OutputParameters['rmse']"),
            },
            "ForEachBody": [SCORE],
        },
    }


def test_a_loop_may_run_over_a_list_that_is_known_at_run_time() -> None:
    """A reference to a text that is a JSON list stands in the place of the items."""
    step = step_of({**LOOP, "items": {"parameter": "region"}}, parameters=REGION)

    assert step["Arguments"]["IterableItems"] == get("Parameters.region")


@pytest.mark.parametrize(
    "text",
    [
        "Steps.each.Status",
        "Steps.each.IterationOutputs[0].score.OutputParameters['rmse']",
        "Steps.each.Selected.OutputParameters['rmse']",
    ],
)
def test_what_came_of_a_loop_is_referred_to_by_the_loop(text: str) -> None:
    """Its own results, each iteration's, and the selected one's."""
    tell = {**CALL, "name": "tell", "inputs": {"x": get(text)}}

    assert told(LOOP, tell, parameters=REGION) == []


@pytest.mark.parametrize(
    "text",
    [
        "Steps.each.Outcome",
        "Steps.each.IterationOutputs",
        "Steps.each.IterationOutputs[0].score",
        "Steps.each.IterationOutputs[0].other.OutputParameters['rmse']",
        "Steps.each.IterationOutputs[0].score.OutputParameters['mse']",
    ],
)
def test_what_no_loop_gives_is_not_referred_to(text: str) -> None:
    """Iterations are numbered, and have the properties of the steps inside."""
    tell = {**CALL, "name": "tell", "inputs": {"x": get(text)}}

    assert told(LOOP, tell, parameters=REGION) == [("MG305", "/steps/1")]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"select": {"pick": "MaxBy", "field": "IterationOutput.train.Status"}}, "MG421"),
        ({"steps": [{"name": "no", "type": "fail", "message": "No."}], "select": None}, "MG419"),
        ({"steps": [{**LOOP, "name": "inner", "select": None}], "select": None}, "MG419"),
    ],
)
def test_what_a_loop_cannot_hold_is_told(changed: dict[str, Any], said: str) -> None:
    """Conditions, ends and other loops; and selections by what is not inside."""
    loop = {key: value for key, value in {**LOOP, **changed}.items() if value is not None}
    loop["steps"] = [
        {key: value for key, value in step.items() if value is not None} for step in loop["steps"]
    ]

    assert said in {code for code, _ in told(loop, parameters=REGION)}


def test_items_and_iterations_are_known_in_their_loop_only() -> None:
    """Outside there is no item, and no single step that is meant by the name of one inside."""
    outside = {**CALL, "name": "tell", "inputs": {"x": get("ForEach.CurrentItem")}}
    later = {**CALL, "name": "tell", "depends_on": ["score"]}
    twin = {**CALL, "name": "score-0"}

    assert told(outside) == [("MG420", "/steps/0")]
    assert told(LOOP, later, parameters=REGION) == [("MG423", "/steps/1")]
    assert told(LOOP, twin, parameters=REGION) == [("MG422", "/steps/1")]


def test_a_cleanup_comes_after_what_it_deletes() -> None:
    """Its sources are its dependencies, unless it says how they have to end."""
    transform = {
        "type": "transform",
        "model_name": "abalone",
        "s3_uri": "s3://acme-mlops-data/abalone/",
        "instance_type": "ml.m5.large",
    }
    uris = [get("Steps.first.TransformOutput.S3OutputPath")]
    sources = [{"step": "first", "s3_uris": uris}, {"step": "second", "s3_uris": uris}]

    step = step_of(
        {**transform, "name": "first"},
        {**transform, "name": "second"},
        {
            "name": "tidy",
            "type": "cleanup",
            "sources": sources,
            "depends_on": [{"step": "second", "trigger": "Any"}],
        },
    )

    assert step == {
        "Name": "tidy",
        "Type": "Cleanup",
        "Arguments": {
            "Resources": {
                "S3": [
                    {"StepName": "first", "S3Uris": uris},
                    {"StepName": "second", "S3Uris": uris},
                ]
            }
        },
        "DependsOn": [{"Step": "second", "Trigger": "Any"}, "first"],
    }


def test_a_step_on_a_running_cluster_names_it() -> None:
    """Arguments are texts; properties are spelled as EMR spells them."""
    step = step_of(
        {
            **EMR,
            "cluster_id": "j-1ABCDEFG2HIJK",
            "args": ["--day", 1, True],
            "main_class": "com.acme.Prepare",
            "properties": {"a": "1"},
            "execution_role_arn": "arn:aws:iam::222222222222:role/emr",
        }
    )

    assert step == {
        "Name": "prepare",
        "Type": "EMR",
        "Arguments": {
            "ClusterId": "j-1ABCDEFG2HIJK",
            "ExecutionRoleArn": "arn:aws:iam::222222222222:role/emr",
            "StepConfig": {
                "HadoopJarStep": {
                    "Jar": "s3://acme-mlops-data/p.jar",
                    "Args": ["--day", "1", "true"],
                    "MainClass": "com.acme.Prepare",
                    "Properties": [{"Key": "a", "Value": "1"}],
                }
            },
        },
    }


def test_a_new_cluster_is_described_as_emr_describes_it() -> None:
    """References inside of it are put into the definition's spelling."""
    step = step_of({**EMR, "cluster_config": CLUSTER}, parameters={"release": "emr-7.1.0"})

    assert step["Arguments"] == {
        "ClusterConfig": {
            "ReleaseLabel": get("Parameters.release"),
            "Instances": CLUSTER["Instances"],
        },
        "StepConfig": {"HadoopJarStep": {"Jar": "s3://acme-mlops-data/p.jar"}},
    }


@pytest.mark.parametrize(
    ("place", "name", "value"),
    [
        ((), "Name", "prepare"),
        ((), "Steps", []),
        ((), "AutoTerminationPolicy", {"IdleTimeout": 60}),
        (("Instances",), "KeepJobFlowAliveWhenNoSteps", False),
        (("Instances",), "TerminationProtected", True),
    ],
)
def test_what_sagemaker_fills_of_a_cluster_is_refused(
    place: tuple[str, ...], name: str, value: Any
) -> None:
    """In shorthands and in the definition's spelling, at its own place."""
    config = {**CLUSTER, "ReleaseLabel": "emr-7.1.0"}
    if place:
        config["Instances"] = {**config["Instances"], name: value}
    else:
        config[name] = value
    pointer = "/".join((*place, name))
    step_config = {"HadoopJarStep": {"Jar": "s3://acme-mlops-data/p.jar"}}
    arguments = {"ClusterConfig": config, "StepConfig": step_config}

    assert told({**EMR, "cluster_config": config}) == [
        ("MG413", f"/steps/0/cluster_config/{pointer}")
    ]
    assert told({"Name": "prepare", "Type": "EMR", "Arguments": arguments}) == [
        ("MG413", f"/steps/0/Arguments/ClusterConfig/{pointer}")
    ]


def test_clusters_and_jobs_are_held_to_the_api_of_emr() -> None:
    """A member that EMR does not know is told, and so is a property that its steps lack."""
    cluster = {**CLUSTER, "ReleaseLabel": "emr-7.1.0", "JobFlowRoles": "r"}
    config = {"ClusterConfig": cluster, "StepConfig": {"HadoopJarStep": {"Jar": "s3://b/p.jar"}}}
    step = {"Name": "prepare", "Type": "EMR", "Arguments": config}
    tell = {**CALL, "inputs": {"x": get("Steps.prepare.Config.Jars")}}
    good = {**EMR, "cluster_config": {**CLUSTER, "ReleaseLabel": "emr-7.1.0"}}

    assert told(step) == [("MG309", "/steps/0/Arguments/ClusterConfig/JobFlowRoles")]
    assert told(good, tell) == [("MG305", "/steps/1")]
    assert told(good, {**CALL, "inputs": {"x": get("Steps.prepare.Config.Jar")}}) == []


def test_a_running_cluster_may_be_full() -> None:
    """A step without retries is told so; one with them is not."""
    retries = [{"exceptions": ["Emr.RESOURCE_LIMIT"], "interval_seconds": 60}]
    step = {**EMR, "cluster_id": "j-1ABCDEFG2HIJK"}

    assert told(step) == [("MG415", "/steps/0")]
    assert told({**step, "retry_policies": retries}) == []


def test_a_serverless_job_has_its_role_twice() -> None:
    """Once for SageMaker and once for EMR Serverless, with the application it runs in."""
    role = "arn:aws:iam::222222222222:role/emr-serverless"
    job = {"sparkSubmit": {"entryPoint": "s3://acme-mlops-data/p.py"}}

    step = step_of(
        {
            "name": "prepare",
            "type": "emr_serverless",
            "application_id": "00fabcdefghijk01",
            "execution_role_arn": role,
            "job_driver": job,
            "execution_timeout_minutes": 0,
        }
    )

    assert step["Arguments"] == {
        "ExecutionRoleArn": role,
        "JobConfig": {
            "executionRoleArn": role,
            "jobDriver": job,
            "applicationId": "00fabcdefghijk01",
            "executionTimeoutMinutes": 0,
        },
        "ApplicationId": "00fabcdefghijk01",
    }


def test_a_condition_is_all_of_its_conditions() -> None:
    """In, Not and Or are written as the definition spells them, nested as they are."""
    stop = {"name": "stop", "type": "fail", "message": "No."}
    limit = {"parameter": "limit"}
    step = step_of(
        {
            "name": "gate",
            "type": "condition",
            "conditions": [
                {"at_least": [limit, 1]},
                {"less_than": [limit, 9]},
                {"not": {"is_in": {"value": limit, "values": [3, limit]}}},
                {"any": [{"equals": [limit, 2]}, {"greater_than": [limit, 4]}]},
            ],
            "if_steps": [stop],
            "else_steps": [],
        },
        parameters={"limit": 6},
    )

    left = get("Parameters.limit")
    assert step["Arguments"] == {
        "Conditions": [
            {"Type": "GreaterThanOrEqualTo", "LeftValue": left, "RightValue": 1},
            {"Type": "LessThan", "LeftValue": left, "RightValue": 9},
            {
                "Type": "Not",
                "Condition": {"Type": "In", "QueryValue": left, "Values": [3, left]},
            },
            {
                "Type": "Or",
                "Conditions": [
                    {"Type": "Equals", "LeftValue": left, "RightValue": 2},
                    {"Type": "GreaterThan", "LeftValue": left, "RightValue": 4},
                ],
            },
        ],
        "IfSteps": [{"Name": "stop", "Type": "Fail", "Arguments": {"ErrorMessage": "No."}}],
        "ElseSteps": [],
    }


def test_steps_of_every_kind_know_where_they_are_declared() -> None:
    """Each step of a definition has its place in the config, also where one makes several."""
    deploy = {
        "name": "deploy",
        "type": "deploy",
        "endpoint_name": "abalone",
        "model_name": "abalone",
        "instance_type": "ml.m5.large",
        "autoscaling": {"min_capacity": 1, "max_capacity": 2, "invocations_per_instance": 10},
    }

    definition = compiled(LOOP, deploy, parameters=REGION)

    assert definition.origins == (
        ("each", ("steps", 0)),
        ("score", ("steps", 0, "steps", 0)),
        ("deploy-config", ("steps", 1)),
        ("deploy", ("steps", 1)),
        ("deploy-scale", ("steps", 1)),
    )
