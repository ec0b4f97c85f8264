"""Installations: what bootstrap made in the orchestrator account."""

from collections.abc import Mapping
from dataclasses import dataclass

_APPROVALS_TOLD = "ApprovalsToldBy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Outputs of the orchestrator's bootstrap stack that workloads and pipelines need.

    Attributes:
        approval_topic_arn: where CodePipeline itself asks for approvals; empty where bootstrap
            made what tells of them in words, so that nobody is asked twice.
    """

    assets_kms_key_arn: str
    notification_topic_arn: str
    pipeline_role_arn: str
    approval_topic_arn: str = ""


def installation_from_outputs(outputs: Mapping[str, str]) -> Installation:
    """Read the outputs of the orchestrator's bootstrap stack.

    Raises:
        KeyError: an output is missing; the stack is of an older version.
    """
    topic = outputs["NotificationTopicArn"]
    return Installation(
        assets_kms_key_arn=outputs["AssetsKmsKeyArn"],
        notification_topic_arn=topic,
        pipeline_role_arn=outputs["PipelineRoleArn"],
        approval_topic_arn="" if _APPROVALS_TOLD in outputs else topic,
    )
