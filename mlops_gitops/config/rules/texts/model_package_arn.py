"""MG065: A model package is not given by the ARN of one version.

The config names exactly what is deployed: a version. The group alone, or a bare name, would let
somebody change what runs without a commit.

Wrong:
    {"model_package_name": "arn:aws:sagemaker:us-east-1:111111111111:model-package-group/churn"}

Right:
    {"model_package_name": "arn:aws:sagemaker:us-east-1:111111111111:model-package/churn/7"}
"""

from mlops_gitops.config.arn import wrong_in_arn
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schema

_FORM = "arn:aws:sagemaker:<region>:<account>:model-package/<group>/<version>"


def why(text: str, schema: Schema) -> Said:  # noqa: ARG001 - every rule is asked alike
    """Find what keeps a text from being the ARN of one version."""
    wrong = wrong_in_arn(text, "sagemaker")
    if wrong is None:
        resource = text.split(":", 5)[5]
        if resource.startswith("model-package-group/"):
            wrong = "it names the group, not a version of it"
        elif resource.startswith("model-package/") and resource.count("/") == 1:
            wrong = "it has no version"
        else:
            wrong = "after the account it must say model-package/, the group and the version"
    message = f"{quoted(text)} is no ARN of a model package's version: {wrong}."
    return Said("MG065", message, f"Write {_FORM}.")
