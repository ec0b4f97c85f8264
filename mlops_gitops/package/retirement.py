"""Retirements: the tombstones of a workload, and what they would delete."""

from dataclasses import dataclass

from mlops_gitops.config.declared import Workload
from mlops_gitops.desired.stack import DesiredStack, StackId
from mlops_gitops.diff.plan import Plan
from mlops_gitops.package.bundle import Bundle

LINE = '"state": "retired"'
"""What makes a config a tombstone, as a member of its object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retirement:
    """What retiring a workload would do.

    Attributes:
        name: its full name.
        workload: its identity.
        stacks: its tombstones, one for each stage that has a stack of it, in that order.
        plan: what they change.
        strange: stacks in stages that the settings do not have, which nobody touches.
    """

    name: str
    workload: Workload
    stacks: tuple[DesiredStack, ...]
    plan: Plan
    bundle: Bundle
    strange: tuple[StackId, ...] = ()
