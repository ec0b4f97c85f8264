"""MG113: SageMaker has no monitors in the region.

A monitor needs an image of SageMaker's and CloudFormation's resource types for it. Where one of
them is missing, a deployment would fail in its first stage. Source: the image tables of the
SageMaker SDK and CloudFormation's registry.

Wrong:
    region: us-gov-west-1, and a config of type byom_data_quality_monitor

Right:
    region: us-east-1
"""

from collections.abc import Iterator

from mlops_gitops.config.arn import partition_of
from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.problems import Problem

REGIONS = frozenset(
    {
        "ap-east-1",
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-northeast-3",
        "ap-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "ca-central-1",
        "eu-central-1",
        "eu-north-1",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "me-south-1",
        "sa-east-1",
        "us-east-1",
        "us-east-2",
        "us-isof-east-1",
        "us-isof-south-1",
        "us-west-1",
        "us-west-2",
    }
)
"""Where monitors can be deployed."""

_OF_MONITORS = "monitoring_output_location"


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse monitors where they cannot be made; China has a problem of its own."""
    region = draft.settings.region
    is_monitor = _OF_MONITORS in draft.type.schema["properties"]
    if is_monitor and region not in REGIONS and partition_of(region) != "aws-cn":
        name = quoted(draft.type.name)
        message = f"{name} cannot be deployed in {region}: SageMaker has no monitors there."
        hint = f"Regions with monitors: {', '.join(sorted(REGIONS))}."
        yield draft.at(Said("MG113", message, hint), "pipeline_type")
