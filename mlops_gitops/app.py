"""Composition root: the only module that picks adapters.

boto3 and everything else that is slow to load is imported inside the functions, so `validate`
never pays for it.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_gitops.adapters.disk import DiskFiles
from mlops_gitops.adapters.package_data import InstalledData
from mlops_gitops.config.settings import Settings
from mlops_gitops.errors import InvalidRepository, UsageError
from mlops_gitops.use_cases.validate import Repository, load_repository, validate

if TYPE_CHECKING:
    from mlops_gitops.adapters.blueprints import InstalledBlueprints
    from mlops_gitops.adapters.ci import CiEnvironment
    from mlops_gitops.adapters.local_runs import Laid
    from mlops_gitops.diff.plan import Plan
    from mlops_gitops.emulator.lifecycle import Iam, Running
    from mlops_gitops.ports import (
        Commits,
        Files,
        PackageData,
        PipelineScripts,
        PullRequests,
        TemplateLinter,
    )
    from mlops_gitops.ports.doctor import Instruments
    from mlops_gitops.ports.sagemaker import FoundationModels
    from mlops_gitops.runs.ci_run import CiRun
    from mlops_gitops.runs.local_pipeline import LocalPipeline
    from mlops_gitops.use_cases.bootstrap_parts import Preparation, Source
    from mlops_gitops.use_cases.world import Reading, World


def files(root: Path) -> "Files":
    """Give the files of a repository on disk."""
    return DiskFiles(root)


def write_file(root: Path, path: str, data: bytes) -> None:
    """Write a file of a repository anew.

    Raises:
        MlopsError: it cannot be written, or leads out of the repository.
    """
    DiskFiles(root).write(path, data)


def package_data() -> "PackageData":
    """Give the schemas and blueprints of this installation."""
    return InstalledData()


def repository_data(root: Path) -> "PackageData":
    """Give the schemas and blueprints of this installation and of a repository."""
    from mlops_gitops.adapters.repository_data import RepositoryData

    return RepositoryData(package_data(), files(root))


def repository_on_disk(root: Path) -> Repository:
    """Read a valid repository.

    Raises:
        InvalidRepository: there are errors.
    """
    return load_repository(files(root), package_data())


def settings_on_disk(root: Path) -> Settings:
    """Read the settings of a repository, whatever its configs say.

    Raises:
        InvalidRepository: the settings have errors.
    """
    validated = validate(files(root), package_data())
    if validated.settings is None:
        raise InvalidRepository(validated.problems)
    return validated.settings


def blueprints() -> "InstalledBlueprints":
    """Give the blueprints of this installation."""
    from mlops_gitops.adapters.blueprints import InstalledBlueprints

    return InstalledBlueprints(package_data())


def repository_blueprints(root: Path) -> "InstalledBlueprints":
    """Give the blueprints of this installation and of a repository."""
    from mlops_gitops.adapters.blueprints import InstalledBlueprints

    return InstalledBlueprints(repository_data(root))


def linter(region: str) -> "TemplateLinter":
    """Give somebody who knows what CloudFormation takes in a region."""
    from mlops_gitops.adapters.cfn_lint import CfnLint

    return CfnLint(region)


def no_files() -> "Files":
    """Give the files of no repository."""
    from mlops_gitops.adapters.memory.repository import MemoryFiles

    return MemoryFiles()


def files_in_memory(contents: Mapping[str, bytes]) -> "Files":
    """Give files that are not written yet, by their paths."""
    from mlops_gitops.adapters.memory.repository import MemoryFiles

    return MemoryFiles(contents)


def add_files(root: Path, contents: Mapping[str, bytes]) -> None:
    """Write files that are not there yet, by their paths: all of them or none.

    Raises:
        MlopsError: one is there, cannot be written, or leads out of the repository.
    """
    DiskFiles(root).add(contents)


def put_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write files of one folder, over those that are there.

    Raises:
        MlopsError: one cannot be written, or leads out of the folder.
    """
    files = DiskFiles(folder)
    old = {name for name in contents if os.path.lexists(folder / name)}
    for name in sorted(old):
        files.write(name, contents[name])
    files.add({name: content for name, content in contents.items() if name not in old})


