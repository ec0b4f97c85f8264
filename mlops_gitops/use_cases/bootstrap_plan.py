"""Plan of bootstrap: each part's change set, or a listing where there is no stack yet."""

from dataclasses import replace
from datetime import timedelta

from mlops_gitops.desired.bootstrap.account import PART as ACCOUNT
from mlops_gitops.desired.bootstrap.part import Part
from mlops_gitops.desired.stack import DesiredStack, StackId
from mlops_gitops.diff.bootstrap import BootstrapPlan, PartChange, compare_part, refusals
from mlops_gitops.diff.change_set import ChangeSet, ChangeSetState
from mlops_gitops.diff.deployed import DeployedStack
from mlops_gitops.diff.named_buckets import by_names
from mlops_gitops.diff.plan import Action, Plan, StackChange, Verdict
from mlops_gitops.diff.redact import redacted
from mlops_gitops.diff.states import state_of
from mlops_gitops.diff.verdict import with_verdict
from mlops_gitops.errors import AwsError, Blocked, UsageError
from mlops_gitops.use_cases.bootstrap_brought import lacking
from mlops_gitops.use_cases.bootstrap_organizations import plan_set
from mlops_gitops.use_cases.bootstrap_parts import (
    KEY,
    OpenOutputs,
    Preparation,
    Report,
    desired_part,
    keeping,
    parts_of,
    spread_parts,
)
from mlops_gitops.use_cases.settle import settle

OURS = "mg-bootstrap-"
"""How the change sets of bootstrap begin."""

