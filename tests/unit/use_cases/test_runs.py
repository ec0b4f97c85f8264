"""What a stage runs is part of its deployment: it is waited for, told about, and run again."""

from typing import Any

import pytest
from builders import ORCHESTRATOR, Trial, trial
from e2e.every_type import batch, training

from mlops_gitops.desired.names import run_name
from mlops_gitops.errors import UsageError
from mlops_gitops.runs.applied import Outcome
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.history import history
from mlops_gitops.use_cases.plan import plan
from mlops_gitops.use_cases.render import render
from mlops_gitops.use_cases.status import status
from mlops_gitops.views.history_text import history_text

MACHINE = f"arn:aws:states:us-east-1:{ORCHESTRATOR}:stateMachine:mlops-pipeline-churn-modeltraining"


def outcomes(made: Trial) -> list[Outcome]:
    """Apply, let everything happen that happens by itself, and give what became of it."""
    found = [each.outcome for each in apply(made.world(), lambda *_: None)]
    made.cloud.settle()
    return found


def test_a_stage_ends_with_what_it_runs() -> None:
    """The state machine of the stack is run once, after it was deployed."""
    made = trial(training("churn"))

    assert outcomes(made) == [Outcome.STARTED]

    assert made.cloud.machines.ran == [MACHINE]
    assert outcomes(made) == [Outcome.UNCHANGED]
    assert made.cloud.machines.ran == [MACHINE]


def test_what_failed_is_told_and_run_again() -> None:
    """The stacks are as desired, and still the deployment has failed until its run succeeds."""
    made = trial(training("churn"))
    made.cloud.machines.failing[MACHINE] = "Training job churn-1 failed: no data"

    outcomes(made)

    assert plan(made.world()).is_empty
    (told,) = status(made.world())
    assert told.stages[0].failure is not None
    assert told.stages[0].failure.reason == "Training job churn-1 failed: no data"
    assert told.execution_status == "Failed"

    made.cloud.machines.failing.clear()
    assert outcomes(made) == [Outcome.STARTED]
    (told,) = status(made.world())
    assert (told.execution_status, told.stages[0].failure) == ("Succeeded", None)
    assert outcomes(made) == [Outcome.UNCHANGED]


def test_a_run_that_fails_promotes_nothing() -> None:
    """What failed in dev never asks for an approval in staging."""
    made = trial(batch("churn"))
    stack = "mlops-pipeline-churn-byompipelinebatchbuiltin-dev"
    machine = f"arn:aws:states:us-east-1:222222222222:stateMachine:{run_name(stack)}"
    made.cloud.machines.failing[machine] = "Transform job churn-1 failed: no data"

    outcomes(made)

    (told,) = status(made.world())
    assert [stage.waiting for stage in told.stages] == ["", "", ""]
    assert [stage.stack_status for stage in told.stages[1:]] == ["ABSENT", "ABSENT"]


def test_the_name_of_a_run_fits_step_functions() -> None:
    """Eighty characters at most, and two long names that begin alike stay two."""
    names = [f"mlops-pipeline-{'m' * 70}{end}-modeltraining" for end in "ab"]

    assert len({run_name(name) for name in names}) == 2
    assert all(len(run_name(name)) <= 80 for name in names)
    assert run_name("short") == "short"


def test_the_orchestrators_stage_has_no_gate() -> None:
    """Training is asked nobody, and its column is there only where something runs in it."""
    made = trial(training("churn"))
    config: dict[str, Any] = batch("churn")

    assert plan(made.world()).stages == ("dev", "staging", "prod", "orchestrator")
    assert plan(trial(config).world()).stages == ("dev", "staging", "prod")


def test_history_tells_what_failed() -> None:
    """A stage that was deployed and whose run failed is told with the reason."""
    made = trial(training("churn"))
    made.cloud.machines.failing[MACHINE] = "Training job churn-1 failed: no data"
    outcomes(made)

    (told,) = history(made.world(), "mlops-pipeline-churn-modeltraining", 5)

    assert told.stages == ("DeployPipeline",)
    assert told.failures == ("DeployPipeline Run: Training job churn-1 failed: no data",)
    assert "failed: DeployPipeline Run: Training job" in history_text("churn", [told], {})


def test_only_where_it_runs_is_rendered() -> None:
    """A stack that no stage gets is nothing to look at."""
    world = trial(training("churn")).world()
    path = world.repository.configs[0].document.path

    with pytest.raises(UsageError, match="does not run in dev"):
        render(world.repository, world.data, world.blueprints, path, "dev")
    assert render(world.repository, world.data, world.blueprints, path, "orchestrator").run
