"""What every account that takes workloads gets: the roles to plan, deploy and repair."""

from mlops_gitops.desired.bootstrap.part import Known, Part, Where


def _values(known: Known) -> dict[str, str]:
    settings = known.settings
    return {
        "Prefix": settings.prefix,
        "OrchestratorAccount": settings.orchestrator_account,
        "AssetsBucket": settings.assets_bucket,
        "AssetsKmsKeyArn": known.outputs["AssetsKmsKeyArn"],
        "OperatorArns": ",".join(known.operators),
        "ExternalId": settings.external_id,
        "PermissionsBoundary": settings.permissions_boundary,
    }


PART = Part(
    blueprint="bootstrap/account",
    stack="mlops-gitops-account",
    where=Where.EVERY_ACCOUNT,
    wanted=lambda _: True,
    values=_values,
)
