"""Retire: carry the tombstone of a workload that no config declares through its gates."""

from enum import Enum

from mlops_gitops.diff.plan import Verdict
from mlops_gitops.errors import Blocked
from mlops_gitops.package.retirement import Retirement
from mlops_gitops.pipeline.brakes import refuse_blocked_risks
from mlops_gitops.pipeline.delivery import (
    delivery_pipeline,
    pipeline_name,
)
from mlops_gitops.pipeline.endpoints import FLAG, refuse_endpoint_deletion
from mlops_gitops.pipeline.held import suspension
from mlops_gitops.runs.applied import Applied, Outcome
from mlops_gitops.runs.execution import Execution
from mlops_gitops.runs.start import running
from mlops_gitops.use_cases.carrier import carrier
from mlops_gitops.use_cases.deliver import ensure_pipeline, upload
from mlops_gitops.use_cases.desire import read_installation
from mlops_gitops.use_cases.holds import read_holds
from mlops_gitops.use_cases.start_variables import caller_line, start_variables
from mlops_gitops.use_cases.starts import start
from mlops_gitops.use_cases.world import World


class Endpoints(Enum):
    """What becomes of endpoints of production."""

    KEPT = "kept"  # unless the settings of the stage say other
    GIVEN_UP = "given up"


def refuse_retirement(world: World, wanted: Retirement, endpoints: Endpoints) -> None:
    """Refuse what settings or people keep from being retired; nothing is asked or done before.

    Raises:
        Blocked: somebody holds it, or a stack is not ready.
        PolicyFailure: a stage blocks what it would do, or keeps its endpoint.
    """
    settings, changes = world.settings, wanted.plan.changes
    holds = read_holds(world, wanted.name)
    refused = holds.refusal(wanted.name, wanted.bundle.digest)
    held = refused or suspension(settings, holds, wanted.name)
    if held is not None:
        raise Blocked(held.why, hint=held.hint)
    for change in changes:
        if change.verdict in (Verdict.BLOCKED, Verdict.BUSY) and _carrier(world, wanted) is None:
            raise Blocked(f"Stack {change.id} is {change.status.value}.", hint=change.next_step)
    refuse_blocked_risks(settings, changes)
    if endpoints is Endpoints.KEPT and _carrier(world, wanted) is None:
        refuse_endpoint_deletion(settings, wanted.name, changes, frozenset(), FLAG)


def retire(world: World, wanted: Retirement, endpoints: Endpoints) -> Applied:
    """Carry the tombstone of a workload into its delivery pipeline.

    Whoever repeats it after a crash, or does it beside somebody else, starts nothing twice.

    Args:
        world: the repository and AWS.
        wanted: what was shown.
        endpoints: whether those of production may go.

    Raises:
        Blocked: somebody holds it, a stack is not ready, or an execution is under way.
        PolicyFailure: a stage blocks what it would do, or keeps its endpoint.
    """
    if wanted.plan.is_empty:
        return _applied(wanted, Outcome.UNCHANGED)
    refuse_retirement(world, wanted, endpoints)
    installation = read_installation(world)
    pipeline = delivery_pipeline(world.settings, wanted.name, wanted.stacks, installation)
    ensure_pipeline(world, wanted.name, pipeline)
    if already := _carrier(world, wanted):
        return _applied(wanted, Outcome.UNDER_WAY, already.id)
    return _start(world, wanted, upload(world, wanted.bundle))


def _start(world: World, wanted: Retirement, version: str) -> Applied:
    executions = world.pipelines.executions(pipeline_name(wanted.name))
    if already := running(executions, version) or _carrier(world, wanted):
        return _applied(wanted, Outcome.UNDER_WAY, already.id)
    author = caller_line(world)
    variables = start_variables(world, wanted.name, wanted.plan, wanted.bundle.digest, author)
    started = start(world, wanted.name, executions, version, variables)
    return _applied(wanted, Outcome.STARTED, started)


def _carrier(world: World, wanted: Retirement) -> Execution | None:
    name = pipeline_name(wanted.name)
    return carrier(world, name, wanted.bundle.digest, world.pipelines.executions(name))


def _applied(wanted: Retirement, outcome: Outcome, execution_id: str = "") -> Applied:
    return Applied(
        workload=wanted.name,
        outcome=outcome,
        digest=wanted.bundle.digest,
        execution_id=execution_id,
    )
