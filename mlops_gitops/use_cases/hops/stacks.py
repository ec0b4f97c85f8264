"""Hops over bootstrap's stacks: there, whole, as old as this program, and of these settings."""

from dataclasses import replace

from mlops_gitops.desired.bootstrap import account as account_part
from mlops_gitops.desired.bootstrap import orchestrator
from mlops_gitops.desired.bootstrap.part import Known, Part, Where
from mlops_gitops.desired.bootstrap.parts import PARTS
from mlops_gitops.desired.stack import StackId
from mlops_gitops.diff.compare import BLUEPRINT_VERSION
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.diff.states import state_of
from mlops_gitops.status.finding import Finding, failed, ok, warning
from mlops_gitops.use_cases.hops.hop import Examined, Hop, accounts

_GOOD = {StackStatus.CREATE_COMPLETE, StackStatus.UPDATE_COMPLETE}
_SETTLED = {*_GOOD, StackStatus.UPDATE_ROLLBACK_COMPLETE}


def outputs_of(examined: Examined) -> dict[str, str]:
    """Give the outputs of the orchestrator's stack; none where it is not there."""
    settings = examined.settings
    id_ = StackId(settings.orchestrator_account, settings.region, orchestrator.PART.stack)
    there = examined.services.stacks.find(id_)
    return dict(there.outputs) if there else {}


def _orchestrator(examined: Examined, _about: str) -> Finding:
    return _stack(examined, orchestrator.PART, examined.settings.orchestrator_account)


def _part(examined: Examined, about: str) -> Finding:
    (part,) = (each for each in PARTS if each.stack == about)
    return _stack(examined, part, examined.settings.orchestrator_account)


def _account(examined: Examined, about: str) -> Finding:
    return _stack(examined, account_part.PART, about)


def _parts(examined: Examined) -> tuple[str, ...]:
    """Name the stacks that these settings ask for beside the two that are always there."""
    return tuple(
        part.stack
        for part in PARTS
        if part.where is Where.ORCHESTRATOR
        and part is not orchestrator.PART
        and part.wanted(examined.settings)
    )


def _stack(examined: Examined, part: Part, account: str) -> Finding:
    there = _deployed(examined, part, account)
    if there is None or not state_of(there.status).exists:
        return failed(f"{part.stack} is not there", _run(examined, account))
    if there.status not in _SETTLED:
        fix = f"Look at its events in CloudFormation, then: {_run(examined, account)}"
        return failed(f"{part.stack} is {there.status.value}", fix)
    return _held_against_us(examined, part, there)


def _deployed(examined: Examined, part: Part, account: str) -> DeployedStack | None:
    """Find the stack of a part.

    A StackSet calls its stacks `StackSet-<its name>-<an id>`, as "StackInstance" in the
    CloudFormation API reference shows.
    """
    settings, stacks = examined.settings, examined.services.stacks
    if not _by_stack_set(examined, account):
        return stacks.find(StackId(account, settings.region, part.stack))
    begins = f"StackSet-{part.stack}-"
    made = (each for each in stacks.overview(account) if each.id.name.startswith(begins))
    return next(made, None)


def _by_stack_set(examined: Examined, account: str) -> bool:
    settings = examined.settings
    return settings.bootstrap.organizations is not None and account != settings.orchestrator_account


def _run(examined: Examined, account: str) -> str:
    by = examined.settings.orchestrator_account if _by_stack_set(examined, account) else account
    return f"Run `mlops-gitops bootstrap` for account {by}."


def _held_against_us(examined: Examined, part: Part, there: DeployedStack) -> Finding:
    ours = examined.instruments.blueprints.blueprint(part.blueprint).version
    said = there.outputs.get(BLUEPRINT_VERSION, "")
    theirs = int(said) if said.isdecimal() else 0
    seen = f"{part.stack}, version {theirs}"
    if theirs < ours:
        fix = _run(examined, there.id.account)
        return failed(f"{seen}, is older than this program, which has {ours}", fix)
    if theirs > ours:
        fix = "Upgrade the program: pip install --upgrade mlops-gitops"
        return warning(f"{seen}, is newer than this program, which has {ours}", fix)
    differing = _differing(examined, part, there)
    if differing:
        said = f"{seen}, was made for other settings: {', '.join(differing)}"
        return failed(said, _run(examined, there.id.account))
    return ok(seen)


def _differing(examined: Examined, part: Part, there: DeployedStack) -> tuple[str, ...]:
    """Name the parameters that bootstrap would change.

    What its options or this program's own revision give is left out: it differs with whatever is
    put in its place.
    """
    known = Known(
        settings=examined.settings, account=there.id.account, outputs=outputs_of(examined)
    )
    try:
        wanted = part.values(known)
        other = part.values(replace(known, operators=("*",), revision="*"))
    except KeyError:  # of something that only bootstrap knows, such as the key of a zip
        return ()
    told = {name: value for name, value in wanted.items() if other[name] == value}
    return tuple(sorted(name for name in told if there.parameters.get(name, "") != told[name]))


HOPS = (
    Hop(
        name="orchestrator-stack",
        what="Bootstrap, orchestrator",
        look=_orchestrator,
        needs=("account",),
    ),
    Hop(
        name="part-stack",
        what="Bootstrap, part",
        look=_part,
        needs=("orchestrator-stack",),
        about=_parts,
    ),
    Hop(
        name="account-stack",
        what="Bootstrap, account",
        look=_account,
        needs=("orchestrator-stack", "plan-role"),
        about=accounts,
    ),
)
