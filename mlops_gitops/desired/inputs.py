"""What a config names outside of git, and what we say if it is not there."""

from mlops_gitops.config.declared import Config
from mlops_gitops.problems import Problem

ARTIFACT = "model_artifact_location"
PACKAGE = "model_package_name"


def missing_artifact(config: Config, key: str, bucket: str) -> Problem:
    """MG070: an artifact is not in the assets bucket."""
    return Problem(
        code="MG070",
        where=config.document.where(ARTIFACT),
        message=f"There is no {key!r} in the assets bucket {bucket!r}.",
        hint=f"Upload it: aws s3 cp {key.rsplit('/', 1)[-1]} s3://{bucket}/{key}",
        pointer=f"/{ARTIFACT}",
    )


def missing_package(config: Config, arn: str) -> Problem:
    """MG071: a model package is not in the registry."""
    return Problem(
        code="MG071",
        where=config.document.where(PACKAGE),
        message=f"The model registry has no package {arn!r}.",
        hint="List the versions: aws sagemaker list-model-packages --model-package-group-name "
        f"{arn.split('/')[1]}",
        pointer=f"/{PACKAGE}",
    )
