"""Composition root: the only module that picks adapters.

boto3 and everything else that is slow to load is imported inside the functions, so `validate`
never pays for it.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from mlops_gitops.adapters.disk import DiskFiles
from mlops_gitops.adapters.package_data import InstalledData
from mlops_gitops.config.settings import Settings
from mlops_gitops.errors import UsageError
from mlops_gitops.ports import Files, PackageData
from mlops_gitops.use_cases.validate import Repository, load_repository

if TYPE_CHECKING:
    from mlops_gitops.adapters.blueprints import InstalledBlueprints
    from mlops_gitops.use_cases.bootstrap import Preparation
    from mlops_gitops.use_cases.world import World


def files(root: Path) -> Files:
    """Give the files of a repository on disk."""
    return DiskFiles(root)


def package_data() -> PackageData:
    """Give the schemas and blueprints of this installation."""
    return InstalledData()


def repository_on_disk(root: Path) -> Repository:
    """Read a valid repository.

    Raises:
        InvalidRepository: there are errors.
    """
    return load_repository(files(root), package_data())


def blueprints() -> "InstalledBlueprints":
    """Give the blueprints of this installation."""
    from mlops_gitops.adapters.blueprints import InstalledBlueprints

    return InstalledBlueprints(package_data())


def world_on_aws(root: Path) -> "World":
    """Read the repository, then reach AWS with the credentials of the environment."""
    repository = repository_on_disk(root)
    from mlops_gitops.adapters.aws.assets import S3Assets
    from mlops_gitops.adapters.aws.identity import StsIdentity
    from mlops_gitops.adapters.aws.pipelines import CodePipelines
    from mlops_gitops.adapters.aws.sagemaker import SageMakerEndpoints, SageMakerModels
    from mlops_gitops.adapters.aws.session import Accounts
    from mlops_gitops.adapters.aws.stacks import CloudFormationStacks
    from mlops_gitops.adapters.clock import SystemClock
    from mlops_gitops.adapters.git import GitCommits
    from mlops_gitops.use_cases.world import World

    settings = repository.settings
    accounts = Accounts(settings.region)
    return World(
        repository=repository,
        blueprints=blueprints(),
        commits=GitCommits(str(root)),
        stacks=CloudFormationStacks(accounts, settings.orchestrator_account),
        assets=S3Assets(accounts, settings.assets_bucket),
        pipelines=CodePipelines(accounts),
        models=SageMakerModels(accounts),
        endpoints=SageMakerEndpoints(accounts),
        identity=StsIdentity(accounts),
        clock=SystemClock(),
    )


def preparation_on_aws(settings: Settings) -> "tuple[str, Preparation]":
    """Reach the account whose credentials are in use, to prepare it; give its id too."""
    from mlops_gitops.adapters.aws.identity import StsIdentity
    from mlops_gitops.adapters.aws.session import Accounts
    from mlops_gitops.adapters.aws.stacks import CloudFormationStacks
    from mlops_gitops.adapters.clock import SystemClock
    from mlops_gitops.use_cases.bootstrap import Preparation

    accounts = Accounts(settings.region)
    account = StsIdentity(accounts).account()
    preparation = Preparation(
        settings=settings,
        blueprints=blueprints(),
        stacks=CloudFormationStacks(accounts, account),
        clock=SystemClock(),
    )
    return account, preparation


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
