"""Manual approval: tells a topic, and leaves the rest to people.

The message is AWS's own, after the page "JSON data format for manual approval
notifications".
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import quote

from botocore.exceptions import ClientError

from mlops_gitops.emulator.codepipeline.actions.job import Job, refused
from mlops_gitops.emulator.codepipeline.machine import DEFAULT_APPROVAL_MINUTES

NOTIFIED = "notified"


def ask_for_approval(job: Job) -> None:
    """Publish the question once; the answer comes by PutApprovalResult."""
    topic = job.config.get("NotificationArn")
    if not topic or job.run.checkpoint == NOTIFIED:
        return
    title = f"APPROVAL NEEDED: AWS CodePipeline {job.pipeline.name} for action {job.action.name}"
    try:
        job.client("sns").publish(
            TopicArn=topic, Subject=title[:100], Message=json.dumps(message(job))
        )
    except ClientError as error:
        raise refused(error) from error
    job.report(checkpoint=NOTIFIED)


def message(job: Job) -> dict[str, object]:
    """Give the body of the notification."""
    console = f"https://console.aws.amazon.com/codepipeline/home?region={job.key.region}"
    view = f"{console}#/view/{quote(job.pipeline.name)}"
    review = f"{view}/{quote(job.run.stage)}/{quote(job.action.name)}/approve/{job.run.token}"
    minutes = job.action.timeout_minutes or DEFAULT_APPROVAL_MINUTES
    expires = datetime.fromtimestamp(job.run.started + 60 * minutes, tz=UTC)
    return {
        "region": job.key.region,
        "consoleLink": view,
        "approval": {
            "pipelineName": job.pipeline.name,
            "stageName": job.run.stage,
            "actionName": job.action.name,
            "token": job.run.token,
            "expires": expires.strftime("%Y-%m-%dT%H:%MZ"),
            "externalEntityLink": job.config.get("ExternalEntityLink"),
            "approvalReviewLink": review,
            "customData": job.config.get("CustomData"),
        },
    }
