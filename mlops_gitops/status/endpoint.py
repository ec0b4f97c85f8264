"""Endpoints, as SageMaker tells of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointHealth:
    """SageMaker's word on an endpoint: its `EndpointStatus` and the reason of a failure."""

    status: str
    reason: str
