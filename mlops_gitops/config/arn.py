"""ARNs: what is wrong with one that does not have the form a schema asks for."""

import re
from collections.abc import Iterator

from mlops_gitops.config.said import nearest, quoted

_REGIONS_BEGIN = {
    "cn-": "aws-cn",
    "eusc-": "aws-eusc",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "eu-isoe-": "aws-iso-e",
    "us-isof-": "aws-iso-f",
    "us-gov-": "aws-us-gov",
}
PARTITIONS = ("aws", *_REGIONS_BEGIN.values())
"""Source: `partitions.json` of botocore; a test holds the two together."""

_PARTS = 6
_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+){1,2}-[1-9][0-9]?")
_ACCOUNT = re.compile(r"[0-9]{12}")


def partition_of(region: str) -> str:
    """Name the partition that a region belongs to."""
    found = (name for begin, name in _REGIONS_BEGIN.items() if region.startswith(begin))
    return next(found, "aws")


def wrong_in_arn(text: str, service: str) -> str | None:
    """Say what is wrong in the first five parts of an ARN; None if they are right."""
    return next(_reasons(text, service), None)


def _reasons(text: str, service: str) -> Iterator[str]:
    """Give every reason, the first one being the one to say."""
    parts = text.split(":", _PARTS - 1)
    if text != text.strip():
        yield "there are blanks around it"
    if parts[0] != "arn" or len(parts) < _PARTS:
        yield "it is no ARN"
        return
    _, partition, given, region, account, _ = parts
    if partition not in PARTITIONS:
        close = nearest(partition, PARTITIONS) or "aws"
        yield f"partition {quoted(partition)} does not exist (did you mean {quoted(close)}?)"
    if given != service:
        yield f"it is of service {quoted(given)}, not of {service}"
    if not _REGION.fullmatch(region):
        yield f"{quoted(region)} is no region"
    if not _ACCOUNT.fullmatch(account):
        yield f"account {quoted(account)} does not have 12 digits"
