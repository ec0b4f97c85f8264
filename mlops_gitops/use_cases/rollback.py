"""Rollback: have a workload be again what it was, in git and in every stage.

What is rolled back from is written down before anything is started: whoever is killed and repeats
the command goes on to the same end, and nobody deploys it again meanwhile.
"""

from dataclasses import dataclass, replace

from mlops_gitops.config.declared import Config
from mlops_gitops.config.secrets import masked
from mlops_gitops.desired.names import workload_stack
from mlops_gitops.diff.plan import Method, Plan
from mlops_gitops.diff.states import retire_command
from mlops_gitops.errors import (
    Blocked,
    InvalidRepository,
    MlopsError,
    ShallowClone,
    UsageError,
)
from mlops_gitops.pipeline.authorship import is_committed
from mlops_gitops.pipeline.brakes import Brake, refuse_blocked_risks
from mlops_gitops.pipeline.holds import Refused
from mlops_gitops.runs.applied import Applied
from mlops_gitops.status.known import choose
from mlops_gitops.status.rolled_back import First, Prospect, RolledBack
from mlops_gitops.use_cases.apply import Reporter, apply
from mlops_gitops.use_cases.approve import pending_approvals
from mlops_gitops.use_cases.desire import DesiredWorkload, desire
from mlops_gitops.use_cases.digest_differences import digest_differences
from mlops_gitops.use_cases.find import find_workload
from mlops_gitops.use_cases.holds import read_holds, refuse_start
from mlops_gitops.use_cases.kept_bundle import kept_bundle, plan_kept, read_kept
from mlops_gitops.use_cases.known import known_deployments
from mlops_gitops.use_cases.plan import plan_by
from mlops_gitops.use_cases.rollback_files import (
    DIRTY,
    Restored,
    restored,
    world_after,
    world_at,
)
from mlops_gitops.use_cases.start_kept import start_kept
from mlops_gitops.use_cases.suspend import keep
from mlops_gitops.use_cases.world import World

