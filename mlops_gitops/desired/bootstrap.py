"""Bootstrap stacks: what an account needs before it can take part."""

from mlops_gitops.config.settings import Settings
from mlops_gitops.desired.blueprint import Blueprint, capabilities_of
from mlops_gitops.desired.names import INSTALLATION_TAG
from mlops_gitops.desired.stack import DeployableStack, StackId

ORCHESTRATOR_STACK = "mlops-gitops-orchestrator"
ACCOUNT_STACK = "mlops-gitops-account"


def orchestrator_stack(settings: Settings, blueprint: Blueprint) -> DeployableStack:
    """Make the stack of the orchestrator account: bucket, key, topic, pipelines' role."""
    values = {
        "Prefix": settings.prefix,
        "AssetsBucketName": settings.assets_bucket,
        "StageAccounts": ",".join(settings.accounts),
        "NotificationEmail": settings.notification_email or "",
    }
    return _stack(settings, settings.orchestrator_account, ORCHESTRATOR_STACK, blueprint, values)


def account_stack(
    settings: Settings,
    account: str,
    blueprint: Blueprint,
    assets_kms_key_arn: str,
    operators: tuple[str, ...],
) -> DeployableStack:
    """Make the stack of an account that takes workloads: its roles.

    Args:
        settings: the installation.
        account: 12 digits.
        blueprint: the template.
        assets_kms_key_arn: key of the assets bucket.
        operators: ARNs of who may remove what a failed first creation left; none for the
            role `mlops-gitops-apply` of the orchestrator account.
    """
    values = {
        "Prefix": settings.prefix,
        "OrchestratorAccount": settings.orchestrator_account,
        "AssetsBucket": settings.assets_bucket,
        "AssetsKmsKeyArn": assets_kms_key_arn,
        "OperatorArns": ",".join(operators),
    }
    return _stack(settings, account, ACCOUNT_STACK, blueprint, values)


def _stack(
    settings: Settings, account: str, name: str, blueprint: Blueprint, values: dict[str, str]
) -> DeployableStack:
    return DeployableStack(
        id=StackId(account, settings.region, name),
        template=blueprint.template,
        parameters=values,
        tags={INSTALLATION_TAG: settings.prefix},
        capabilities=capabilities_of(blueprint.template),
    )
