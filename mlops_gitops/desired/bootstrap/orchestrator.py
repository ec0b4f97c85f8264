"""What the orchestrator account gets: bucket, key, topic, and the delivery pipelines' role."""

from mlops_gitops.desired.bootstrap.part import Known, Part, Where


def _values(known: Known) -> dict[str, str]:
    settings = known.settings
    return {
        "Prefix": settings.prefix,
        "AssetsBucketName": settings.assets_bucket,
        "StageAccounts": ",".join(settings.accounts),
        "NotificationEmail": settings.notification_email or "",
        "ExistingBucket": "true" if settings.bootstrap.existing_bucket else "false",
        "AssetsKeyArn": settings.bootstrap.assets_key,
        "AccessLogsBucketName": settings.bootstrap.access_logs_bucket,
        "PermissionsBoundary": settings.permissions_boundary,
    }


PART = Part(
    blueprint="bootstrap/orchestrator",
    stack="mlops-gitops-orchestrator",
    where=Where.ORCHESTRATOR,
    wanted=lambda _: True,
    values=_values,
)
