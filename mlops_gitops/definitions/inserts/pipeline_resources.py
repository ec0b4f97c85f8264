"""Resources that the steps of a pipeline need, such as new Lambda functions."""

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.pipeline.compile import compile_pipeline
from mlops_gitops.definitions.scope import Scope


def insert(scope: Scope) -> Json:
    """Give the resources by logical id; they stand beside those of the template."""
    return dict(compile_pipeline(scope).resources)
