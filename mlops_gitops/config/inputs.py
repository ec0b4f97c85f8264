"""What a config names outside of git, and what we say if it is not there.

`plan` and `apply` look; `validate` is offline. Each function's docstring is what
`mlops-gitops explain` prints.
"""

from mlops_gitops.config.declared import Config
from mlops_gitops.config.document import pointer
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.problems import Problem

ARTIFACT = "model_artifact_location"
PACKAGE = "model_package_name"


def missing_artifact(config: Config, key: str, bucket: str) -> Problem:
    """MG080: A model artifact is not in the assets bucket.

    Artifacts are keys of the assets bucket that the settings name. One that is not there would
    fail in the first stage, so `plan` and `apply` refuse it before anything is deployed.

    Wrong:
        {"model_artifact_location": "fraud/modle.tar.gz"}

    Right:
        {"model_artifact_location": "fraud/model.tar.gz"}
    """
    message = f"There is no {quoted(key)} in the assets bucket {quoted(bucket)}."
    hint = f"Upload it: aws s3 cp {key.rsplit('/', 1)[-1]} s3://{bucket}/{key}"
    return _at(config, ARTIFACT, Said("MG080", message, hint))


def missing_package(config: Config, arn: str) -> Problem:
    """MG081: A model package is not in the model registry.

    The registry is asked for the very version that the config names, with the credentials in use.

    Wrong:
        {"model_package_name": "arn:aws:sagemaker:us-east-1:111111111111:model-package/fraud/99"}

    Right:
        {"model_package_name": "arn:aws:sagemaker:us-east-1:111111111111:model-package/fraud/7"}
    """
    group = arn.split("/")[1]
    listing = f"aws sagemaker list-model-packages --model-package-group-name {group}"
    message = f"The model registry has no package {quoted(arn)}."
    return _at(config, PACKAGE, Said("MG081", message, f"List its versions: {listing}"))


def _at(config: Config, field: str, said: Said) -> Problem:
    return said.at(config.document.where(field), pointer((field,)))
