"""What the role of a pipeline and of its jobs may do: what the steps need."""

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.pipeline.compile import compile_pipeline
from mlops_gitops.definitions.pipeline.permissions import policies_of
from mlops_gitops.definitions.pipeline.surroundings import Surroundings
from mlops_gitops.definitions.scope import Scope


def insert(scope: Scope) -> Json:
    """Give the inline policies of the role."""
    return policies_of(compile_pipeline(scope), Surroundings(scope=scope))