_SHORT = 16
"""Characters of a digest that tell it from all others of a workload."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _InGit:
    """What the files of a workload would be, and what is composed of them today."""

    files: Restored
    made: DesiredWorkload
    plan: Plan


def foresee(world: World, called: str, to: str, first: First) -> Prospect:
    """Find out what a rollback would do; nothing is touched.

    Args:
        world: the repository and AWS.
        called: a model name, or the full name where one model has several workloads.
        to: digest, whole or at least its first 12 digits; empty for the one before.
        first: what it begins with.

    Raises:
        UsageError: there is no such workload, nothing to go back to, or no such commit here.
        Blocked: the same files make another digest today, the kept bundle is gone, or the
            workload is suspended.
        PolicyFailure: it would do what a stage blocks.
    """
    name = find_workload(world, called)
    config = _config(world, name)
    way = choose(name, known_deployments(world, name), read_holds(world, name), to)
    refuse_start(world, name, way.target.digest)
    waiting = (each for each in pending_approvals(world, name) if each.digest != way.target.digest)
    seen = Prospect(workload=name, called=called, first=first, way=way, in_the_way=tuple(waiting))
    if first is First.BUNDLE:
        plan = plan_kept(
            world, config, name, way.target, kept_bundle(world, config, name, way.target)
        )
    else:
        found = _in_git(world, seen)
        _refuse_another(world, seen, found.made)
        plan, seen = found.plan, replace(seen, files=tuple(sorted(found.files.change)))
    refuse_blocked_risks(world.settings, plan.changes)
    return replace(seen, plan=plan)


def roll_back(world: World, seen: Prospect, reason: str, report: Reporter) -> RolledBack:
    """Do what was foreseen.

    Args:
        world: the repository and AWS.
        seen: what was foreseen.
        reason: why, for whoever finds the digest refused; empty for none.
        report: is told what is being done.

    Raises:
        MlopsError: as `foresee`, or git refuses; what was done until then stays, and repeating
            the command goes on.
    """
    if seen.first is First.BUNDLE:
        # Refused before anything is started, so that nobody deploys it again meanwhile.
        _refuse(world, seen, reason, report)
        report(seen.workload, f"starting the kept bundle of {seen.way.target.digest}")
        started = start_kept(world, _config(world, seen.workload), seen)
        report(seen.workload, "committing what it was made of")
        return _committed_after(world, seen, _result(seen, started), reason)
    report(seen.workload, "committing what it was made of")
    found = _in_git(world, seen)
    commit = _commit(world, seen, found.files, reason)
    # Whoever cannot commit has rolled nothing back, and nothing is refused.
    _refuse(world, seen, reason, report)
    at = commit or found.files.head
    alone = world_at(world, found.files.config, at, found.files.paths)
    (applied,) = apply(alone, report, brake=Brake.RELEASED)
    done = replace(_result(seen, applied), commit=commit, files=tuple(sorted(found.files.change)))
    if applied.failure is None and applied.digest != seen.way.target.digest:
        return _of_another_digest(world, seen, done, found.made)
    return done


def _committed_after(world: World, seen: Prospect, done: RolledBack, reason: str) -> RolledBack:
    """Have git say what was started already; where it cannot, that is told."""
    try:
        found = _in_git(world, seen)
        commit = _commit(world, seen, found.files, reason)
    except MlopsError as error:
        return replace(done, failure=_without_git(seen, error))
    done = replace(done, commit=commit, files=tuple(sorted(found.files.change)))
    if found.made.bundle.digest != seen.way.target.digest:
        return _of_another_digest(world, seen, done, found.made)
    return done


def _in_git(world: World, seen: Prospect) -> _InGit:
    """Compose the workload of the files that it was made of, with what else is there today."""
    target = seen.way.target
    files = restored(world, _config(world, seen.workload), target)
    if not files.change:
        _refuse_stale(world, seen)
    then = world_after(world, files)
    try:
        desired = desire(then)
        plan = plan_by(then, desired, Method.TEMPLATE)
    except InvalidRepository as error:
        first = error.problems[0]
        raise Blocked(
            f"What commit {files.commit[:12]} has cannot be deployed today: {first.where}: "
            f"{first.message}",
            hint=f"{first.hint} Or: {_now(seen)}",
        ) from error
    return _InGit(files=files, made=desired.workloads[0], plan=plan)


def _refuse_stale(world: World, seen: Prospect) -> None:
    """Refuse a clone that has not seen yet what it would take back: it has nothing to commit.

    Raises:
        Blocked: the commit that is rolled back from is not here.
    """
    newest = seen.way.newest
    commit = newest.commit.removesuffix(DIRTY)
    if newest.digest != seen.way.bad or not is_committed(commit):
        return
    try:
        world.commits.commit_at(commit)
    except (UsageError, ShallowClone) as error:
        raise Blocked(
            f"This clone lacks commit {commit[:12]}, which {seen.way.bad} was deployed from, so it "
            "cannot take it back.",
            hint="git pull, then repeat the command.",
        ) from error


def _refuse_another(world: World, seen: Prospect, made: DesiredWorkload) -> None:
    """Refuse to commit what would make another digest than the one that is wanted."""
    if made.bundle.digest == seen.way.target.digest:
        return
    told = "; ".join(_differences(world, seen, made))
    raise Blocked(
        f"The same files make {made.bundle.digest} today, not {seen.way.target.digest}: {told}.",
        hint=f"Mend that, or start the bundle that was kept: {_now(seen)}",
    )


def _differences(world: World, seen: Prospect, made: DesiredWorkload) -> tuple[str, ...]:
    try:
        kept = read_kept(world, seen.workload, seen.way.target)
    except Blocked as gone:
        return (f"what differs cannot be said. {gone.message}".removesuffix("."),)
    return digest_differences(kept, made)


def _of_another_digest(
    world: World, seen: Prospect, done: RolledBack, made: DesiredWorkload
) -> RolledBack:
    differences = _differences(world, seen, made)
    failure = Blocked(
        f"Git is as it was, but makes {made.bundle.digest} of it today: {'; '.join(differences)}.",
        hint="`mlops-gitops apply` would deploy that. Mend it, or keep apply from it: "
        f"`mlops-gitops suspend {seen.called} --reason ...`",
    )
    return replace(done, differences=differences, failure=failure)


def _without_git(seen: Prospect, error: MlopsError) -> MlopsError:
    """Say that what runs and what git says are two things by now, and how to end that."""
    digest = seen.way.target.digest
    return Blocked(
        f"{digest[:_SHORT]} is on its way, but git does not say so: {error.message}",
        hint=f"{error.hint} Then: `mlops-gitops rollback {seen.called} --to {digest}`",
    )


def _now(seen: Prospect) -> str:
    return f"`mlops-gitops rollback {seen.called} --to {seen.way.target.digest} --now`"


def _config(world: World, name: str) -> Config:
    """Give the config that declares a workload.

    Raises:
        UsageError: none does any more.
    """
    for each in world.repository.configs:
        if workload_stack(world.settings, each) == name:
            return each
    raise UsageError(
        f"No config declares {name} any more, so there is none to bring back to what it was.",
        hint="Take back the commit that removed it, `git log --diff-filter=D --name-only` shows "
        f"which, with `git revert COMMIT`. If it is to go: {retire_command(name)}",
    )


def _refuse(world: World, seen: Prospect, reason: str, report: Reporter) -> None:
    """Write down what is rolled back from, unless whoever began has done so."""
    if seen.way.begun is not None:
        return
    report(seen.workload, f"refusing {seen.way.bad}")
    refused = Refused(
        workload=seen.workload,
        digest=seen.way.bad,
        to=seen.way.target.digest,
        reason=reason,
        by=world.identity.arn(),
        since=world.clock.now(),
    )
    keep(world, refused)


def _commit(world: World, seen: Prospect, files: Restored, reason: str) -> str:
    """Commit what has to change; give the commit's id, or nothing where it is so already."""
    if not files.change:
        return ""
    way = seen.way
    why = reason or (way.begun.reason if way.begun else "")
    lines = (
        f"Roll {seen.called} back to {way.target.digest[:_SHORT]}",
        *(("", masked(why)) if why else ()),
        "",
        f"From: {way.bad}",
        f"To: {way.target.digest}, of commit {files.commit}",
        f"By: {world.identity.arn()}",
    )
    return world.branches.commit(files.change, "\n".join(lines) + "\n")


def _result(seen: Prospect, applied: Applied) -> RolledBack:
    held = applied.held
    failure = applied.failure or (Blocked(held.why, hint=held.hint) if held else None)
    return RolledBack(
        workload=seen.workload,
        called=seen.called,
        refused=seen.way.bad,
        digest=seen.way.target.digest,
        outcome=applied.outcome,
        execution_id=applied.execution_id,
        reject=tuple(
            f"mlops-gitops reject {seen.called} --stage {each.stage} --reason 'rolled back'"
            for each in seen.in_the_way
        ),
        failure=failure,
    )
