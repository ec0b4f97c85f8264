"""Start a kept bundle: the version that was deployed once, with what it would change just now."""

from mlops_gitops.config.declared import Config
from mlops_gitops.pipeline.brakes import refuse_blocked_risks
from mlops_gitops.pipeline.delivery import pipeline_name
from mlops_gitops.pipeline.endpoints import refuse_endpoint_deletion
from mlops_gitops.runs.applied import Applied, Outcome
from mlops_gitops.runs.start import last_to_arrive
from mlops_gitops.status.rolled_back import Prospect
from mlops_gitops.use_cases.carrier import carrier
from mlops_gitops.use_cases.deliver import ensure_stage_stack, refuse_unready
from mlops_gitops.use_cases.kept_bundle import kept_bundle, plan_kept
from mlops_gitops.use_cases.start_variables import start_variables
from mlops_gitops.use_cases.starts import start
from mlops_gitops.use_cases.world import World


def start_kept(world: World, config: Config, seen: Prospect) -> Applied:
    """Start the kept bundle of a rollback, unless it is on its way or there already.

    The variables are those that `apply` would give; what would change is compared with what is
    deployed, so that an approver is told the truth.

    Raises:
        Blocked: the bundle cannot be deployed, or a stack needs a person.
        PolicyFailure: it would do what a stage blocks, or delete an endpoint that it keeps.
    """
    name, target = seen.workload, seen.way.target
    pipeline = pipeline_name(name)
    executions = world.pipelines.executions(pipeline)
    plan = plan_kept(world, config, name, target, kept_bundle(world, config, name, target))
    if already := carrier(world, pipeline, target.digest, executions):
        return _applied(seen, Outcome.UNDER_WAY, already.id)
    if last_to_arrive(executions) is None and plan.is_empty:
        return _applied(seen, Outcome.UNCHANGED)
    refuse_blocked_risks(world.settings, plan.changes)
    refuse_endpoint_deletion(world.settings, name, plan.changes, frozenset())
    refuse_unready(plan.changes, executions)
    for change in plan.changes:
        ensure_stage_stack(world, change)
    variables = start_variables(world, name, plan, target.digest, target.author)
    started = start(world, name, executions, target.version, variables)
    return _applied(seen, Outcome.STARTED, started)


def _applied(seen: Prospect, outcome: Outcome, execution_id: str = "") -> Applied:
    return Applied(
        workload=seen.workload,
        outcome=outcome,
        digest=seen.way.target.digest,
        execution_id=execution_id,
    )
