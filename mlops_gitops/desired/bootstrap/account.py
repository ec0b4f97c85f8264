"""What every account that takes workloads gets: the roles to plan, deploy and repair."""

from mlops_gitops.config.settings import Approval, Settings
from mlops_gitops.desired.bootstrap.part import Known, Part, Where


def _values(known: Known) -> dict[str, str]:
    settings = known.settings
    return {
        "Prefix": settings.prefix,
        "OrchestratorAccount": settings.orchestrator_account,
        "AssetsBucket": settings.assets_bucket,
        "AssetsKmsKeyArn": known.outputs["AssetsKmsKeyArn"],
        "OperatorArns": ",".join(known.operators),
        "UngatedAccounts": ",".join(_ungated(settings)),
        "ExternalId": settings.external_id,
        "PermissionsBoundary": settings.permissions_boundary,
    }


def _ungated(settings: Settings) -> list[str]:
    """Give the accounts in which no stage has a gate, sorted."""
    gated = {each.account for each in settings.places if each.approval is Approval.MANUAL}
    return sorted({each.account for each in settings.places} - gated)


PART = Part(
    blueprint="bootstrap/account",
    stack="mlops-gitops-account",
    where=Where.EVERY_ACCOUNT,
    wanted=lambda _: True,
    values=_values,
)
