"""The kinds of job, and how SageMaker names what belongs to each.

Sentences and codes: "names must be unique" and "Could not assume role" are quoted in issue 3108 of
aws/amazon-sagemaker-examples and issue 3 of awslabs/predictive-maintenance-using-machine-learning;
where a kind's own could not be found, those of its neighbours stand in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mlops_gitops.emulator.jobs import automl, tuning
from mlops_gitops.emulator.jobs.bench import Request, Work
from mlops_gitops.emulator.jobs.processing import process
from mlops_gitops.emulator.jobs.training import train
from mlops_gitops.emulator.jobs.transform import transform


def _one_role(request: Request) -> list[str]:
    return [request["RoleArn"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of job."""

    stem: str
    """What its members' names begin with: `TrainingJob`."""
    words: str
    """`training job`, as SageMaker's sentences have it."""
    arn_type: str
    """`training-job`, as its ARNs have it."""
    version: str = ""
    """What follows the stem in the names of Create and Describe: `V2`."""
    work: Work
    opening: Callable[[Request], dict[str, Any]] = lambda _request: {}
    """What Describe tells from the start, besides the request."""
    secondary: str = ""
    """The member that tells the status once more, if there is one."""
    roles: Callable[[Request], list[str]] = _one_role
    """The roles that SageMaker takes for it."""
    started: str
    ended: str
    """The members that tell when it began and ended."""
    sort_order: str = "Ascending"
    missing: tuple[str, str] = (
        "ValidationException",
        "Could not find requested job with name: {name}",
    )
    """Code and sentence when there is none of this name."""


TRAINING = Kind(
    stem="TrainingJob",
    words="training job",
    arn_type="training-job",
    work=train,
    opening=lambda _request: {"SecondaryStatus": "Training"},
    secondary="SecondaryStatus",
    started="TrainingStartTime",
    ended="TrainingEndTime",
    missing=("ValidationException", "Requested resource not found."),
)

KINDS = (
    TRAINING,
    Kind(
        stem="HyperParameterTuningJob",
        words="hyper parameter tuning job",
        arn_type="hyper-parameter-tuning-job",
        work=tuning.tune,
        opening=tuning.opening,
        roles=lambda request: [found["RoleArn"] for found in tuning.definitions(request)],
        started="",
        ended="HyperParameterTuningEndTime",
        missing=(
            "ResourceNotFound",
            "Amazon SageMaker can't find a tuning job with the name {name}.",
        ),
    ),
    Kind(
        stem="TransformJob",
        words="transform job",
        arn_type="transform-job",
        work=transform,
        roles=lambda _request: [],
        started="TransformStartTime",
        ended="TransformEndTime",
        sort_order="Descending",
    ),
    Kind(
        stem="ProcessingJob",
        words="processing job",
        arn_type="processing-job",
        work=process,
        started="ProcessingStartTime",
        ended="ProcessingEndTime",
    ),
    Kind(
        stem="AutoMLJob",
        words="AutoML job",
        arn_type="automl-job",
        version="V2",
        work=automl.search,
        opening=automl.opening,
        secondary="AutoMLJobSecondaryStatus",
        started="",
        ended="EndTime",
        sort_order="Descending",
        missing=("ResourceNotFound", "Could not find requested job with name: {name}"),
    ),
)
