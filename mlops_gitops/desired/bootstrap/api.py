"""The doors beside git: an API, a bucket that takes configs, and the function behind both."""

from mlops_gitops.config.installation import ApiMode
from mlops_gitops.config.settings import Settings
from mlops_gitops.desired.bootstrap.function_package import runtime_of
from mlops_gitops.desired.bootstrap.part import Known, Part, Where

PACKAGE = "api"
"""Name of the function's zip."""


def is_wanted(settings: Settings) -> bool:
    """Whether configs come in by another way than git."""
    return settings.api is not None or bool(settings.drop_bucket)


def _values(known: Known) -> dict[str, str]:
    settings, key = known.settings, known.packages[PACKAGE]
    runtime, architecture = runtime_of(key)
    return {
        "Prefix": settings.prefix,
        "AssetsBucket": settings.assets_bucket,
        "PackageKey": key,
        "Runtime": runtime,
        "Architecture": architecture,
        "AssetsKmsKeyArn": known.outputs["AssetsKmsKeyArn"],
        "NotificationTopicArn": known.outputs["NotificationTopicArn"],
        "HasApi": "no" if settings.api is None else "yes",
        "DropBucketName": settings.drop_bucket,
        "TokenSecretArn": _token(settings),
        "PermissionsBoundary": settings.permissions_boundary,
    }


def _token(settings: Settings) -> str:
    github = settings.ci.github
    return github.token_secret if github and settings.api is ApiMode.PULL_REQUEST else ""


PART = Part(
    blueprint="bootstrap/api",
    stack="mlops-gitops-api",
    where=Where.ORCHESTRATOR,
    wanted=is_wanted,
    values=_values,
    packages=(PACKAGE,),
)
