"""Things that happen, as AWS tells them, and the machine that writes what is told of them."""

import json
import re
from collections.abc import Mapping
from typing import Any

import jsonschema
from blueprints.blueprint_files import ROOT, load
from blueprints.machine import Answer, Walk, walk
from blueprints.parts import KEY
from blueprints.resolving import ACCOUNT, REGION, resolved

PIPELINE, EXECUTION = "mlops-pipeline-churn-byompipelinerealtimebuiltin", "6c0ab1f2-0000"
DIGEST = "mg1-" + "a" * 64
JANE = f"arn:aws:iam::{ACCOUNT}:user/jane"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:mlops-pipeline-approvals"
RESOURCES = resolved(
    load(ROOT / "blueprints/bootstrap/notifications.yaml"),
    {
        "NotificationTopicArn": TOPIC,
        "AssetsKmsKeyArn": KEY,
        "ConsoleDomain": "console.aws.amazon.com",
    },
)
SCHEMA = json.loads((ROOT / "schemas/events/notification.json").read_text())
LINK = (
    f"https://{REGION}.console.aws.amazon.com/codesuite/codepipeline/pipelines/{PIPELINE}"
    f"/executions/{EXECUTION}/timeline?region={REGION}"
)


def event(what: str, **detail: Any) -> dict[str, Any]:
    """An event of CodePipeline, as its user guide shows them."""
    named = {each.replace("_", "-"): value for each, value in detail.items()}
    return {
        "version": "0",
        "id": "0f00-1",
        "source": "aws.codepipeline",
        "detail-type": f"CodePipeline {what} Execution State Change",
        "account": ACCOUNT,
        "region": REGION,
        "time": "2026-11-21T15:00:00Z",
        "resources": [],
        "detail": {
            "pipeline": PIPELINE,
            "execution-id": EXECUTION,
            "pipeline-execution-attempt": 1,
            **named,
        },
    }


def ended(state: str) -> dict[str, Any]:
    """An execution has ended."""
    return event("Pipeline", state=state)


GATE = event(
    "Action",
    state="STARTED",
    stage="DeployProd",
    action="Approve",
    action_execution_id="run-of-the-gate",
    type={"owner": "AWS", "provider": "Manual", "category": "Approval", "version": "1"},
)


def ran(stage: str, action: str, status: str = "Succeeded", at: int = 0, **more: Any) -> Any:
    """A run of an action, as CodePipeline lists it to a state machine."""
    category = "Approval" if action == "Approve" else "Deploy"
    result = {key: more.pop(key) for key in [*more] if key in ("ErrorDetails", "Said")}
    if "Said" in result:
        result["ExternalExecutionSummary"] = result.pop("Said")
    return {
        "ActionExecutionId": f"{stage}-{action}-{at}",
        "StageName": stage,
        "ActionName": action,
        "Status": status,
        "StartTime": f"2026-11-21T15:{at:02}:00.000Z",
        "LastUpdateTime": f"2026-11-21T15:{at:02}:30.000Z",
        "Input": {"ActionTypeId": {"Category": category}},
        "Output": {"ExecutionResult": result},
        **more,
    }


VARIABLES = {
    "author": "Jo <jo@acme.org>",
    "commit": "c0ffee",
    "digest": DIGEST,
    "summary_dev": "CREATE: endpoint",
    "summary_prod": "CHANGE: instance type",
}


def tell(
    happened: Mapping[str, Any],
    *runs: Any,
    trigger: str = "StartPipelineExecution",
    minutes: int | None = None,
    **answers: Answer,
) -> Walk:
    """Walk the machine that writes, with what CodePipeline has of the execution."""
    listed = [{"Name": name, "ResolvedValue": value} for name, value in VARIABLES.items()]
    execution = {"Variables": listed, "Trigger": {"TriggerType": trigger}}
    timeout = {} if minutes is None else {"TimeoutInMinutes": minutes}
    stages = [{"Name": "DeployProd", "Actions": [{"Name": "Approve", **timeout}]}]
    usual: dict[str, Answer] = {
        "ReadExecution": lambda _: {"PipelineExecution": execution},
        "ReadActions": lambda _: {"ActionExecutionDetails": [*runs][::-1]},
        "ReadPipeline": lambda _: {"Pipeline": {"Stages": stages}},
        "Tell": lambda _: {"MessageId": "1"},
        "Announce": lambda _: {"FailedEntryCount": 0},
    }
    machine = RESOURCES["Teller"]["Properties"]["Definition"]
    return walk(machine, happened, {**usual, **answers})


def said(done: Walk, number: int = 0) -> dict[str, Any]:
    """Give a message as programs get it, after holding all its forms together."""
    asked = done.asked["Tell"][number]
    forms = json.loads(asked["Message"])
    message: dict[str, Any] = json.loads(forms["sqs"])
    assert forms["default"] == message["text"]
    assert {*forms} == {"default", "email-json", "sqs", "http", "https", "lambda", "firehose"}
    assert asked["TopicArn"] == TOPIC
    assert asked["Subject"] == message["subject"]
    assert re.fullmatch(r"[ -~]{1,99}", asked["Subject"])
    assert asked["MessageAttributes"]["kind"]["StringValue"] == message["kind"]
    (entry,) = done.asked["Announce"][number]["Entries"]
    detail = json.loads(entry["Detail"])
    assert detail.pop("chat") == {"text": f"*{message['subject']}*\n{message['text']}"}
    assert detail == message
    jsonschema.validate(message, SCHEMA)
    return message


def package(**detail: Any) -> dict[str, Any]:
    """An event of SageMaker, as its developer guide shows it."""
    arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:model-package/churn/2"
    facts = {"ModelPackageGroupName": "churn", "ModelPackageVersion": 2, "ModelPackageArn": arn}
    return {
        **event("Pipeline"),
        "source": "aws.sagemaker",
        "detail-type": "SageMaker Model Package State Change",
        "resources": [arn],
        "detail": {**facts, "ModelPackageStatus": "Completed", **detail},
    }


DRIFT = {
    **event("Pipeline"),
    "source": "mlops-gitops",
    "detail-type": "Drift Found",
    "detail": {
        "drift_id": "d-1",
        "stack": PIPELINE,
        "stage": "prod",
        "account": "444444444444",
        "changes": ["instance count: 2 -> 5"],
    },
}
