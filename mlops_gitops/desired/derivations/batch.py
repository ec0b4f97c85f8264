"""Parameters of batch inference."""

from collections.abc import Callable, Mapping

from mlops_gitops.desired.context import Context
from mlops_gitops.desired.stack import Resolved

_BASE_LIMIT = 54  # CreateTransformJob's 63, less a hyphen and the eight characters of each run


def _transform_job_base(context: Context) -> Resolved:
    """Begin the jobs' names with the model's; lower case, as ARNs have it."""
    base = context.text("model_name").lower()[:_BASE_LIMIT].strip("-")
    return Resolved(base, f"derived: from {context.place('model_name')}")


DERIVATIONS: Mapping[str, Callable[[Context], Resolved]] = {
    "TransformJobBase": _transform_job_base,
}
