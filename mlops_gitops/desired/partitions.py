"""Partitions: which part of AWS a region belongs to.

Source: `partitions.json` of botocore; a test holds the two together.
"""

_BY_PREFIX = {
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "eu-isoe-": "aws-iso-e",
    "us-isof-": "aws-iso-f",
    "eusc-": "aws-eusc",
}


def partition_of(region: str) -> str:
    """Name the partition of a region, such as `aws-cn`; `aws` for all commercial regions."""
    for prefix, partition in _BY_PREFIX.items():
        if region.startswith(prefix):
            return partition
    return "aws"
