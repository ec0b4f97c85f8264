"""Following a deployment on the embedded AWS, where CloudFormation and Step Functions take time."""

from e2e.every_type import training
from e2e.user import User, model


def test_apply_follows_to_the_gate(user: User, name: str) -> None:
    """Stages are told as they move, and the gate ends it without a failure."""
    user.commit(model(name))

    said = user.ran("apply", "--wait")

    assert said.code == 0
    assert f"{name} dev: Deploy is running" in said.err
    assert said.err.rstrip().endswith(f"{name} staging: waits for approval")
    assert f"next: mlops-gitops approve {name} --stage staging" in said.out


def test_apply_follows_a_run_to_its_failure(user: User, name: str) -> None:
    """The state that a state machine is in is told; that its data is not there is exit code 1."""
    user.commit(training(name))

    said = user.ran("apply", "--wait")

    assert said.code == 1
    assert f"{name} orchestrator: Run is running: " in said.err
    assert said.err.rstrip().endswith("Failed")
    assert "it failed in orchestrator" in said.out