Proposals = dict[StackId, str]
"""Stack -> name of the change set that was made for it, and has to be deleted or executed."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 3.0
_PATIENCE = 300.0
_AGE = timedelta(hours=1)
"""A bootstrap that is still under way is younger."""


def plan_bootstrap(preparation: Preparation, proposals: Proposals, report: Report) -> BootstrapPlan:
    """Find out what would change in the account, and nothing is deployed by it.

    Args:
        preparation: the settings and the outside world.
        proposals: takes each change set before it is made; whoever calls deletes them.
        report: is told each step.

    Raises:
        UsageError: the settings do not name this account, or nobody knows the bucket's key.
        Blocked: the account is prepared from another one.
        AwsError: something could not be read.
    """
    settings, account = preparation.settings, preparation.account
    _refuse_strangers(preparation)
    outputs = OpenOutputs(known_outputs(preparation))
    changes: list[PartChange] = []
    unwanted: list[StackId] = []
    for part in parts_of(settings, account):
        id_ = StackId(account, settings.region, part.stack)
        there = _at_rest(preparation, id_, report)
        _sweep(preparation, there)
        if part.wanted(settings):
            changes.append(_plan_part(preparation, part, there, outputs, proposals))
            outputs.update(there.outputs if there else {})
        elif there is not None:
            unwanted.append(id_)
    changes += [plan_set(preparation, part, outputs) for part in spread_parts(settings, account)]
    return BootstrapPlan(
        account=account,
        region=settings.region,
        parts=tuple(changes),
        unwanted=tuple(unwanted),
        lacking=lacking(preparation),
    )


def known_outputs(preparation: Preparation) -> dict[str, str]:
    """Give what is known before any part: in a stage, the key that the orchestrator made.

    Raises:
        UsageError: nobody knows the key.
    """
    settings = preparation.settings
    given = preparation.assets_kms_key_arn or settings.bootstrap.assets_key
    if preparation.account == settings.orchestrator_account:
        return {}
    return {KEY: given or _found_key(preparation)}


def _found_key(preparation: Preparation) -> str:
    """Find the key where it was named before, else where the bucket names it."""
    settings = preparation.settings
    there = preparation.stacks.find(StackId(preparation.account, settings.region, ACCOUNT.stack))
    if there is not None and (key := there.parameters.get(KEY)):
        return key
    try:
        key = preparation.brought.key_of(settings.assets_bucket)
    except AwsError:
        key = ""
    if key.startswith("arn:"):
        return key
    raise UsageError(
        f"Account {preparation.account} cannot tell the key of bucket {settings.assets_bucket}.",
        hint="Run `mlops-gitops bootstrap` in the orchestrator account first; if it was run "
        f"there, name the {KEY} that it printed with --assets-key.",
    )


def _refuse_strangers(preparation: Preparation) -> None:
    settings, account = preparation.settings, preparation.account
    if account not in settings.accounts:
        hint = "Use credentials of an account that `mlops-gitops.yaml` names."
        raise UsageError(f"Account {account} is no part of this installation.", hint=hint)
    orchestrator = settings.orchestrator_account
    if settings.bootstrap.organizations is not None and account != orchestrator:
        raise Blocked(
            f"Account {account} is prepared by a StackSet, as bootstrap.organizations says.",
            hint=f"Run `mlops-gitops bootstrap` with credentials of account {orchestrator}.",
        )


def _at_rest(preparation: Preparation, id_: StackId, report: Report) -> DeployedStack | None:
    """Wait for a stack that moves, as after a run that was interrupted."""
    there = preparation.stacks.find(id_)
    if there is None or state_of(there.status).verdict is not Verdict.BUSY:
        return there
    report(f"waiting for {id_}, which is {there.status.value}")
    return settle(preparation.stacks, preparation.clock, id_)


def _sweep(preparation: Preparation, there: DeployedStack | None) -> None:
    """Delete what a bootstrap left that was killed long ago: nobody else may, or knows of it."""
    if there is None:
        return
    oldest = preparation.clock.now() - _AGE
    for each in preparation.stacks.change_sets(there.id):
        if each.name.startswith(OURS) and each.created_at < oldest:
            preparation.stacks.withdraw(there.id, each.name)


def _plan_part(
    preparation: Preparation,
    part: Part,
    there: DeployedStack | None,
    outputs: OpenOutputs,
    proposals: Proposals,
) -> PartChange:
    outputs.missing.clear()
    source = keeping(preparation.source, there.parameters if there else {})
    desired = desired_part(source, part, preparation.account, outputs)
    waits_for = tuple(sorted(outputs.missing))
    change = _compared(preparation, desired, there, waits_for, proposals)
    (shown,) = redacted(Plan(commit="", stages=(), changes=(change,), digests={})).changes
    return PartChange(part=part.name, change=shown, refused=refusals(change), waits_for=waits_for)


def _compared(
    preparation: Preparation,
    desired: DesiredStack,
    there: DeployedStack | None,
    waits_for: tuple[str, ...],
    proposals: Proposals,
) -> StackChange:
    exists = there is not None and state_of(there.status).exists
    template = by_names(preparation.stacks.template(desired.id)) if exists else None
    shown = replace(desired, template=by_names(desired.template))
    told = compare_part(shown, there, template)
    ready = told.verdict is Verdict.READY and not waits_for
    if there is None or template is None or told.action is not Action.UPDATE or not ready:
        return told
    verdict = _ask(preparation, desired, proposals)
    return with_verdict(told, shown, there, template, verdict)


def _ask(preparation: Preparation, desired: DesiredStack, proposals: Proposals) -> ChangeSet:
    name = f"{OURS}{preparation.clock.now():%Y%m%dT%H%M%S%f}"
    proposals[desired.id] = name
    preparation.stacks.propose(desired.deployable(), name, "")
    pause, waited = _FIRST_PAUSE, 0.0
    while True:
        found = preparation.stacks.change_set(desired.id, name)
        if found is None:
            message = f"Change set {name} of {desired.id} was deleted by somebody else."
            raise Blocked(message, hint="Run the command again.")
        if found.state is ChangeSetState.FAILED:
            raise AwsError(
                f"CloudFormation takes no change of {desired.id}: {found.reason}",
                hint="Mend the cause, then run `mlops-gitops bootstrap` again.",
            )
        if found.state is not ChangeSetState.PENDING:
            return replace(found, name=OURS)
        if waited > _PATIENCE:
            message = f"Change set {name} of {desired.id} was not made in {_PATIENCE:.0f} s."
            raise Blocked(message, hint="Run the command again.")
        preparation.clock.sleep(pause)
        waited += pause
        pause = min(pause * 1.5, _LONGEST_PAUSE)
