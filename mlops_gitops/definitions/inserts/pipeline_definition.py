"""The definition of a pipeline: one text, without functions of CloudFormation inside."""

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.asset import Asset
from mlops_gitops.definitions.pipeline.compile import compile_pipeline
from mlops_gitops.definitions.scope import Scope


def insert(scope: Scope) -> Json:
    """Give the definition as text."""
    return compile_pipeline(scope).text()


def assets(scope: Scope) -> tuple[Asset, ...]:
    """Give the code that the steps run."""
    return compile_pipeline(scope).assets
