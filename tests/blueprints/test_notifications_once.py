"""Each thing that happened is told once; what hears of it, where it goes, and by which roles."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from blueprints.blueprint_files import mappings
from blueprints.linting import findings
from blueprints.machine import Answer, TaskError, walk
from blueprints.notifying import (
    DRIFT,
    GATE,
    PIPELINE,
    RESOURCES,
    TOPIC,
    ended,
    event,
    package,
)
from blueprints.parts import KEY
from builders import BLUEPRINTS, DATA, SETTINGS, repository

from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.desired.bootstrap.notifications import PART
from mlops_gitops.desired.bootstrap.part import Known, part_stack
from mlops_gitops.desired.stack import DeployableStack
from mlops_gitops.use_cases.validate import load_repository


def name_of(happened: Mapping[str, Any], **answers: Answer) -> str:
    """Walk the machine that names what happened; give the name."""
    done = walk(RESOURCES["Dispatcher"]["Properties"]["Definition"], happened, answers)
    (asked,) = done.asked["Start"]
    assert json.loads(asked["Input"]) == happened
    name: str = asked["Name"]
    return name


def test_each_thing_that_happened_has_one_name_however_often_its_event_comes() -> None:
    """Names differ where anything differs that is told, and where nothing does they do not."""
    again = {**GATE, "detail": {**GATE["detail"], "action-execution-id": "another-run"}}
    retried = event("Pipeline", state="FAILED", pipeline_execution_attempt=2)
    waiting, approved = (
        package(ModelApprovalStatus=each) for each in ("PendingManualApproval", "Approved")
    )
    other = {**DRIFT, "detail": {**DRIFT["detail"], "drift_id": "d-2"}}
    nameless = {**DRIFT, "detail": {"stack": PIPELINE}}
    happened = [
        *(GATE, again, ended("FAILED"), retried, ended("SUCCEEDED")),
        *(waiting, approved, DRIFT, other, nameless, {**nameless, "id": "0f00-2"}),
    ]

    names = [name_of(each) for each in happened]
    assert len({*names}) == len(names)
    assert all(re.fullmatch(r"[a-z0-9-]{1,80}", each) for each in names)
    again = [{**each, "time": "later", "id": "0f00-3"} for each in happened[:-2]]
    assert [name_of(each) for each in again] == names[:-2]


def test_what_has_a_name_already_was_told_before() -> None:
    """The second delivery of an event ends well, and does nothing; other errors are errors."""

    def refused(error: str) -> Answer:
        def start(_: Any) -> Any:
            raise TaskError(error, "no")

        return start

    machine = RESOURCES["Dispatcher"]["Properties"]["Definition"]
    taken = refused("Sfn.ExecutionAlreadyExistsException")
    assert walk(machine, GATE, {"Start": taken}).states == ["Start", "ToldBefore"]
    with pytest.raises(TaskError):
        walk(machine, GATE, {"Start": refused("Sfn.SfnException")})


def stack(webhooks: str, region: str = "us-east-1") -> DeployableStack:
    """The stack of what settings ask for."""
    text = SETTINGS.replace("us-east-1", region)
    told = "notifications: {email: ml-team@example.com}"
    assert told in text
    if webhooks:
        text = text.replace(told, f"notifications: {{webhooks: {webhooks}}}")
    files = MemoryFiles(repository(settings=text))
    settings = load_repository(files, DATA).settings
    known = Known(
        settings=settings,
        account=settings.orchestrator_account,
        outputs={"AssetsKmsKeyArn": KEY, "NotificationTopicArn": TOPIC},
    )
    return part_stack(PART, known, BLUEPRINTS.blueprint(PART.blueprint))


def hook(name: str) -> str:
    """A webhook of settings."""
    return (
        f"{{name: {name}, secret: 'arn:aws:secretsmanager:us-east-1:111111111111:secret:{name}-A'}}"
    )


def test_each_webhook_has_an_address_that_only_aws_sees() -> None:
    """The template names the secret; role, rule and destination of each belong together."""
    made = stack(f"[{hook('team')}, {hook('on-call')}]")
    resources = made.template["Resources"]
    rules = [name for name in resources if name.startswith("WebhookRule")]

    assert findings(json.dumps(made.template), "us-east-1", "cn-north-1") == []
    assert len(rules) == 2
    for rule, name in zip(rules, ("team", "on-call"), strict=True):
        own = rule.removeprefix("WebhookRule")
        (target,) = resources[rule]["Properties"]["Targets"]
        address = resources[f"WebhookDestination{own}"]["Properties"]["InvocationEndpoint"]
        secret = f"arn:aws:secretsmanager:us-east-1:111111111111:secret:{name}-A"
        assert address == f"{{{{resolve:secretsmanager:{secret}:SecretString}}}}"
        assert f"WebhookDestination{own}" in json.dumps(target["Arn"])
        assert f"WebhookRole{own}" in json.dumps(target["RoleArn"])
        assert target["InputPath"] == "$.detail.chat"
        assert target["RetryPolicy"]["MaximumRetryAttempts"] > 10
        assert "DeadLetterConfig" in target
    alone = stack(f"[{hook('on-call')}]").template["Resources"]
    assert alone.items() <= resources.items()


def test_without_webhooks_nothing_of_them_is_made() -> None:
    """Nor where CloudFormation has none of it; the rest is sound in every partition."""
    made = stack("")
    kinds = {one["Type"] for one in made.template["Resources"].values()}

    assert not {"AWS::Events::Connection", "AWS::Events::ApiDestination"} & kinds
    for region in ("us-east-1", "cn-north-1", "us-gov-west-1"):
        assert findings(json.dumps(stack("", region).template), region) == []


def test_events_of_others_wake_nothing() -> None:
    """The rules ask for the prefix, for ends and for approvals that begin."""
    patterns = {
        name: one["Properties"]["EventPattern"]
        for name, one in RESOURCES.items()
        if one["Type"] == "AWS::Events::Rule"
    }

    assert patterns["DeliveryRule"]["detail"] == {
        "pipeline": [{"prefix": "mlops-pipeline-"}],
        "state": ["SUCCEEDED", "FAILED", "STOPPED", "CANCELED"],
    }
    assert patterns["ApprovalRule"]["detail"] == {
        "pipeline": [{"prefix": "mlops-pipeline-"}],
        "state": ["STARTED"],
        "type": {"category": ["Approval"]},
    }
    assert patterns["DriftRule"] == {"source": ["mlops-gitops"], "detail-type": ["Drift Found"]}
    assert patterns["WebhookRule"]["detail-type"] == ["Notification"]


def test_roles_read_deliveries_and_tell() -> None:
    """Nothing is changed but what is told: no role starts, approves or writes anything else."""
    statements = [one for one in mappings(RESOURCES) if one.get("Effect") == "Allow"]
    named = [one["Action"] for one in statements if "Principal" not in one]
    actions = {each for one in named for each in (one if isinstance(one, list) else [one])}

    assert actions == {
        "codepipeline:GetPipeline",
        "codepipeline:GetPipelineExecution",
        "codepipeline:ListActionExecutions",
        "events:InvokeApiDestination",
        "events:PutEvents",
        "kms:Decrypt",
        "kms:GenerateDataKey",
        "sns:Publish",
        "states:StartExecution",
    }
