"""Tags of a pipeline, beside those of its stack."""

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.scope import Scope


def insert(scope: Scope) -> Json:
    """Give CloudFormation's list of tags; nothing where the config has none."""
    tags = scope.value("tags")
    if not isinstance(tags, dict) or not tags:
        return {"Ref": "AWS::NoValue"}
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]