def installed_revision() -> str:
    """Give the commit or tag of this program that is installed."""
    from mlops_gitops.adapters.revision import installed_revision

    return installed_revision()


def commits(root: Path) -> "Commits":
    """Give the history of a repository on disk."""
    from mlops_gitops.adapters.git import GitCommits

    return GitCommits(str(root))


def changed_on_disk(root: Path, since: str) -> Repository:
    """Read the part of a repository that is touched by what changed since a revision was left.

    Raises:
        InvalidRepository: there are errors in that part.
        MlopsError: git does not know.
    """
    from mlops_gitops.use_cases.changed import load_changed

    return load_changed(files(root), package_data(), commits(root), since)


def world_on_aws(root: Path, since: str | None = None) -> "World":
    """Read the repository, then reach AWS with the credentials of the environment.

    Args:
        root: of the repository.
        since: a revision, where only what changed since it was left is to be read.
    """
    repository = repository_on_disk(root) if since is None else changed_on_disk(root, since)
    from mlops_gitops.adapters.git_branches import GitBranches
    from mlops_gitops.app_world import aws_around

    world = aws_around(
        repository,
        data=repository_data(root),
        blueprints=repository_blueprints(root),
        commits=commits(root),
        scripts=pipeline_scripts(root),
    )
    return replace(world, branches=GitBranches(str(root)), read=reading)


def reading(files: "Files", change: Mapping[str, bytes | None]) -> "Reading":
    """Read a repository from any files, as they would be after a change.

    Raises:
        InvalidRepository: there are errors.
    """
    from mlops_gitops.adapters.blueprints import InstalledBlueprints
    from mlops_gitops.adapters.repository_data import RepositoryData
    from mlops_gitops.use_cases.overlay import Overlay
    from mlops_gitops.use_cases.world import Reading

    after = Overlay(files, change)
    data = RepositoryData(package_data(), after)
    repository = load_repository(after, package_data())
    return Reading(repository=repository, data=data, blueprints=InstalledBlueprints(data))


def instruments(root: Path) -> "Instruments":
    """Give what `doctor` reads; nothing is asked of AWS yet."""
    from mlops_gitops.adapters.aws.services import instruments_on_aws

    return instruments_on_aws(commits(root), blueprints())


def foundation_models(region: str) -> "FoundationModels":
    """Reach the public hub of SageMaker JumpStart in a region."""
    from mlops_gitops.adapters.aws.foundation_models import HubModels
    from mlops_gitops.adapters.aws.session import Accounts

    return HubModels(Accounts(region))


def pipeline_scripts(root: Path) -> "PipelineScripts":
    """Give whoever runs the scripts that make pipelines."""
    from mlops_gitops.adapters.pipeline_scripts import ChildScripts

    return ChildScripts(root)


def difference(root: Path, old: str, new: str) -> "Plan":
    """Plan one commit after another, without asking AWS.

    Raises:
        InvalidRepository: there are errors in what differs.
        MlopsError: git does not know.
    """
    from mlops_gitops.adapters.blueprints import InstalledBlueprints
    from mlops_gitops.adapters.repository_data import RepositoryData
    from mlops_gitops.use_cases.difference import Side, difference, repository_at

    history, data = commits(root), package_data()
    changed = history.changed_between(old, new)

    def side(revision: str) -> Side:
        at = RepositoryData(data, history.files_at(revision))
        return Side(
            commit=history.commit_at(revision),
            repository=repository_at(history, data, revision, changed),
            blueprints=InstalledBlueprints(at),
        )

    return difference(data, side(old), side(new))


def has_credentials() -> bool:
    """Tell whether there are credentials of AWS; whether they are any good, AWS says."""
    import boto3

    return boto3.Session().get_credentials() is not None


def ci() -> "CiEnvironment":
    """Give the run of CI that started us, if one did."""
    from mlops_gitops.adapters.ci import CiEnvironment

    return CiEnvironment()


