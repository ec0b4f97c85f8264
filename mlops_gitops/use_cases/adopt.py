"""Adopt: take over what the predecessor deployed, and endpoints made by hand.

Found by itself: a stack of the predecessor has the very name of ours where there is one account,
begins with `StackSet-` and that name where StackSets made it, and an endpoint that nobody's stack
holds has the name that a config gives it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from mlops_gitops.desired.names import INSTALLATION_TAG
from mlops_gitops.desired.stack import DesiredStack, StackId, Template
from mlops_gitops.desired.template_text import LONGEST_SENT, template_text
from mlops_gitops.diff.adoption import Adoption, Adoptions, LeftBehind, Step, Taken
from mlops_gitops.diff.compare import Pair, make_plan
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.diff.moving import importing, noted, released, retaining, shed
from mlops_gitops.diff.plan import Verdict
from mlops_gitops.diff.states import state_of
from mlops_gitops.diff.taking import OldStack, endpoint_name, take, take_endpoint
from mlops_gitops.errors import Blocked
from mlops_gitops.use_cases.adopt_pipelines import old_pipeline
from mlops_gitops.use_cases.desire import DesiredWorkload, desire
from mlops_gitops.use_cases.read_stacks import read_deployed
from mlops_gitops.use_cases.world import World

_STACK_SET = r"StackSet-({}-[0-9a-f]{{8}})-[0-9a-f-]{{36}}"
"""A StackSet is called like the workload, its stage and eight digits; its stacks like it."""

Deployed = Mapping[StackId, DeployedStack]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One of our stacks, what it could take over, and the templates on the way there.

    Attributes:
        taken: what an import needs of all that is taken.
        templates: what each step deploys: of the old stack the first two, of ours the last.
    """

    adoption: Adoption
    desired: DesiredStack
    taken: tuple[Taken, ...] = ()
    templates: Mapping[Step, Template] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Everything that was found, and how it would be afterwards."""

    adoptions: Adoptions
    found: tuple[Found, ...]


def find_adoptions(world: World, only: frozenset[str] = frozenset()) -> Search:
    """Find what can be adopted; nothing is changed.

    Args:
        world: the repository and AWS.
        only: full names of workloads; none for all.

    Raises:
        Blocked: the accounts have not been prepared.
        AwsError: something could not be read, so nothing is concluded.
    """
    desired = desire(world)
    deployed = read_deployed(world)
    workloads = [each for each in desired.workloads if not only or each.name in only]
    pipelines = [old_pipeline(world, each.name, deployed) for each in workloads]
    found = [one for each in workloads for one in _found(world, each, deployed)]
    active = tuple(one for one in found if one.adoption.steps or one.adoption.refused)
    touched = {one.adoption.workload for one in active} | {
        each.workload for each in pipelines if each is not None
    }
    pairs = [
        pair
        for each in workloads
        if each.name in touched
        for pair in _pairs(world, each, deployed, {one.desired.id: one for one in active})
    ]
    after = make_plan(
        commit="",
        stages=tuple(stage.name for stage in world.settings.places if _used(pairs, stage.name)),
        pairs=pairs,
        deployed=(),
        installation=world.settings.prefix,
        digests={each.name: each.bundle.digest for each in workloads if each.name in touched},
    )
    adoptions = Adoptions(
        pipelines=tuple(each for each in pipelines if each is not None),
        stacks=tuple(one.adoption for one in active),
        left=tuple(_left(found, deployed)),
        after=after,
    )
    return Search(adoptions=adoptions, found=active)


def _used(pairs: list[Pair], stage: str) -> bool:
    return any(desired.stage == stage for desired, _, _ in pairs)


def _found(world: World, workload: DesiredWorkload, deployed: Deployed) -> list[Found]:
    return [
        one
        for stack in workload.stacks
        if (one := _one(world, workload.name, stack, deployed)) is not None
    ]


def _one(world: World, name: str, desired: DesiredStack, deployed: Deployed) -> Found | None:
    """Look at one of our stacks; None where it can take over nothing."""
    old, stack_set = _old_stack(desired, deployed)
    try:
        if old is not None:
            return _from_stack(world, name, desired, deployed[old], stack_set, deployed)
        return _from_nobody(world, name, desired, deployed.get(desired.id))
    except Blocked as refusal:
        adoption = _adoption(name, desired, old, (), ())
        refused = replace(adoption, refused=refusal.message, hint=refusal.hint)
        return Found(adoption=refused, desired=desired)


def _old_stack(desired: DesiredStack, deployed: Deployed) -> tuple[StackId | None, str]:
    """Find the stack of the predecessor, and the StackSet that made it."""
    pattern = re.compile(_STACK_SET.format(re.escape(desired.id.name)), re.IGNORECASE)
    for id_ in sorted(deployed):
        same_place = (id_.account, id_.region) == (desired.id.account, desired.id.region)
        matched = pattern.fullmatch(id_.name)
        if same_place and matched and state_of(deployed[id_].status).exists:
            return id_, matched[1]
    there = deployed.get(desired.id)
    return (desired.id if there is not None and _is_foreign(there) else None), ""


def _is_foreign(stack: DeployedStack) -> bool:
    return (
        state_of(stack.status).exists
        and stack.digest is None
        and INSTALLATION_TAG not in stack.tags
    )


def _from_stack(
    world: World,
    name: str,
    desired: DesiredStack,
    there: DeployedStack,
    stack_set: str,
    deployed: Deployed,
) -> Found | None:
    """Look at an old stack: what of it is to become ours, and what of that is done already."""
    old = _read(world, there)
    note = noted(old.template, desired.id)
    own = old.id == desired.id
    ours = old.template if own else _template_of(world, deployed.get(desired.id))
    taken = take(desired, old) if note is None else note
    if note is None and not own:
        taken = _lacking(taken, ours)
    if not taken:
        return None
    if not _lacking(taken, ours):
        return Found(adoption=_adoption(name, desired, old.id, (), taken), desired=desired)
    still = [each for each in taken if each.was in old.template["Resources"]]
    sheds = shed(old, still) if still else frozenset()
    gone = {each.was for each in still} | sheds
    retains = old.template if note else retaining(old.template, desired.id, taken, sheds)
    releases = released(old, retains, gone) if gone else old.template
    _refuse(world, there, importing(None, taken), taken)
    _refuse_long(old.id, retains)
    wanted = {
        Step.DETACH: _is_attached(world, stack_set, old.id.account),
        Step.RETAIN: note is None,
        Step.RELEASE: bool(still),
        Step.IMPORT: True,
    }
    adoption = replace(
        _adoption(name, desired, old.id, tuple(step for step in Step if wanted[step]), taken),
        stack_set=stack_set,
        sheds=tuple(sorted(sheds)),
    )
    return Found(
        adoption=adoption,
        desired=desired,
        taken=taken,
        templates={
            Step.RETAIN: retains,
            Step.RELEASE: releases,
            Step.IMPORT: importing(releases if own else ours, taken),
        },
    )


def _read(world: World, there: DeployedStack) -> OldStack:
    return OldStack(
        id=there.id,
        arn=there.arn,
        template=world.stacks.template(there.id),
        parameters=there.parameters,
        physical=_Listed(there.id, world.adopting.physical_ids(there.id)),
    )


class _Listed(dict[str, str]):
    """What a stack holds by now: its template was read before, and somebody else may adopt, too."""

    def __init__(self, id_: StackId, found: Mapping[str, str]) -> None:
        super().__init__(found)
        self._id = id_

    def __missing__(self, name: str) -> str:
        hint = "Somebody else may adopt it, too: wait until nothing moves, then repeat the command."
        raise Blocked(f"{name} left stack {self._id} at this moment.", hint=hint)


def _from_nobody(
    world: World, name: str, desired: DesiredStack, there: DeployedStack | None
) -> Found | None:
    """Take an endpoint that no stack of ours holds, though it exists already."""
    wanted = endpoint_name(desired)
    if not wanted or (there is not None and state_of(there.status).exists):
        return None
    endpoint = world.adopting.endpoint(desired.id.account, wanted)
    if endpoint is None:
        return None
    taken = take_endpoint(desired, endpoint.arn, endpoint.config_name)
    imports = importing(None, taken)
    _refuse(world, there, imports, taken)
    adoption = _adoption(name, desired, None, (Step.IMPORT,), taken)
    templates = {Step.IMPORT: imports}
    return Found(adoption=adoption, desired=desired, taken=taken, templates=templates)


def _refuse(
    world: World, there: DeployedStack | None, template: Template, taken: tuple[Taken, ...]
) -> None:
    """Refuse what CloudFormation would refuse halfway.

    Raises:
        Blocked: the old stack is not at rest, or a resource cannot be imported.
    """
    if there is not None and state_of(there.status).verdict is not Verdict.READY:
        hint = "See what it waits for with `mlops-gitops status`, then repeat the command."
        raise Blocked(f"Stack {there.id} is {there.status.value}.", hint=hint)
    account = there.id.account if there is not None else _account(taken)
    known = world.adopting.importable(account, template)
    for each in taken:
        if known.get(each.logical_id) != frozenset(each.identifier):
            raise Blocked(
                f"CloudFormation does not import {each.resource_type} here, "
                f"so {each.physical_id} cannot change its stack.",
                hint="Keep the old stack until AWS supports it. Nothing was changed; see "
                "docs/adopt.md, 'What CloudFormation has to support'.",
            )


def _refuse_long(id_: StackId, template: Template) -> None:
    """Refuse a template that cannot be sent; nobody but plans may lay one into the bucket."""
    if len(template_text(template).encode()) > LONGEST_SENT:
        raise Blocked(
            f"The template of {id_} has more than {LONGEST_SENT} bytes with our note in it.",
            hint="Take Metadata out of it with an update in the CloudFormation console, "
            "then repeat the command.",
        )


def _account(taken: tuple[Taken, ...]) -> str:
    return taken[0].physical_id.split(":")[4]


def _template_of(world: World, stack: DeployedStack | None) -> Template | None:
    if stack is None or not state_of(stack.status).exists:
        return None
    return world.stacks.template(stack.id)


def _lacking(taken: tuple[Taken, ...], template: Template | None) -> tuple[Taken, ...]:
    held = (template or {}).get("Resources", {})
    return tuple(each for each in taken if each.logical_id not in held)


def _is_attached(world: World, stack_set: str, account: str) -> bool:
    if not stack_set:
        return False
    found = world.stack_sets.find(stack_set)
    return found is not None and any(each.account == account for each in found.accounts)


def _adoption(
    name: str,
    desired: DesiredStack,
    source: StackId | None,
    steps: tuple[Step, ...],
    taken: tuple[Taken, ...],
) -> Adoption:
    return Adoption(
        workload=name,
        stage=desired.stage,
        into=desired.id,
        source=source,
        steps=steps,
        taken=tuple(each.existing for each in taken),
    )


def _pairs(
    world: World,
    workload: DesiredWorkload,
    deployed: Deployed,
    active: Mapping[StackId, Found],
) -> list[Pair]:
    """Pair each stack of a workload with how it will be once everything is adopted."""
    pairs: list[Pair] = []
    for stack in workload.stacks:
        there = deployed.get(stack.id)
        found = active.get(stack.id)
        if found is not None and Step.IMPORT in found.templates:
            pairs.append((stack, _afterwards(stack, there), found.templates[Step.IMPORT]))
        else:
            pairs.append((stack, there, _template_of(world, there)))
    return pairs


def _afterwards(desired: DesiredStack, there: DeployedStack | None) -> DeployedStack:
    if there is not None and state_of(there.status).exists:
        return replace(there, status=StackStatus.IMPORT_COMPLETE)
    return DeployedStack(
        id=desired.id,
        status=StackStatus.IMPORT_COMPLETE,
        status_reason="",
        parameters={},
        outputs={},
        tags={},
        updated_at=None,
    )


def _left(found: list[Found], deployed: Deployed) -> list[LeftBehind]:
    """Name old stacks that hold no more than what is not needed once ours is deployed."""
    left = []
    for one in found:
        source = one.adoption.source
        if source is None or source == one.desired.id or one.adoption.refused:
            continue
        ours = deployed.get(one.desired.id)
        rolled_out = ours is not None and ours.digest is not None
        command = f"aws cloudformation delete-stack --stack-name {source.name}"
        until = f"nothing uses it: {command}" if rolled_out else "keep it until apply is through"
        left.append(LeftBehind(account=source.account, what=f"stack {source.name}", until=until))
    return left
