"""Parameters that come from the installation and from the stack's own name."""

from collections.abc import Callable, Mapping

from mlops_gitops.desired.context import Context
from mlops_gitops.desired.names import run_name
from mlops_gitops.desired.stack import Resolved


def _assets_bucket(context: Context) -> Resolved:
    return Resolved(context.settings.assets_bucket, f"settings: {context.settings.path}")


def _assets_kms_key_arn(context: Context) -> Resolved:
    return Resolved(context.inputs.assets_kms_key_arn, "looked up: key of the assets bucket")


def _notification_topic_arn(context: Context) -> Resolved:
    return Resolved(context.inputs.notification_topic_arn, "looked up: topic of the installation")


def _run_name(context: Context) -> Resolved:
    return Resolved(run_name(context.stack), "derived: from the stack's name")


DERIVATIONS: Mapping[str, Callable[[Context], Resolved]] = {
    "AssetsBucket": _assets_bucket,
    "AssetsKmsKeyArn": _assets_kms_key_arn,
    "NotificationTopicArn": _notification_topic_arn,
    "RunName": _run_name,
}
