"""The processing job that makes statistics and constraints of data."""

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.analyzer import analyzer_job
from mlops_gitops.definitions.scope import Scope


def insert(scope: Scope) -> Json:
    """Give the request for the job."""
    return analyzer_job(scope, {})
