"""AWS's console, for links."""

from mlops_gitops.config.arn import partition_of

_CONSOLES = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}


def console_domain(region: str) -> str:
    """Give the domain in a region's partition; empty where no console is public."""
    return _CONSOLES.get(partition_of(region), "")
