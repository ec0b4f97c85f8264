"""From plan to history through the front door, in a cloud in memory."""

import io
import json
import sys
from pathlib import Path

import pytest
from builders import Trial, realtime, trial
from functional.conftest import Golden, Said, Say

from mlops_gitops.ports import StackResource

CHURN = "mlops-pipeline-churn-byompipelinerealtimebuiltin"


class User:
    """Somebody at a command line, in a repository."""

    def __init__(self, say: Say, folder: Path) -> None:
        self._say = say
        self._folder = folder
        self.made: Trial = trial(realtime("churn"))
        self.write()

    def write(self) -> None:
        """Put what is committed on disk, too: commands look for the settings there."""
        for path, content in self.made.files.items():
            (self._folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self._folder / path).write_bytes(content)

    def commit(self, **fields: object) -> None:
        """Change the config."""
        self.made.commit(realtime("churn", **fields))
        self.write()

    def types(self, *arguments: str) -> Said:
        """Run a command, and let everything move that can."""
        said = self._say(*arguments, world=self.made.world)
        self.made.cloud.settle()
        return said

    def digest(self) -> str:
        """Give the digest of what git says, as a reviewer reads it in the plan."""
        told = json.loads(self._say("plan", "--output", "json", world=self.made.world).out)
        return str(told["digests"][CHURN])


