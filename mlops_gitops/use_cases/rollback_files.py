"""Files of a rollback: what a workload was made of at a commit, and what has to change for it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from mlops_gitops.config.blueprints.folder import FOLDER
from mlops_gitops.config.declared import Config
from mlops_gitops.config.said import listed
from mlops_gitops.errors import Blocked, InvalidRepository, UsageError
from mlops_gitops.pipeline.authorship import is_committed
from mlops_gitops.ports import Files
from mlops_gitops.status.known import Known
from mlops_gitops.use_cases.changed import Part
from mlops_gitops.use_cases.validate import blueprint_folders
from mlops_gitops.use_cases.world import Change, World

DIRTY = "-dirty"
"""What follows a commit where files were not committed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a workload would be made of again.

    Attributes:
        commit: full id of the commit that it is taken from.
        head: full id of the commit that is checked out.
        config: as it was there.
        change: files that differ from what is checked out.
        paths: of its config, then and now.
    """

    commit: str
    head: str
    config: Config
    change: Change
    paths: frozenset[str]


def restored(world: World, config: Config, target: Known) -> Restored:
    """Work out what must change in git for a workload to be as it was.

    Only its config, the files that this names, and a blueprint of the repository that it rests on.

    Raises:
        Blocked: there is no commit that says, or other workloads use one of the files.
        UsageError: the commit is not in this clone, or no commit is checked out.
        ShallowClone: the same, as the clone is shallow.
    """
    commit = world.commits.commit_at(_commit_of(target))
    head = world.commits.head(())
    if head is None:
        hint = "Run this in a clone of the repository."
        raise UsageError("No commit is checked out here.", hint=hint)
    then, now = world.commits.files_at(commit), world.commits.files_at(head.id)
    before = _config_at(world, then, config, commit)
    old, new = _files_of(then, before), _files_of(now, config)
    # What is there now and was not then is the config's under another name, or a file it names.
    gone = dict.fromkeys(new.keys() - old.keys())
    change = {path: data for path, data in old.items() if _at(now, path) != data}
    made = {**change, **gone}
    _refuse_shared(world, config, made)
    paths = frozenset({before.document.path, config.document.path})
    return Restored(commit=commit, head=head.id, config=before, change=made, paths=paths)


def world_after(world: World, files: Restored) -> World:
    """Give the world of this workload alone, as it would be once the files are so."""
    now = Part(world.commits.files_at(files.head), files.paths)
    return _alone(world.at(now, files.change), files.config, files.head)


def world_at(world: World, config: Config, commit: str, paths: frozenset[str]) -> World:
    """Give the world of a workload alone, as a commit has it."""
    return _alone(world.at(Part(world.commits.files_at(commit), paths), {}), config, commit)


def _alone(world: World, config: Config, since: str) -> World:
    """Leave out all other workloads; only stacks of this one are read then."""
    found = tuple(each for each in world.repository.configs if each.workload == config.workload)
    repository = replace(world.repository, configs=found, since=since)
    return replace(world, repository=repository)


def _commit_of(target: Known) -> str:
    commit = target.commit.removesuffix(DIRTY)
    if not is_committed(commit):
        raise Blocked(
            f"{target.digest} was made of no commit ({commit or 'none is known'}).",
            hint="`mlops-gitops rollback` with --now starts its kept bundle.",
        )
    return commit


def _config_at(world: World, then: Files, config: Config, commit: str) -> Config:
    """Find a workload's config in a commit: where it is now, or wherever it was.

    What is wrong with other configs there is nobody's trouble today.
    """
    for files in (Part(then, {config.document.path}), then):
        try:
            configs = world.at(files, {}).repository.configs
        except InvalidRepository:
            continue
        for each in configs:
            if each.workload == config.workload:
                return each
    raise Blocked(
        f"Commit {commit[:12]} has no valid config of {config.workload.model_name}.",
        hint="`mlops-gitops rollback` with --now starts its kept bundle.",
    )


def _files_of(files: Files, config: Config) -> dict[str, bytes]:
    paths = {config.document.path, *config.files}
    own = set(blueprint_folders(files)) & {config.type.name, config.type.blueprint}
    paths |= {path for name in own for path in files.below(f"{FOLDER}/{name}")}
    return {path: files.read(path) for path in sorted(paths)}


def _at(files: Files, path: str) -> bytes | None:
    try:
        return files.read(path)
    except FileNotFoundError:
        return None


def _refuse_shared(world: World, config: Config, change: Change) -> None:
    """Refuse to change what other workloads use."""
    users = {
        str(each.workload): sorted(set(_used(each)) & set(map(_unit, change)))
        for each in world.repository.configs
        if each.workload != config.workload
    }
    if shared := {name: files for name, files in users.items() if files}:
        paths = sorted({path for files in shared.values() for path in files})
        raise Blocked(
            f"{listed(paths)} would change, and {listed(sorted(shared))} would with it.",
            hint="Write the old content to files of its own, or `mlops-gitops rollback` with "
            "--now, and mend git by hand.",
        )


def _used(config: Config) -> Iterator[str]:
    yield from config.files
    yield config.document.path
    yield f"{FOLDER}/{config.type.blueprint}"
    yield f"{FOLDER}/{config.type.name}"


def _unit(path: str) -> str:
    """Name what a file is a part of: its blueprint, or itself."""
    return "/".join(path.split("/")[:2]) if path.startswith(f"{FOLDER}/") else path
