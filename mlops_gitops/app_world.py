"""World on AWS: every port that a command or a function works with, for a repository.

A part of the composition root: beside `app` and `app_function` the only module that picks adapters.
"""

from mlops_gitops.adapters.aws.adopting import AwsAdopting
from mlops_gitops.adapters.aws.assets import S3Assets
from mlops_gitops.adapters.aws.drift_detection import CloudFormationDrift
from mlops_gitops.adapters.aws.events import EventBridge
from mlops_gitops.adapters.aws.identity import StsIdentity
from mlops_gitops.adapters.aws.images import EcrImages
from mlops_gitops.adapters.aws.live import AwsLive
from mlops_gitops.adapters.aws.mending import AwsMending
from mlops_gitops.adapters.aws.model_cards import SageMakerModelCards
from mlops_gitops.adapters.aws.pipelines import CodePipelines
from mlops_gitops.adapters.aws.reverting import CloudFormationReverting
from mlops_gitops.adapters.aws.sagemaker import SageMakerEndpoints, SageMakerModels
from mlops_gitops.adapters.aws.sagemaker_pipelines import AwsSageMakerPipelines
from mlops_gitops.adapters.aws.sagemaker_usage import AwsSageMakerUsage
from mlops_gitops.adapters.aws.session import Accounts
from mlops_gitops.adapters.aws.stack_sets import CloudFormationStackSets
from mlops_gitops.adapters.aws.stacks import CloudFormationStacks
from mlops_gitops.adapters.aws.state_machines import StepFunctionsMachines
from mlops_gitops.adapters.blueprints import InstalledBlueprints
from mlops_gitops.adapters.clock import SystemClock
from mlops_gitops.adapters.submitted import NoBranches
from mlops_gitops.config.installation import Organizations
from mlops_gitops.config.settings import Settings
from mlops_gitops.ports import Commits, PackageData, PipelineScripts
from mlops_gitops.use_cases.validate import Repository
from mlops_gitops.use_cases.world import World
from mlops_gitops.views.plan_json import plan_json


def aws_around(
    repository: Repository,
    *,
    data: PackageData,
    blueprints: InstalledBlueprints,
    commits: Commits,
    scripts: PipelineScripts,
    accounts: Accounts | None = None,
) -> World:
    """Reach AWS for a repository, wherever it is from; nothing can be committed to it.

    Args:
        repository: what is worked with.
        data: schemas and blueprints.
        blueprints: the latter, parsed.
        commits: its history.
        scripts: whoever runs what makes pipelines.
        accounts: by default those that the credentials of the environment reach.
    """
    settings = repository.settings
    accounts = accounts or Accounts(settings.region, external_id=settings.external_id)
    return World(
        repository=repository,
        data=data,
        blueprints=blueprints,
        commits=commits,
        branches=NoBranches(),
        stacks=CloudFormationStacks(accounts, settings.orchestrator_account),
        stack_sets=_stack_sets(accounts, settings),
        adopting=AwsAdopting(accounts, settings.orchestrator_account),
        assets=S3Assets(accounts, settings.assets_bucket),
        pipelines=CodePipelines(accounts),
        mending=AwsMending(accounts, settings.orchestrator_account),
        reverting=CloudFormationReverting(accounts, settings.orchestrator_account),
        live=AwsLive(accounts, settings.orchestrator_account),
        detection=CloudFormationDrift(accounts),
        events=EventBridge(accounts),
        machines=StepFunctionsMachines(accounts),
        models=SageMakerModels(accounts),
        images=EcrImages(accounts),
        endpoints=SageMakerEndpoints(accounts),
        model_cards=SageMakerModelCards(accounts),
        sagemaker_pipelines=AwsSageMakerPipelines(accounts, settings.assets_bucket),
        sagemaker_usage=AwsSageMakerUsage(accounts),
        identity=StsIdentity(accounts),
        clock=SystemClock(),
        write_plan=plan_json,
        scripts=scripts,
    )


def _stack_sets(accounts: Accounts, settings: Settings) -> CloudFormationStackSets:
    as_whom = settings.bootstrap.organizations or Organizations.SELF
    return CloudFormationStackSets(accounts, as_whom)
