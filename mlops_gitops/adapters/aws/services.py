"""All that `doctor` reads of AWS, put together."""

from mlops_gitops.adapters.aws.assets import S3Assets
from mlops_gitops.adapters.aws.bucket_settings import S3BucketSettings
from mlops_gitops.adapters.aws.credentials import OwnCredentials
from mlops_gitops.adapters.aws.identity import StsIdentity
from mlops_gitops.adapters.aws.images import EcrImages
from mlops_gitops.adapters.aws.keys import KmsKeys
from mlops_gitops.adapters.aws.pipeline_limits import CodePipelineLimits
from mlops_gitops.adapters.aws.reach import StsReach
from mlops_gitops.adapters.aws.repositories import EcrRepositories
from mlops_gitops.adapters.aws.rest_apis import ApiGatewayAccounts
from mlops_gitops.adapters.aws.roles import IamRoles
from mlops_gitops.adapters.aws.sagemaker_usage import AwsSageMakerUsage
from mlops_gitops.adapters.aws.secrets import ManagedSecrets
from mlops_gitops.adapters.aws.session import Accounts
from mlops_gitops.adapters.aws.shared_packages import SharedModelPackages
from mlops_gitops.adapters.aws.stacks import CloudFormationStacks
from mlops_gitops.adapters.aws.topics import SnsTopics
from mlops_gitops.adapters.clock import SystemClock
from mlops_gitops.adapters.machine import InstalledPrograms
from mlops_gitops.adapters.threads import ThreadWorkers
from mlops_gitops.config.settings import Settings
from mlops_gitops.ports import Blueprints, Commits
from mlops_gitops.ports.doctor import Instruments, Services


def instruments_on_aws(commits: Commits, blueprints: Blueprints) -> Instruments:
    """Give what `doctor` reads; AWS is prepared when somebody asks for it, and once."""
    made: dict[str, Services] = {}

    def services(settings: Settings) -> Services:
        # Asked for the first time by one hop alone, on which all others rest.
        if not made:
            made[settings.path] = _services(settings)
        return made[settings.path]

    return Instruments(
        machine=InstalledPrograms(),
        commits=commits,
        blueprints=blueprints,
        reach=StsReach(),
        credentials=OwnCredentials(),
        clock=SystemClock(),
        workers=ThreadWorkers(),
        services=services,
    )


def _services(settings: Settings) -> Services:
    accounts = Accounts(settings.region, external_id=settings.external_id)
    return Services(
        identity=StsIdentity(accounts),
        stacks=CloudFormationStacks(accounts, settings.orchestrator_account),
        assets=S3Assets(accounts, settings.assets_bucket),
        images=EcrImages(accounts),
        usage=AwsSageMakerUsage(accounts),
        roles=IamRoles(accounts),
        bucket=S3BucketSettings(accounts, settings.assets_bucket),
        keys=KmsKeys(accounts),
        topics=SnsTopics(accounts),
        secrets=ManagedSecrets(accounts),
        limits=CodePipelineLimits(accounts),
        packages=SharedModelPackages(accounts),
        repositories=EcrRepositories(accounts),
        rest_apis=ApiGatewayAccounts(accounts),
    )
