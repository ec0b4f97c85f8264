"""Installations: what bootstrap made in the orchestrator account."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Outputs of the orchestrator's bootstrap stack that workloads and pipelines need."""

    assets_kms_key_arn: str
    notification_topic_arn: str
    pipeline_role_arn: str


def installation_from_outputs(outputs: Mapping[str, str]) -> Installation:
    """Read the outputs of the orchestrator's bootstrap stack.

    Raises:
        KeyError: an output is missing; the stack is of an older version.
    """
    return Installation(
        assets_kms_key_arn=outputs["AssetsKmsKeyArn"],
        notification_topic_arn=outputs["NotificationTopicArn"],
        pipeline_role_arn=outputs["PipelineRoleArn"],
    )
