"""What a state machine's history tells of where it is."""

import json

from mlops_gitops.adapters.aws.state_machines import progress_of
from mlops_gitops.status.progress import RunProgress

ENTERED = {"type": "TaskStateEntered", "stateEnteredEventDetails": {"name": "Train"}}
BEFORE = {"type": "ChoiceStateEntered", "stateEnteredEventDetails": {"name": "Decide"}}
STARTED = {"type": "ExecutionStarted"}


def scheduled(parameters: object) -> dict[str, object]:
    """A task that was asked for."""
    details = {"parameters": parameters}
    return {"type": "TaskScheduled", "taskScheduledEventDetails": details}


def test_the_newest_state_counts() -> None:
    """States that were left before are not told."""
    assert progress_of([ENTERED, BEFORE, STARTED]) == RunProgress(state="Train")


def test_a_job_is_told_by_its_name_alone() -> None:
    """Of a job's request, which holds hyperparameters too, only the name is kept."""
    asked = {"HyperParameters": {"api_key": "canary"}, "TrainingJobName": "churn-1a2b3c4d"}

    found = progress_of([scheduled(json.dumps(asked)), ENTERED])

    assert found == RunProgress(state="Train", job="churn-1a2b3c4d")


def test_other_tasks_have_no_job() -> None:
    """Nothing is made up where a task has no job, or its call cannot be read."""
    for parameters in ('{"Bucket": "b"}', "[1]", "no JSON", ""):
        assert progress_of([scheduled(parameters), ENTERED]) == RunProgress(state="Train")


def test_before_the_first_state_there_is_nothing_to_tell() -> None:
    """An execution that has just started is in no state."""
    assert progress_of([STARTED]) is None
    assert progress_of([]) is None
