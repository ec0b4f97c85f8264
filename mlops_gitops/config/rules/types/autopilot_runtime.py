"""MG151: One job of an Autopilot search may run longer than the whole search.

Wrong:
    {"max_runtime_per_job": 86400, "total_max_runtime": 7200}

Right:
    {"max_runtime_per_job": 3600, "total_max_runtime": 7200}
"""

from collections.abc import Iterator

from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.problems import Problem, Severity

_ONE, _ALL = "max_runtime_per_job", "total_max_runtime"


def check(draft: Draft) -> Iterator[Problem]:
    """Warn of a limit that never counts, where both limits are written."""
    if _ALL not in draft.fields or _ONE not in draft.fields:
        return
    one, whole = draft.number(_ONE), draft.number(_ALL)
    if one is None or whole is None or one <= whole:
        return
    message = f"{quoted(_ALL)} is {whole}, less than {quoted(_ONE)}, which is {one}."
    hint = f"Write a {_ONE} of {whole} or less, or a longer {_ALL}."
    yield draft.at(Said("MG151", message, hint, Severity.WARNING), _ALL)
