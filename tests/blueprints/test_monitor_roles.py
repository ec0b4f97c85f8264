"""Roles of monitors: each reads and writes what the config names, and nothing around it."""

from typing import Any

import pytest
from blueprints.monitors import KEY, KINDS, execute, monitor
from blueprints.resolving import resolved

every_kind = pytest.mark.parametrize("kind", KINDS)
ROLES = ("MonitorRole", "BaselineRole", "RunRole")
MINE = "acme-monitoring/churn/baseline"


def statements(resources: dict[str, Any], role: str) -> list[dict[str, Any]]:
    """Give what a role may do."""
    (policy,) = resources[role]["Properties"]["Policies"]
    found: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return found


def objects(resources: dict[str, Any], role: str, action: str) -> set[str]:
    """Give the objects that a role may do something with, without the ARN's front."""
    return {
        resource.removeprefix("arn:aws:s3:::")
        for one in statements(resources, role)
        if action in one["Action"]
        for resource in (
            one["Resource"] if isinstance(one["Resource"], list) else [one["Resource"]]
        )
    }


@every_kind
def test_objects_are_those_that_the_config_names(kind: str) -> None:
    """Captured data, ground truth, this baseline and these reports; no bucket as a whole."""
    example = monitor(kind)
    values = example.stack.parameter_values()
    resources = resolved(example.stack.template, values)
    baseline = f"{MINE}/{values['BaselineName']}"
    truth = {"acme-ground-truth/churn/*", "acme-monitoring/churn/reports/*"}
    asks_truth = kind in ("model_quality", "model_bias")

    assert objects(resources, "MonitorRole", "s3:GetObject") == {
        "acme-captured-data/churn/*",
        f"{baseline}/*",
        *(truth if asks_truth else ()),
    }
    assert objects(resources, "MonitorRole", "s3:PutObject") == {"acme-monitoring/churn/reports/*"}
    assert objects(resources, "BaselineRole", "s3:PutObject") == {f"{baseline}/*"}
    assert f"acme-mlops-assets/{values['BaselineDataObject']}" in objects(
        resources, "BaselineRole", "s3:GetObject"
    )
    written = objects(resources, "RunRole", "s3:PutObject")
    assert all(one.startswith(f"{baseline}/") and one.endswith(".json") for one in written)


@every_kind
def test_the_run_writes_only_what_its_role_may(kind: str) -> None:
    """Every object that the run asks for is one that its role names."""
    example = monitor(kind)
    resources = resolved(example.stack.template, example.stack.parameter_values())
    asked = execute(example).asked
    reads = {"FindBaseline", "ReadHeader"} & asked.keys()
    writes = {"Remember", "WriteMonitorConfig", "WriteBaselineConfig"} & asked.keys()

    for names, action in ((reads, "s3:GetObject"), (writes, "s3:PutObject")):
        keys = {"{Bucket}/{Key}".format(**asked[name][0]) for name in names}
        assert keys <= objects(resources, "RunRole", action)


@every_kind
def test_looking_into_buckets_is_limited_to_a_prefix(kind: str) -> None:
    """No role lists a bucket without saying what in it."""
    example = monitor(kind)
    resources = resolved(example.stack.template, example.stack.parameter_values())

    for role in ROLES:
        for one in statements(resources, role):
            if "s3:ListBucket" in one["Action"]:
                assert one["Condition"]["StringLike"]["s3:prefix"] not in ("*", "")


@every_kind
def test_only_clarify_makes_endpoints_and_only_its_own(kind: str) -> None:
    """The monitored endpoint is described; shadow endpoints alone are made, asked and removed."""
    example = monitor(kind)
    resources = resolved(example.stack.template, example.stack.parameter_values())
    making = {
        (role, resource.rpartition(":")[2])
        for role in ROLES
        for one in statements(resources, role)
        if "sagemaker:CreateEndpoint" in one["Action"]
        for resource in one["Resource"]
    }
    shadow = ("endpoint/sm-clarify-*", "endpoint-config/sm-clarify-*")
    makers = {
        "model_bias": ("BaselineRole",),
        "model_explainability": ("BaselineRole", "MonitorRole"),
    }.get(kind, ())

    assert making == {(role, place) for role in makers for place in shadow}


@every_kind
@pytest.mark.parametrize("key", ["", KEY])
def test_a_key_is_used_only_where_there_is_one(kind: str, key: str) -> None:
    """With a customer key every role may use it; without one none names any."""
    example = monitor(kind, kms_key_arn=key)
    resources = resolved(example.stack.template, example.stack.parameter_values())
    named = {
        role for role in ROLES for one in statements(resources, role) if one["Resource"] == KEY
    }

    assert named == (set(ROLES) if key else set())


def test_a_shap_baseline_in_a_file_can_be_read() -> None:
    """Both jobs read the one object in the assets bucket."""
    example = monitor("model_explainability", shap_config={"baseline": "shap/baseline.csv"})
    resources = resolved(example.stack.template, example.stack.parameter_values())

    for role in ("MonitorRole", "BaselineRole"):
        read = objects(resources, role, "s3:GetObject")
        assert "acme-mlops-assets/shap/baseline.csv" in read


@every_kind
def test_alarms_hear_the_rules_and_speak_to_the_topic(kind: str) -> None:
    """Violations and failures of this schedule, and of no other, reach people."""
    example = monitor(kind)
    values = example.stack.parameter_values()
    resources = resolved(example.stack.template, values)

    for what, status in (("Violation", "Completed"), ("Failure", "Failed")):
        detail = resources[f"{what}Rule"]["Properties"]["EventPattern"]["detail"]
        alarm = resources[f"{what}Alarm"]["Properties"]
        (schedule,) = detail["MonitoringScheduleArn"]
        assert schedule.endswith(f":monitoring-schedule/{values['MonitoringScheduleName']}")
        assert schedule == schedule.lower()  # ARNs are, whatever a name is
        assert detail["ProcessingJobStatus"] == [status]
        assert alarm["Dimensions"] == [{"Name": "RuleName", "Value": f"{what}Rule"}]
        assert alarm["AlarmActions"] == [values["NotificationTopicArn"]]
    violation = resources["ViolationRule"]["Properties"]["EventPattern"]["detail"]
    assert violation["ExitMessage"] == [{"prefix": "CompletedWithViolations"}]


def test_a_deployment_of_the_endpoint_starts_the_run() -> None:
    """Only explanations need the model's name after the baseline; only they listen."""
    rules = {
        kind: resources["EndpointRule"]["Properties"]
        for kind in KINDS
        for one in (monitor(kind),)
        for resources in (resolved(one.stack.template, one.stack.parameter_values()),)
        if "EndpointRule" in resources
    }

    assert rules.keys() == {"model_explainability"}
    rule = rules["model_explainability"]
    assert rule["EventPattern"]["detail"] == {
        "EndpointName": ["churn"],
        "EndpointStatus": ["IN_SERVICE"],
    }
    assert rule["Targets"][0]["Arn"].endswith(":stateMachine:Run")
