"""What subscribers of the topic hear of a workload on its way: each thing once, with its facts."""

import json
from typing import Any

import jsonschema
from blueprints.blueprint_files import ROOT
from builders import ORCHESTRATOR
from e2e.meanwhile import apply_and_lose
from e2e.test_console_approval import listener
from e2e.user import User, eventually, full_name, model, packaged, registered

SCHEMA = json.loads((ROOT / "schemas/events/notification.json").read_text(encoding="utf-8"))


class Ears:
    """A queue that subscribes to the topic."""

    def __init__(self, user: User, name: str) -> None:
        self._sqs = user.aws("sqs")
        self._url = listener(user, f"{name}-notifications")
        self._about = name
        self._heard: list[dict[str, Any]] = []

    def heard(self) -> list[dict[str, Any]]:
        """Give every message so far about what has this name, of those that programs read."""
        asked = {"QueueUrl": self._url, "MaxNumberOfMessages": 10}
        while got := self._sqs.receive_message(**asked).get("Messages"):
            for each in got:
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=each["ReceiptHandle"])
                self._hear(json.loads(each["Body"]))
        return self._heard

    def _hear(self, notice: dict[str, Any]) -> None:
        text = notice["Message"]
        if self._about not in text or "schema_version" not in text:
            return
        message = json.loads(text)
        jsonschema.validate(message, SCHEMA)
        assert notice["Subject"] == message["subject"]
        assert notice["MessageAttributes"]["kind"]["Value"] == message["kind"]
        self._heard.append(message)

    def hear(self, *expected: str) -> dict[str, Any]:
        """Wait for these kinds of messages, and no others; give the last."""
        eventually(lambda: len(self.heard()) >= len(expected))
        assert [each["kind"] for each in self._heard] == [*expected]
        return self._heard[-1]


def told(user: User, name: str) -> list[str]:
    """Give how each execution of the machine that writes ended, for a pipeline."""
    runs = user.runs_of("mlops-gitops-notifications", "Teller")
    return sorted(run["status"] for run in runs if name in run["input"])


def test_a_promotion_is_told_at_each_gate_and_at_its_end(user: User, name: str) -> None:
    """Exactly these messages, and none of the execution that CodePipeline starts by itself."""
    ears, pipeline = Ears(user, name), full_name(name)
    commit = user.commit(model(name))
    user.did("apply")

    asked = ears.hear("approval-waiting")
    assert asked["stage"] == "staging"
    assert f"approve {pipeline} --stage staging --digest {asked['digest']}" in asked["text"]
    user.did("approve", name, "--stage", "staging", "--digest", asked["digest"], "--yes")
    asked = ears.hear("approval-waiting", "approval-waiting")
    assert asked["stage"] == "prod"
    user.did("approve", name, "--stage", "prod", "--digest", asked["digest"], "--yes")
    done = ears.hear("approval-waiting", "approval-waiting", "deployed")

    assert done["stages"] == ["dev", "staging", "prod"]
    assert (done["commit"], done["author"]) == (commit, "Test <test@example.com>")
    assert done["execution"] == user.executions(name)[0]["pipelineExecutionId"]
    assert len({each["id"] for each in ears.heard()}) == 3
    # Those that wait until an approval is about to expire find it answered then.
    assert set(told(user, name)) <= {"RUNNING", "SUCCEEDED"}


def test_a_failure_is_told_with_its_reason(user: User, name: str) -> None:
    """The model package vanishes during apply: one message, with CloudFormation's words."""
    ears, package = Ears(user, name), registered(user, name)
    user.commit(packaged(name, package))
    apply_and_lose(user, package)

    message = ears.hear("failed")

    assert (message["stage"], message["action"], message["cause"]) == ("dev", "Deploy", "error")
    assert message["reason"] in message["text"]
    assert message["subject"].startswith("Failed in dev: ")


def test_what_happened_once_is_told_once(user: User, name: str) -> None:
    """The same drift, found twice: the second event starts nothing."""
    ears = Ears(user, name)
    found = {"drift_id": f"{name}-1", "stack": f"{name}-prod", "changes": ["tag: a -> b"]}
    entry = {"Source": "mlops-gitops", "DetailType": "Drift Found", "Detail": json.dumps(found)}
    events, states = user.aws("events"), user.aws("stepfunctions")

    for _ in range(2):
        events.put_events(Entries=[entry])

    message = ears.hear("drift-found")
    assert message["changes"] == ["tag: a -> b"]
    machine = f"arn:aws:states:us-east-1:{ORCHESTRATOR}:stateMachine:"
    every = [each["stateMachineArn"] for each in states.list_state_machines()["stateMachines"]]
    (dispatcher,) = [each for each in every if f"{machine}mlops-gitops-notifications-Disp" in each]
    runs = [
        states.describe_execution(executionArn=each["executionArn"])
        for each in states.list_executions(stateMachineArn=dispatcher)["executions"]
    ]
    assert [run["status"] for run in runs if name in run["input"]] == ["SUCCEEDED", "SUCCEEDED"]
    assert told(user, name) == ["SUCCEEDED"]
