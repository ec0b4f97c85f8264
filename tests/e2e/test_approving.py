"""An approval is for exactly what was shown."""

import json

import pytest
from e2e.user import User, eventually, full_name, model


@pytest.fixture
def waiting(user: User, name: str) -> User:
    """A user whose workload `name` runs in dev and waits at staging."""
    user.commit(model(name))
    user.did("apply")
    user.settled(name)
    return user


def digest_of(user: User, name: str) -> str:
    """Give the digest of what git says."""
    digest: str = json.loads(user.did("plan", "--output", "json"))["digests"][full_name(name)]
    return digest


def test_another_digest_approves_nothing(waiting: User, name: str) -> None:
    """Exit 4, whether it is whole or the first digits; the approval waits on."""
    tokens = waiting.waiting(name)
    digest = digest_of(waiting, name)

    for other in ("mg1-" + "0" * 64, "mg1-000000000000", digest[:8], digest[:-1] + "x"):
        answer = waiting.ran("approve", name, "--stage", "staging", "--digest", other, "--yes")
        assert answer.code == 4
        assert digest in answer.err
    assert tokens == waiting.waiting(name)
    assert waiting.stack(name, "staging")["StackStatus"] == "REVIEW_IN_PROGRESS"

    shown = waiting.did("approve", name, "--digest", digest[:16], "--yes")
    assert f"Approved {digest} for staging." in shown


def test_approving_twice_exits_4(waiting: User, name: str) -> None:
    """The second finds nothing that waits in this stage."""
    waiting.did("approve", name, "--stage", "staging", "--yes")

    answer = waiting.run("approve", name, "--stage", "staging", "--yes")
    assert answer.code == 4
    assert "No approval" in answer.err
    waiting.settled(name)
    history = waiting.did("history", name)
    assert history.count("DeployStaging approved") == 1
    assert f"digest={digest_of(waiting, name)}" in history


def test_nobody_is_asked_without_a_terminal(waiting: User, name: str) -> None:
    """Without --yes and without a terminal it is exit 4, and nothing is approved."""
    tokens = waiting.waiting(name)

    assert waiting.run("approve", name).code == 4
    assert tokens == waiting.waiting(name)


def test_a_stack_changed_by_hand_makes_the_approval_obsolete(waiting: User, name: str) -> None:
    """What was shown is not what would happen any more: exit 4, and apply prepares it anew."""
    waiting.lead(name, "staging", "prod")
    waiting.commit(model(name, inference_instance="ml.m5.xlarge"))
    waiting.did("apply")
    waiting.settled(name)
    waiting.change(name, "staging", InferenceInstance="ml.m5.2xlarge")
    tokens = waiting.waiting(name)

    answer = waiting.run("approve", name, "--stage", "staging", "--yes")
    assert answer.code == 4
    assert "obsolete" in answer.err
    assert "mlops-gitops reject" in answer.err
    assert tokens == waiting.waiting(name)
    assert waiting.parameters(name, "staging")["InferenceInstance"] == "ml.m5.2xlarge"

    waiting.did("reject", name, "--stage", "staging", "--reason", "changed by hand")
    waiting.settled(name)
    assert "started" in waiting.did("apply")
    waiting.lead(name, "staging")
    assert waiting.parameters(name, "staging")["InferenceInstance"] == "ml.m5.xlarge"


def test_an_empty_change_set_is_approvable_until_somebody_changes_the_stack(
    waiting: User, name: str
) -> None:
    """Where nothing would change, an approval says that the stack is as planned; so it must be."""
    waiting.lead(name, "staging", "prod")
    # A change in dev alone: staging and prod get change sets without changes.
    instance = {"dev": "ml.m5.xlarge", "staging": "ml.m5.large", "prod": "ml.m5.large"}
    waiting.commit(model(name, inference_instance=instance))
    waiting.did("apply")
    waiting.settled(name)
    waiting.change(name, "staging", InferenceInstance="ml.m5.2xlarge")

    answer = waiting.run("approve", name, "--stage", "staging", "--yes")
    assert answer.code == 4
    assert "changed after it was prepared" in answer.err

    waiting.change(name, "staging", InferenceInstance="ml.m5.large")
    shown = waiting.did("approve", name, "--stage", "staging", "--yes")
    assert "nothing will change" in shown
    shown = waiting.lead(name, "prod")
    assert "All stages run what git says." in shown


def test_a_newer_commit_queues_behind_a_waiting_approval(waiting: User, name: str) -> None:
    """Dev moves on; status and approve say that something newer waits behind."""
    newer = waiting.commit(model(name, inference_instance="ml.m5.xlarge"))
    waiting.did("apply")
    shown = waiting.settled(name)
    newest = waiting.executions(name)[0]["pipelineExecutionId"]

    assert waiting.parameters(name, "dev")["InferenceInstance"] == "ml.m5.xlarge"
    assert "waits for approval  a newer execution waits behind it" in shown
    review = waiting.did("approve", name, "--stage", "staging", "--yes")
    assert f"a newer commit waits behind this approval, in execution {newest}" in review
    assert newer not in review

    eventually(lambda: len(waiting.waiting(name)) == 2)
    review = waiting.did("approve", name, "--stage", "staging", "--yes")
    assert newer in review
    assert "a newer commit waits" not in review
    waiting.did("reject", name, "--stage", "prod", "--reason", "the newer one")
    eventually(lambda: len(waiting.waiting(name)) == 1)
    assert "All stages run what git says." in waiting.lead(name, "prod")
    history = waiting.did("history", name)
    assert "DeployProd rejected" in history
    assert "the newer one" in history
