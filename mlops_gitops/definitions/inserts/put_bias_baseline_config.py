"""Writing down the analysis configuration of the bias baseline job."""

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.clarify import bias_baseline
from mlops_gitops.definitions.put_config import put_config
from mlops_gitops.definitions.scope import Scope


def insert(scope: Scope) -> Json:
    """Give the request that writes it into the baseline's folder."""
    return put_config("analysis_config.json", bias_baseline(scope))
