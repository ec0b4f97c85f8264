"""Printed parts: what bootstrap would deploy, for those who deploy it by other means."""

from collections.abc import Mapping
from dataclasses import dataclass

from mlops_gitops.desired.stack import Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """One part as bootstrap would deploy it.

    Attributes:
        accounts: which get it.
        parameters: its parameters; `<Name>` stands for an output of a part before it.
        capabilities: what CloudFormation must be allowed.
    """

    part: str
    stack: str
    accounts: tuple[str, ...]
    region: str
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    capabilities: tuple[str, ...]
    template: Template
