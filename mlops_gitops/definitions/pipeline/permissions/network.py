"""What jobs in a VPC may do there: SageMaker makes network interfaces as their role.

Source: "Give SageMaker Training Jobs Access to Resources in Your Amazon VPC", SageMaker developer
guide; resources and condition keys: "Actions, resources, and condition keys for Amazon EC2".
"""

from collections.abc import Iterator
from typing import Any

from mlops_gitops.config.document import Json
from mlops_gitops.config.installation import Network
from mlops_gitops.definitions.network import VPC, vpc_of
from mlops_gitops.definitions.pipeline.permissions.statement import Statement, allow, arn

_MAKE = "ec2:CreateNetworkInterface"
_CHANGE = (
    "ec2:CreateNetworkInterfacePermission DeleteNetworkInterface DeleteNetworkInterfacePermission"
)
_INTERFACES = arn("ec2", "network-interface/*")
# A VPC may be another account's, which shares it; ids are nobody else's.
_SHARED = "arn:${AWS::Partition}:ec2:${AWS::Region}:*:"


def of_jobs(requests: Json, network: Network | None) -> Iterator[Statement]:
    """Give the statements for requests; none where none of them names a VPC.

    Args:
        requests: of jobs and models, however deep.
        network: the stage's; where another one is named, any is allowed.
    """
    named = [*_named(requests)]
    if network is not None and named and all(each == vpc_of(network) for each in named):
        yield from inside(network)
    elif named:
        yield from _anywhere()


def inside(network: Network) -> Iterator[Statement]:
    """Give the statements for one network."""
    subnets = [f"{_SHARED}subnet/{each}" for each in network.subnets]
    groups = [f"{_SHARED}security-group/{each}" for each in network.security_groups]
    there: Json = {"ArnLike": {"ec2:Subnet": [{"Fn::Sub": each} for each in subnets]}}
    yield allow("MakeInterfaces", _MAKE, _INTERFACES, *subnets, *groups)
    yield allow("ChangeInterfaces", _CHANGE, _INTERFACES, condition=there)
    yield _find()


def _anywhere() -> Iterator[Statement]:
    """Give the statements for networks that are known only when something runs."""
    yield allow(
        "MakeInterfaces",
        f"{_MAKE} {_CHANGE.removeprefix('ec2:')}",
        _INTERFACES,
        arn("ec2", "security-group/*"),
        arn("ec2", "subnet/*"),
    )
    yield _find()


def _find() -> Statement:
    return allow(
        "FindNetwork",
        "ec2:DescribeDhcpOptions DescribeNetworkInterfaces DescribeSecurityGroups DescribeSubnets"
        " DescribeVpcs",
        "*",  # these cannot be limited
    )


def _named(value: Any) -> Iterator[Json]:
    """Give every VPC that is named, however deep."""
    inner = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict) and VPC in value:
        yield value[VPC]
    for each in inner if isinstance(value, dict | list) else ():
        yield from _named(each)
