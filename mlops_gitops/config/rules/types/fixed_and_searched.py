"""MG145: A hyperparameter is fixed and searched at the same time.

What `hyperparamaters_ranges` names is searched; the value in `algo_hyperparamaters` is not used, as
with the SageMaker SDK.

Wrong:
    {"algo_hyperparamaters": {"eta": 0.2, "num_round": 100},
     "hyperparamaters_ranges": {"eta": ["continuous", [0.1, 0.5]]}}

Right:
    {"algo_hyperparamaters": {"num_round": 100},
     "hyperparamaters_ranges": {"eta": ["continuous", [0.1, 0.5]]}}
"""

from collections.abc import Iterator

from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.problems import Problem, Severity

_FIXED, _SEARCHED = "algo_hyperparamaters", "hyperparamaters_ranges"


def check(draft: Draft) -> Iterator[Problem]:
    """Warn of values that are not used."""
    fixed, searched = draft.fields.get(_FIXED), draft.fields.get(_SEARCHED)
    if not isinstance(fixed, dict) or not isinstance(searched, dict):
        return
    for name in fixed:
        if name in searched:
            message = f"{quoted(name)} is searched, so this value is not used."
            hint = f"Delete it here or in {_SEARCHED}."
            yield draft.at_key(Said("MG145", message, hint, Severity.WARNING), _FIXED, name)