@pytest.fixture
def user(say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> User:
    """Somebody whose only workload is not deployed yet."""
    monkeypatch.chdir(tmp_path)
    return User(say, tmp_path)


@pytest.mark.parametrize("output", ["text", "json", "markdown"])
def test_plan_of_a_new_workload(user: User, golden: Golden, output: str) -> None:
    """In every format; only asked for, changes are exit code 2."""
    said = user.types("plan", "--output", output)

    assert said.code == 0
    assert user.types("plan", "--detailed-exitcode").code == 2
    golden(f"plan/new-{output}", said)


def test_plan_of_a_change(user: User, golden: Golden) -> None:
    """What moves is told in the user's words; the stages that wait are behind."""
    deploy(user)
    user.commit(inference_instance="ml.m5.xlarge")

    golden("plan/change", user.types("plan"))


def test_plan_of_nothing(user: User, golden: Golden) -> None:
    """Nothing to do is exit code 0, asked for or not."""
    deploy(user)

    said = user.types("plan", "--detailed-exitcode")

    assert said.code == 0
    golden("plan/nothing", said)


def test_a_saved_plan_is_applied_or_refused(user: User, golden: Golden) -> None:
    """Exactly what was looked at; exit 4 once the world moved; exit 1 for what is no plan."""
    assert user.types("plan", "--out", "plan.json").err == "Saved to plan.json.\n"
    user.commit(inference_instance="ml.m5.xlarge")

    golden("apply/stale", user.types("apply", "--plan", "plan.json"))
    user.types("plan", "--out", "plan.json")
    assert user.types("apply", "--plan", "plan.json").code == 0
    Path("plan.json").write_text("{}")
    assert user.types("apply", "--plan", "plan.json").code == 1


def test_from_apply_to_history(user: User, golden: Golden) -> None:
    """Every word a user reads on the way to prod."""
    golden("apply/started", user.types("apply"))
    golden("apply/under-way", user.types("apply"))
    golden("status/waits-for-staging", user.types("status"))
    golden("status/waits-for-staging-json", user.types("status", "--output", "json"))
    golden("approve/staging", user.types("approve", "churn", "--stage", "staging", "--yes"))
    golden("approve/prod-unseen", user.types("approve", "churn", "--yes"))
    golden("approve/prod", user.types("approve", "churn", "--digest", user.digest(), "--yes"))
    golden("status/everywhere", user.types("status", "churn", "--watch"))
    golden("apply/unchanged", user.types("apply"))
    golden("history/one", user.types("history", "churn"))
    golden("history/one-json", user.types("history", "churn", "--output", "json"))
    golden("history/details", user.types("history", "churn", "--details"))


def test_an_approval_is_followed_to_the_next_gate(user: User, golden: Golden) -> None:
    """With --wait the command ends where only a person can go on, and shows where that is."""
    user.types("apply")

    golden("approve/wait", user.types("approve", "churn", "--yes", "--wait"))


def test_a_deployment_that_fails_after_its_approval_exits_1(user: User) -> None:
    """With --wait the exit code says that what was let in did not arrive, and status why."""
    user.types("apply")
    user.made.cloud.stacks.broken[f"{CHURN}-staging"] = StackResource(
        logical_id="Endpoint",
        resource_type="AWS::SageMaker::Endpoint",
        status="CREATE_FAILED",
        reason="There is no capacity for ml.m5.large.",
    )

    said = user.types("approve", "churn", "--yes", "--wait")

    assert said.code == 1
    assert "There is no capacity for ml.m5.large." in said.out


def test_a_rejected_change(user: User, golden: Golden) -> None:
    """The reason stands in the history, and dev is ahead."""
    deploy(user)
    user.commit(inference_instance="ml.m5.xlarge")
    user.types("apply")

    golden("reject/staging", user.types("reject", "churn", "--reason", "latency doubled"))
    golden("status/rejected", user.types("status"))
    golden("history/rejected", user.types("history", "churn", "--limit", "1"))
    golden("reject/nothing-waits", user.types("reject", "churn", "--reason", "again"))


def test_the_plan_of_one_deployment(user: User, golden: Golden) -> None:
    """Whoever names an execution is told what it was to change: as planned then, not now."""
    deploy(user)
    user.commit(inference_instance="ml.m5.xlarge")
    user.types("apply")
    user.commit(inference_instance="ml.m5.2xlarge")

    golden("history/execution", user.types("history", "churn", "00000003"))
    golden("history/execution-json", user.types("history", "churn", "00000003", "--output", "json"))
    golden("history/no-such-execution", user.types("history", "churn", "ffff"))


def test_what_cannot_be_shown_is_said(user: User) -> None:
    """A stored plan that was overwritten, or is gone, is not shown as if it were the one."""
    deploy(user)
    assets = user.made.cloud.assets
    ((key, [(_, plan)]),) = [each for each in assets.versions.items() if "/plans/" in each[0]]

    assets.write(key, plan.replace(b"ml.m5.large", b"ml.m5.small"), "")
    assert "overwritten" in user.types("history", "churn", "--details").out
    del assets.versions[key]
    said = user.types("history", "churn", "--details", "--output", "json")
    assert "not in the assets bucket" in json.dumps(json.loads(said.out)["without_plan"])


def test_a_failed_deployment(user: User, golden: Golden) -> None:
    """The first failing resource, the reason and the next command."""
    user.made.cloud.stacks.broken[f"{CHURN}-dev"] = StackResource(
        logical_id="Endpoint",
        resource_type="AWS::SageMaker::Endpoint",
        status="CREATE_FAILED",
        reason="There is no capacity for ml.m5.large.",
    )
    user.types("apply")

    golden("status/failed", user.types("status"))


def test_a_newer_commit_waits_behind_an_approval(user: User, golden: Golden) -> None:
    """The approver sees it before deciding."""
    user.types("apply")
    user.commit(inference_instance="ml.m5.xlarge")
    user.types("apply")

    golden("status/newer-behind", user.types("status"))
    golden("approve/newer-behind", user.types("approve", "churn", "--yes"))


def test_a_wrong_digest_approves_nothing(user: User, golden: Golden) -> None:
    """Exit 4; it still waits."""
    user.types("apply")

    golden("approve/wrong-digest", user.types("approve", "churn", "--digest", "mg1-0123456789ab"))
    assert "waits for approval" in user.types("status").out


def test_without_a_terminal_nothing_is_asked(
    user: User, golden: Golden, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without --yes nothing is approved, and the exit code is 4."""
    user.types("apply")
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))

    golden("approve/no-terminal", user.types("approve", "churn"))


def test_a_workload_that_does_not_exist(user: User, golden: Golden) -> None:
    """What was probably meant is said."""
    golden("usage/no-workload", user.types("status", "chrun"))


def test_a_missing_artifact_stops_before_dev(user: User, golden: Golden) -> None:
    """Exit 3, at the config's line, with the command that uploads it."""
    user.commit(model_artifact_location="churn/v2.tar.gz")

    said = user.types("apply")

    assert said.code == 3
    assert not user.made.cloud.pipelines.executions(CHURN)
    golden("apply/missing-artifact", said)


def test_machine_output_is_one_json_document(user: User) -> None:
    """With a schema version; talk goes to stderr."""
    for arguments in (["plan"], ["apply"], ["status"], ["history", "churn"]):
        said = user.types(*arguments, "--output", "json")
        assert json.loads(said.out)["schema_version"] == 1


@pytest.mark.usefixtures("user")
def test_render_is_offline(golden: Golden, say: Say) -> None:
    """The template and its parameters, each with its origin; no world is opened."""
    text = say("render", "churn/mlops-config.json", "--stage", "prod")
    told = json.loads(
        say("render", "churn/mlops-config.json", "--stage", "prod", "--output", "json").out
    )

    golden("render/prod", "\n".join(line for line in text.out.splitlines() if line[:1] == "#"))
    assert text.code == 0
    assert told["stack"]["name"] == f"{CHURN}-prod"
    assert told["parameters"]["EndpointName"]["from"].startswith("churn/mlops-config.json:")
    assert "Endpoint" in told["template"]["Resources"]
    golden("usage/no-stage", say("render", "churn/mlops-config.json", "--stage", "live"))
    golden("usage/no-config", say("render", "mlops-gitops.yaml", "--stage", "dev"))


def deploy(user: User) -> None:
    """Bring the workload to prod."""
    user.types("apply")
    for stage in ("staging", "prod"):
        user.types("approve", "churn", "--stage", stage, "--digest", user.digest(), "--yes")
