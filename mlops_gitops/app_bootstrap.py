"""Bootstrap on AWS: what it works with. A part of the composition root, as `app` is."""

from dataclasses import replace
from functools import cache

from mlops_gitops.adapters.aws.assets import S3Assets
from mlops_gitops.adapters.aws.brought_along import AwsBroughtAlong
from mlops_gitops.adapters.aws.identity import StsIdentity
from mlops_gitops.adapters.aws.session import Accounts
from mlops_gitops.adapters.aws.stack_sets import CloudFormationStackSets
from mlops_gitops.adapters.aws.stacks import CloudFormationStacks
from mlops_gitops.adapters.blueprints import InstalledBlueprints
from mlops_gitops.adapters.clock import SystemClock
from mlops_gitops.adapters.function_packages import BuiltPackages
from mlops_gitops.adapters.package_data import InstalledData
from mlops_gitops.adapters.revision import installed_revision
from mlops_gitops.config.installation import Bootstrap, Organizations
from mlops_gitops.config.settings import Settings
from mlops_gitops.use_cases.bootstrap_parts import Preparation, Source


def bootstrap_source(settings: Settings, written: bytes, operators: tuple[str, ...]) -> Source:
    """Give what parts are made from; AWS is not asked.

    Args:
        settings: the installation.
        written: the settings as they are in the repository, for functions to work with.
        operators: who may remove what a failed first creation left.
    """
    return Source(
        settings=settings,
        blueprints=InstalledBlueprints(InstalledData()),
        operators=operators,
        package=cache(BuiltPackages(written).package),
        revision=installed_revision(),
    )


def everything_made(source: Source) -> Source:
    """Give what the embedded AWS is prepared with.

    Nothing is there that could be brought along, and no chat room can be reached from there.
    Whoever is signed in there is the root of an account, and may remove what failed.
    """
    settings = replace(source.settings, bootstrap=Bootstrap(), webhooks=())
    root = f"arn:aws:iam::{settings.orchestrator_account}:root"
    return replace(source, settings=settings, operators=(root,))


def bootstrap_preparation(source: Source, assets_kms_key_arn: str) -> Preparation:
    """Reach the account whose credentials are in use."""
    settings = source.settings
    accounts = Accounts(settings.region)
    account = StsIdentity(accounts).account()
    as_whom = settings.bootstrap.organizations or Organizations.SELF
    return Preparation(
        source=source,
        account=account,
        assets_kms_key_arn=assets_kms_key_arn,
        stacks=CloudFormationStacks(accounts, account),
        stack_sets=CloudFormationStackSets(accounts, as_whom),
        brought=AwsBroughtAlong(accounts),
        assets=S3Assets(accounts, settings.assets_bucket),
        clock=SystemClock(),
    )
