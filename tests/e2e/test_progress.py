"""Following a deployment on the embedded AWS, where CloudFormation and Step Functions take time."""

from e2e.every_type import training
from e2e.user import User, model


def test_apply_follows_to_the_gate(user: User, name: str) -> None:
    """Stages are told as they move, and the gate ends it without a failure."""
    user.commit(model(name))

    said = user.ran("apply", "--wait")

    assert said.code == 0
    assert f"{name} dev: " in said.err
    assert said.err.rstrip().endswith(f"{name} staging: waits for approval")
    assert f"next: mlops-gitops approve {name} --stage staging" in said.out


def test_apply_follows_a_run_to_its_failure(user: User, name: str) -> None:
    """That the data of a job is not there is told, and is exit code 1."""
    user.commit(training(name, training_data=f"nobody/uploaded/{name}"))

    said = user.ran("apply", "--wait")

    assert said.code == 1
    assert said.err.rstrip().endswith("Failed")
    assert "it failed in orchestrator" in said.out
