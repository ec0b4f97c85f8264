"""Whoever approves in the console is told of; whoever approves by the command is not."""

import json
from typing import Any

from builders import ORCHESTRATOR
from e2e.user import User, eventually, full_name, model

TOPIC = f"arn:aws:sns:us-east-1:{ORCHESTRATOR}:mlops-pipeline-approvals"


def listener(user: User, name: str) -> str:
    """Subscribe a queue to the installation's topic; give its address."""
    url: str = user.aws("sqs").create_queue(QueueName=name)["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:{ORCHESTRATOR}:{name}"
    user.aws("sns").subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=arn)
    return url


def heard(user: User, queue: str, pipeline: str) -> list[dict[str, Any]]:
    """Take what the topic said of approvals of a pipeline that were given, not asked for."""
    found: list[dict[str, Any]] = []
    while (
        got := user.aws("sqs")
        .receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
        .get("Messages")
    ):
        for each in got:
            user.aws("sqs").delete_message(QueueUrl=queue, ReceiptHandle=each["ReceiptHandle"])
            found.append(json.loads(each["Body"]))
    subject = f"Approved without its digest: {pipeline}"[:100]
    return [each for each in found if each.get("Subject") == subject]


def watched(user: User, pipeline: str) -> list[str]:
    """Give how the watch ended for each approval of a pipeline, without those that still look."""
    runs = user.runs_of("mlops-gitops-orchestrator", "ApprovalWatch")
    ours = [run for run in runs if json.loads(run["input"])["detail"]["pipeline"] == pipeline]
    return [run["status"] for run in ours if run["status"] != "RUNNING"]


def test_an_approval_in_the_console_is_told_to_the_topic(user: User, name: str) -> None:
    """One message for the approval that names no digest, none for the one by the command."""
    pipeline, queue = full_name(name), listener(user, f"{name}-ears")
    user.commit(model(name))
    user.did("apply")
    user.lead(name, "staging")
    (token,) = user.waiting(name)

    user.aws("codepipeline").put_approval_result(
        pipelineName=pipeline,
        stageName="DeployProd",
        actionName="Approve",
        result={"summary": "looks good to me", "status": "Approved"},
        token=token,
    )

    eventually(lambda: watched(user, pipeline) == ["SUCCEEDED", "SUCCEEDED"])
    (told,) = heard(user, queue, pipeline)
    execution = user.executions(name)[0]["pipelineExecutionId"]
    assert told["Message"].startswith(
        f"DeployProd of {pipeline} was approved without a digest, as from the console."
    )
    assert f"by:     arn:aws:iam::{ORCHESTRATOR}:root" in told["Message"]
    assert "author: Test <test@example.com>" in told["Message"]
    assert "may be the author of the commit" in told["Message"]
    assert f"mlops-gitops history {pipeline} {execution}" in told["Message"]
    assert "All stages run what git says." in user.settled(name)
    shown = user.did("history", pipeline, execution)
    assert "(approved without a digest)" in shown
    assert "plan, as it was when this was started" in shown
