"""Refused: what settings and holds would keep `apply` from doing, found out with the plan."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mlops_gitops.desired.names import stage_stack, workload_stack
from mlops_gitops.diff.plan import Action, Plan, Refusal, StackChange
from mlops_gitops.pipeline.brakes import Mass, is_confirmed, mass_of, refusals
from mlops_gitops.pipeline.delivery import pipeline_name
from mlops_gitops.pipeline.endpoints import accepted_deletions, endpoint_refusals
from mlops_gitops.pipeline.held import held_workloads, refused_digests
from mlops_gitops.use_cases.carrier import carrier
from mlops_gitops.use_cases.desire import Desired
from mlops_gitops.use_cases.holds import read_holds
from mlops_gitops.use_cases.read_stacks import read_deployed
from mlops_gitops.use_cases.starts import look_for_executions
from mlops_gitops.use_cases.world import World


def with_refusals(world: World, desired: Desired, made: Plan) -> Plan:
    """Tell in a plan what `apply` would refuse of it, and what it would leave as it is.

    AWS is asked for what is held, and for more only where too much seems to change: for what is
    under way, and, where the plan is of a part of the repository, for how much else is deployed.
    """
    moving = {str(each.workload) for each in made.changes if each.action is not Action.KEEP}
    names = [each.name for each in desired.workloads if str(each.config.workload) in moving]
    holds = read_holds(world)
    digests = {name: made.digests[name] for name in names}
    return replace(
        made,
        refused=(*_by_settings(world, desired, made), *refused_digests(holds, digests)),
        held=held_workloads(world.settings, holds, names),
    )


def _by_settings(world: World, desired: Desired, made: Plan) -> tuple[Refusal, ...]:
    names = {each.config.workload: each.name for each in desired.workloads}
    changes: dict[str, list[StackChange]] = {name: [] for name in names.values()}
    for one in made.changes:
        if one.workload in names:
            changes[names[one.workload]].append(one)
    return (
        *refusals(world.settings, changes, _mass(world, made, changes)),
        *_protected(world, made, changes),
    )


def _protected(
    world: World, made: Plan, changes: Mapping[str, Sequence[StackChange]]
) -> tuple[Refusal, ...]:
    settings, head = world.settings, world.commits.head(())
    accepted = accepted_deletions(made.commit, head.message if head else "")
    found = tuple(endpoint_refusals(settings, changes, accepted))
    digests = {each.workload: made.digests[each.workload] for each in found}
    carried = _carried(world, digests) if found else ()
    return tuple(each for each in found if each.workload not in carried)


def _mass(world: World, made: Plan, changes: Mapping[str, Sequence[StackChange]]) -> Mass | None:
    settings, head = world.settings, world.commits.head(())
    if not mass_of(settings, changes) or (
        head is not None and is_confirmed(made.commit, head.message)
    ):
        return None
    return mass_of(settings, changes, _carried(world, made.digests), _beside(world))


def _carried(world: World, digests: Mapping[str, str]) -> frozenset[str]:
    """Name the workloads whose digest an execution carries already."""
    seen = look_for_executions(world, tuple(digests))
    return frozenset(
        name
        for name, digest in digests.items()
        if carrier(world, pipeline_name(name), digest, seen[name].executions)
    )


def _beside(world: World) -> int:
    """Count the workloads that are deployed and not touched."""
    if not world.repository.rest:
        return 0
    settings, there = world.settings, read_deployed(world)
    places = [
        [stage_stack(settings, workload_stack(settings, config), stage) for stage in config.stages]
        for config in world.repository.rest
    ]
    return sum(any(id_ in there and there[id_].digest for id_ in ids) for ids in places)
