"""MG059: An ARN belongs to another region or partition than the installation.

SageMaker reads KMS keys and model packages of its own region only. It would say so while the first
stage is deployed.

Wrong:
    region: us-east-1 in the settings, and
    {"kms_key_arn": "arn:aws:kms:eu-west-1:222222222222:key/1234abcd-12ab-34cd-56ef-1234567890ab"}

Right:
    {"kms_key_arn": "arn:aws:kms:us-east-1:222222222222:key/1234abcd-12ab-34cd-56ef-1234567890ab"}
"""

from collections.abc import Iterator

from mlops_gitops.config.arn import partition_of
from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.problems import Problem

_FIELDS = ("kms_key_arn", "model_package_name")


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse ARNs of another region, or of a partition that the region is not in."""
    region = draft.settings.region
    wanted = (partition_of(region), region)
    for field in _FIELDS:
        for path, arn in draft.texts(field):
            _, partition, _, given, _ = arn.split(":", 4)
            if (partition, given) != wanted:
                message = (
                    f"The ARN is of region {quoted(given)} in partition {quoted(partition)}, the"
                    f" installation is in {region} ({wanted[0]})."
                )
                hint = f"Use one in {region}; SageMaker does not reach across regions."
                yield draft.at(Said("MG059", message, hint), *path)
