"""Resources of stacks, as CloudFormation and their own services tell them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from mlops_gitops.desired.stack import StackId, Template
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.errors import AwsError
from mlops_gitops.ports import StackResource
from mlops_gitops.ports.live import Checked, ResourceCheck
from mlops_gitops.status.drift import Drift, NotCompared
from mlops_gitops.status.drifting.expected import Expected, Made, expected_resources
from mlops_gitops.status.drifting.resource import Found, judge, moving_parts
from mlops_gitops.use_cases.apply import Reporter
from mlops_gitops.use_cases.drift_stacks import Place, StackFinding
from mlops_gitops.use_cases.side_by_side import side_by_side
from mlops_gitops.use_cases.world import World

_DETECTABLE = frozenset(
    {
        StackStatus.CREATE_COMPLETE,
        StackStatus.UPDATE_COMPLETE,
        StackStatus.UPDATE_ROLLBACK_COMPLETE,
        StackStatus.UPDATE_ROLLBACK_FAILED,
    }
)
"""Source: DetectStackDrift, and "Detect drift on an entire CloudFormation stack", user guide."""
_NOTHING_IN_IT = frozenset({"AWS::CloudFormation::WaitConditionHandle"})
"""Types without a property, and with nothing behind them."""
_GONE = "DELETE_COMPLETE"
_PATIENCE = 600.0
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 15.0
_UNLISTED = "CloudFormation does not list it among the stack's resources"
_NOT_LOOKED_AT = "CloudFormation does not look at this type, and we do not read it"
_COMPARED = (Checked.IN_SYNC, Checked.MODIFIED)


@dataclass(slots=True, kw_only=True)
class _Stack:
    """A stack whose resources are looked at, and what is known of them so far.

    Attributes:
        git: resources as git wants them, with the names that they have now.
        detection: id of what CloudFormation has begun; empty while it has not.
        silence: why CloudFormation tells nothing; empty where it does.
    """

    place: Place
    expected: Mapping[str, Expected]
    git: Mapping[str, Expected]
    unlisted: frozenset[str] = frozenset()
    live: dict[str, Found] = field(default_factory=dict)
    detection: str = ""
    silence: str = ""
    checks: Mapping[str, ResourceCheck] = field(default_factory=dict)


def look_at_resources(
    world: World, findings: Sequence[StackFinding], report: Reporter
) -> tuple[list[Drift | NotCompared], int]:
    """Compare the resources of stacks; give what was found, and how many were compared."""
    found: list[Drift | NotCompared] = []
    stacks = []
    there = [
        (each.place, each.place.deployed, each.template)
        for each in findings
        if each.template is not None and each.place.deployed is not None
    ]
    for result in side_by_side(lambda each: _open(world, *each), there):
        if isinstance(result, NotCompared):
            found.append(result)
        else:
            stacks.append(result)
    # While CloudFormation looks at all of them, we look ourselves.
    side_by_side(lambda stack: _begin(world, stack), stacks)
    side_by_side(lambda stack: _read(world, stack, report), stacks)
    _await(world, [stack for stack in stacks if stack.detection])
    side_by_side(lambda stack: _collect(world, stack), stacks)
    found += [each for stack in stacks for each in _judge(stack)]
    # A resource of which one property was not compared is none that was.
    doubtful = {(each.stack, each.logical_id) for each in found if isinstance(each, NotCompared)}
    return found, sum(
        (stack.place.owner.stack, name) not in doubtful
        for stack in stacks
        for name in stack.expected
    )


def _open(
    world: World, place: Place, deployed: DeployedStack, template: Template
) -> "_Stack | NotCompared":
    """Work out what the resources of a stack were made with."""
    try:
        resources = world.stacks.resources(deployed.id)
    except AwsError as error:
        return _of_stack(place.owner.stack, error.message)
    made = Made(
        stack=deployed.id,
        arn=deployed.arn,
        physical_ids={each.logical_id: each.physical_id for each in _there(resources)},
    )
    expected = expected_resources(template, deployed.parameters, made)
    desired = place.desired
    is_current = desired.digest == deployed.digest
    git = expected
    if not is_current:
        git = expected_resources(desired.template, desired.parameter_values(), made)
    comparable = {
        name: each for name, each in expected.items() if each.resource_type not in _NOTHING_IN_IT
    }
    return _Stack(
        place=place,
        expected=comparable,
        git=git,
        unlisted=frozenset(comparable) - made.physical_ids.keys(),
    )


def _there(resources: Iterable[StackResource]) -> list[StackResource]:
    return [each for each in resources if each.status != _GONE and each.physical_id]


def _begin(world: World, stack: _Stack) -> None:
    """Have CloudFormation look at a stack, unless we read all of it ourselves."""
    deployed = stack.place.deployed
    if all(world.live.reads(each.resource_type) for each in stack.expected.values()):
        return
    if deployed is not None and deployed.status not in _DETECTABLE:
        stack.silence = f"CloudFormation looks at no stack that is {deployed.status.value}"
        return
    try:
        stack.detection = world.detection.start(stack.place.owner.stack)
    except AwsError as error:
        stack.silence = error.message


def _read(world: World, stack: _Stack, report: Reporter) -> None:
    owner = stack.place.owner
    report(owner.workload, f"comparing {owner.stage}")
    for name, each in stack.expected.items():
        if name not in stack.unlisted and world.live.reads(each.resource_type):
            stack.live[name] = _read_one(world, owner.stack.account, each)


def _read_one(world: World, account: str, expected: Expected) -> Found:
    try:
        live = world.live.read(account, expected.resource_type, expected.physical_id)
    except AwsError as error:
        return Found(why=error.message)
    if live is None:
        return Found(is_gone=True)
    return Found(live=live.properties, is_busy=bool(live.busy), why=live.busy)


def _await(world: World, stacks: Sequence[_Stack]) -> None:
    """Wait until CloudFormation has looked at all of them, or for long enough."""
    pause, waited = 0.0, 0.0
    waiting = list(stacks)
    while waiting:
        if pause:
            world.clock.sleep(pause)
        waited += pause
        over = side_by_side(lambda stack: _is_over(world, stack), waiting)
        waiting = [stack for stack, is_over in zip(waiting, over, strict=True) if not is_over]
        if waited > _PATIENCE:
            for stack in waiting:
                stack.detection = ""
                stack.silence = f"CloudFormation did not look at it within {_PATIENCE:.0f} s"
            return
        pause = min(max(pause * 1.5, _FIRST_PAUSE), _LONGEST_PAUSE)


def _is_over(world: World, stack: _Stack) -> bool:
    try:
        progress = world.detection.progress(stack.place.owner.stack, stack.detection)
    except AwsError as error:
        stack.detection, stack.silence = "", error.message
        return True
    stack.silence = progress.reason
    return progress.is_over


def _collect(world: World, stack: _Stack) -> None:
    if not stack.detection:
        return
    try:
        checks = world.detection.checks(stack.place.owner.stack)
    except AwsError as error:
        stack.silence = error.message
        return
    stack.checks = {each.logical_id: each for each in checks}


def _judge(stack: _Stack) -> list[Drift | NotCompared]:
    moving = moving_parts(stack.expected)
    results: list[Drift | NotCompared] = []
    for name, expected in stack.expected.items():
        found = Found(why=_UNLISTED) if name in stack.unlisted else _found(stack, name)
        results += judge(stack.place.owner, expected, stack.git.get(name), found, moving)
    return results


def _found(stack: _Stack, name: str) -> Found:
    """Put together what the service and CloudFormation tell of one resource."""
    live = stack.live.get(name, Found())
    check = stack.checks.get(name)
    if live.is_gone or (check is not None and check.status is Checked.DELETED):
        return Found(is_gone=True)
    checked = (check.expected, check.actual) if check and check.status in _COMPARED else None
    told = check.reason if check else ""
    why = live.why or told or stack.silence or _NOT_LOOKED_AT
    return replace(live, checked=checked, why=why)


def _of_stack(stack: StackId, why: str) -> NotCompared:
    return NotCompared(
        stack=stack, logical_id="", resource_type="AWS::CloudFormation::Stack", why=why
    )
