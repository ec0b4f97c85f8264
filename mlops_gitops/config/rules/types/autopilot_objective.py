"""MG150: Problem type and objective of an Autopilot job do not go together.

Both are written or neither is, and each problem type has its own metrics. Names of metrics are
those of the API: AUC, not auc. Source: `AutoMLJobObjective` in the SageMaker API reference.

Wrong:
    {"problem_type": "Regression", "job_objective": "AUC"}

Right:
    {"problem_type": "BinaryClassification", "job_objective": "AUC"}
"""

from collections.abc import Iterator

from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.problems import Problem

_PROBLEM, _OBJECTIVE = "problem_type", "job_objective"
_METRICS = {
    "Regression": ("MSE", "MAE", "R2", "RMSE"),
    "BinaryClassification": ("F1", "Accuracy", "AUC", "BalancedAccuracy", "Precision", "Recall"),
    "MulticlassClassification": (
        *("Accuracy", "BalancedAccuracy", "F1macro", "PrecisionMacro", "RecallMacro"),
    ),
}
"""The default metric of each problem type first."""


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse one without the other, and what does not go together."""
    if _OBJECTIVE not in draft.type.schema["properties"]:
        return
    for there, missing in ((_PROBLEM, _OBJECTIVE), (_OBJECTIVE, _PROBLEM)):
        if there in draft.fields and missing not in draft.mentioned:
            message = f"{quoted(there)} needs {quoted(missing)} beside it."
            said = Said("MG150", message, _hint(there, str(draft.fields[there])))
            yield draft.at_key(said, there)
    problem, objective = draft.fields.get(_PROBLEM), draft.fields.get(_OBJECTIVE)
    metrics = _METRICS.get(str(problem), ())
    if metrics and isinstance(objective, str) and objective not in metrics:
        message = f"{quoted(objective)} is no objective for {problem}."
        yield draft.at(Said("MG150", message, f"Write {_one_of(metrics)}."), _OBJECTIVE)


def _hint(there: str, value: str) -> str:
    """Say what to write beside it."""
    if there == _PROBLEM:
        return f"Add {_OBJECTIVE}: {_one_of(_METRICS.get(value, ()))}; or delete {_PROBLEM}."
    fitting = [problem for problem, metrics in _METRICS.items() if value in metrics]
    return f"Add {_PROBLEM}: {_one_of(fitting)}; or delete {_OBJECTIVE}."


def _one_of(words: tuple[str, ...] | list[str]) -> str:
    return words[0] if len(words) == 1 else f"one of {', '.join(words)}"
