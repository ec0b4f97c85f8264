"""First parts of job names: what the user calls them, else the model's name.

Each run puts a hyphen and eight characters behind it, so that no job's name is used twice; the
longest names are those of the SageMaker API reference.
"""

from collections.abc import Callable, Mapping

from mlops_gitops.desired.context import Context
from mlops_gitops.desired.stack import Resolved

_TRAINING_JOB, _TUNING_JOB, _AUTOPILOT_JOB = 63, 32, 32
_SUFFIX = len("-12345678")


def job_base(name: str, longest: int) -> str:
    """Cut a name so that a run's suffix fits behind it; names begin and end without a hyphen."""
    return name.strip("-")[: longest - _SUFFIX].strip("-") or "job"


def _base(longest: int) -> Callable[[Context], Resolved]:
    def derive(context: Context) -> Resolved:
        tuner = context.value("tuner_configs")
        inner = tuner.get("base_tuning_job_name") if isinstance(tuner, dict) else None
        if named := context.text("job_name"):
            return Resolved(job_base(named, longest), context.place("job_name"))
        if isinstance(inner, str) and inner:
            return Resolved(job_base(inner, longest), context.place("tuner_configs"))
        name = context.config.workload.model_name
        return Resolved(job_base(name, longest), "derived: from the model's name")

    return derive


DERIVATIONS: Mapping[str, Callable[[Context], Resolved]] = {
    "TrainingJobBase": _base(_TRAINING_JOB),
    "TuningJobBase": _base(_TUNING_JOB),
    "AutopilotJobBase": _base(_AUTOPILOT_JOB),
}