def pull_requests(run: "CiRun") -> "PullRequests | None":
    """Give the pull requests at GitHub; None for a run elsewhere, or without `GITHUB_TOKEN`.

    Raises:
        HostError: `GITHUB_API_URL` would send the token in the clear.
    """
    from mlops_gitops.runs.ci_run import Service

    token = os.environ.get("GITHUB_TOKEN", "")
    if run.service is not Service.GITHUB or not token:
        return None
    from mlops_gitops.adapters.clock import SystemClock
    from mlops_gitops.adapters.github import GitHubPullRequests, Target
    from mlops_gitops.adapters.github_calls import GitHubCalls

    api = os.environ.get("GITHUB_API_URL") or "https://api.github.com"
    target = Target(repository=run.repository, number=run.pull_request, run=run.address)
    return GitHubPullRequests(GitHubCalls(api, token, SystemClock()), target)


def bootstrap_source(root: Path, operators: tuple[str, ...] = ()) -> "Source":
    """Give what bootstrap deploys for a repository's settings; AWS is not asked.

    Raises:
        InvalidRepository: the settings have errors.
    """
    from mlops_gitops.app_bootstrap import bootstrap_source

    settings = settings_on_disk(root)
    return bootstrap_source(settings, files(root).read(settings.path), operators)


def bootstrap_preparation(source: "Source", assets_kms_key_arn: str) -> "Preparation":
    """Reach the account whose credentials are in use, to prepare it."""
    from mlops_gitops.app_bootstrap import bootstrap_preparation

    return bootstrap_preparation(source, assets_kms_key_arn)


def embedded_up(
    root: Path,
    state_dir: Path,
    port: int,
    report: Callable[[str], None],
    iam: "Iam | None" = None,
) -> "Running":
    """Start the embedded AWS, point this process at it, and prepare its accounts.

    Args:
        root: of the repository whose accounts are prepared.
        state_dir: where it keeps its state.
        port: 0 takes a free one.
        report: is told each step.
        iam: what it does with the policies of roles; None for nothing.

    Raises:
        InvalidRepository: the settings have errors.
    """
    from mlops_gitops.app_bootstrap import everything_made
    from mlops_gitops.emulator import lifecycle
    from mlops_gitops.use_cases.bootstrap import bootstrap

    source = everything_made(bootstrap_source(root))
    orchestrator = source.settings.orchestrator_account
    running = lifecycle.up(state_dir, port, iam or lifecycle.NOT_EVALUATED)
    enter(lifecycle.environment(running))
    others = [account for account in source.settings.accounts if account != orchestrator]
    for account in (orchestrator, *others):
        # An account's id, as an access key, acts as that account's root here.
        os.environ["AWS_ACCESS_KEY_ID"] = account
        bootstrap(bootstrap_preparation(source, ""), lambda _: None, lambda: None, report)
    os.environ["AWS_ACCESS_KEY_ID"] = orchestrator
    return running


def enter(environment: Mapping[str, str | None]) -> None:
    """Give this process an environment; None unsets."""
    for name, value in environment.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def lay_out(pipeline: "LocalPipeline", folder: Path) -> "Laid":
    """Write a pipeline's code to where a run on this machine reads it.

    Raises:
        UsageError: it cannot be written.
    """
    from mlops_gitops.adapters.local_runs import lay_out

    return lay_out(pipeline, folder)


def embedded_state() -> Path:
    """Give the folder in which the embedded AWS keeps its state."""
    home = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(home) / "mlops-gitops" / "local"


def write_new(root: Path, contents: Mapping[str, bytes]) -> None:
    """Write files of one folder that is not there yet, by their paths.

    Raises:
        UsageError: the folder is there, or would lie outside the repository.
    """
    folders = {(root / path).parent for path in contents}
    for folder in folders:
        path_in_repository(root, folder)
        if folder.is_symlink() or folder.exists():
            raise UsageError(f"{folder} is already there.", hint="Choose another name.")
        folder.mkdir(parents=True)
    for path, content in contents.items():
        (root / path).write_bytes(content)


def path_in_repository(root: Path, file: Path) -> str:
    """Give a file's path relative to the repository, with forward slashes.

    Raises:
        UsageError: the file lies elsewhere.
    """
    try:
        return file.resolve().relative_to(root.resolve()).as_posix()
    except ValueError as error:
        hint = "Name a file inside the repository."
        raise UsageError(f"{file} is not in {root}.", hint=hint) from error
