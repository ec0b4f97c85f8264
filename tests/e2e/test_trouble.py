"""What goes wrong around a command: it says so in a sentence, and what to do next."""

import json
import time

import pytest
from builders import SETTINGS
from e2e import every_type
from e2e.conftest import Arrive
from e2e.user import User, eventually, full_name, model

DEAD = "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("environment", "told", "hint"),
    [
        ({"AWS_ENDPOINT_URL": DEAD}, "Could not connect", "AWS_ENDPOINT_URL"),
        ({"AWS_ENDPOINT_URL": "nonsense"}, "Invalid endpoint: nonsense", "AWS_ENDPOINT_URL"),
        ({"AWS_ACCESS_KEY_ID": "AKIAUNKNOWN00000000"}, "token included", "Sign in again"),
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "no credentials", "aws sso login"),
        ({"AWS_PROFILE": "nobody"}, "nobody", "credentials"),
    ],
    ids=["nothing listens", "no address", "unknown key", "no credentials", "unknown profile"],
)
def test_aws_cannot_be_used(
    user: User, name: str, environment: dict[str, str], told: str, hint: str
) -> None:
    """Exit 1 within seconds: where, what was said, what to do; never a traceback."""
    user.commit(model(name))
    began = time.monotonic()
    answer = user.ran("apply", **environment)

    assert answer.code == 1
    first, second = answer.err.splitlines()
    assert first.startswith("Error: While ")
    assert told in first
    assert hint in second
    assert time.monotonic() - began < 40


def test_credentials_of_another_account(user: User, name: str) -> None:
    """It is said whose they are, and whose are wanted."""
    user.commit(model(name))
    answer = user.ran("plan", AWS_ACCESS_KEY_ID="222222222222")

    assert answer.code == 4
    assert "arn:aws:iam::222222222222:root" in answer.err
    assert "Use credentials of account 111111111111." in answer.err


def test_an_orchestrator_that_was_never_prepared(arrive: Arrive, name: str) -> None:
    """Exit 4, and the command that prepares it."""
    user = arrive(
        SETTINGS.replace(
            'orchestrator: {account: "111111111111"}', 'orchestrator: {account: "555555555555"}'
        )
    )
    user.commit(model(name))
    answer = user.ran("apply", AWS_ACCESS_KEY_ID="555555555555")

    assert answer.code == 4
    assert "There is no stack mlops-gitops-orchestrator in 555555555555 us-east-1." in answer.err
    assert "mlops-gitops bootstrap" in answer.err


def test_a_stage_account_without_roles(arrive: Arrive, name: str) -> None:
    """The role that cannot be assumed is named, and bootstrap as the way to it."""
    user = arrive(SETTINGS.replace("444444444444", "666666666666"))
    user.commit(model(name))
    answer = user.run("apply")

    assert answer.code == 1
    assert "arn:aws:iam::666666666666:role/mlops-gitops-plan" in answer.err
    assert (
        "Run `mlops-gitops bootstrap`, which makes the roles of account 666666666666." in answer.err
    )
    assert not user.stack(name, "dev")


def test_two_apply_at_once(user: User, name: str) -> None:
    """Both succeed, one bundle is written and one execution is started."""
    user.commit(model(name))
    both = [user.spawn("apply"), user.spawn("apply")]
    said = [process.communicate(timeout=60) for process in both]

    assert [process.returncode for process in both] == [0, 0], said
    user.settled(name)
    assert len(user.executions(name)) == 1
    versions = user.aws("s3").list_object_versions(
        Bucket="acme-mlops-assets",
        Prefix=f"mlops_provisioned_pipelines/{full_name(name)}/template.zip",
    )["Versions"]
    assert len(versions) == 1


def test_control_c_while_applying(user: User, name: str) -> None:
    """Exit 130 and one word; the next apply goes on from there."""
    user.commit(model(name))

    assert user.interrupted("apply") == (130, "Interrupted.")
    user.did("apply")
    assert "in sync" in user.settled(name)
    assert len(user.executions(name)) == 1


def test_control_c_while_watching(user: User, name: str) -> None:
    """Exit 130 and one word."""
    user.commit(model(name))
    user.did("apply")
    # A closed transition keeps the execution under way, so that watching does not end.
    stage = {
        "pipelineName": full_name(name),
        "stageName": "DeployStaging",
        "transitionType": "Inbound",
    }
    user.aws("codepipeline").disable_stage_transition(**stage, reason="a test")

    assert user.interrupted("status", "--watch") == (130, "Interrupted.")


def test_a_folder_without_git(user: User, name: str) -> None:
    """What is deployed has no commit then, and everybody can see that."""
    user.write(model(name))
    assert "started" in user.did("apply")

    user.settled(name)
    assert "commit uncommitted" in user.did("history", name)


def test_changes_that_are_not_committed(user: User, name: str) -> None:
    """A plan, an approval and the history say so; other files do not count."""
    commit = user.commit(model(name))
    (user.folder / "notes.txt").write_text("mine")
    assert "not committed" not in user.did("plan")
    user.write(model(name, inference_instance="ml.m5.xlarge"))

    assert "not committed" in user.did("plan")
    user.did("apply")
    user.settled(name)
    assert f"commit {commit}-dirty" in user.did("history", name)


def test_a_saved_plan_is_carried_out_only_if_it_still_holds(user: User, name: str) -> None:
    """After a commit it is stale: exit 4 and nothing is made; a new one is carried out."""
    user.commit(model(name))
    file = str(user.folder / "plan.json")
    user.did("plan", "--out", file)
    user.commit(model(name, inference_instance="ml.m5.xlarge"))

    answer = user.ran("apply", "--plan", file)
    assert answer.code == 4
    assert "mlops-gitops plan --out" in answer.err
    assert not user.stack_named(f"{full_name(name)}-codepipeline", "111111111111")

    user.did("plan", "--out", file)
    assert "started" in user.ran("apply", "--plan", file).out
    user.settled(name)


@pytest.mark.parametrize(
    "content", [b"", b"garbage", b"{}", b"[1]", b"null", b"\xff\xfe", b"1e999"]
)
def test_a_file_that_is_no_plan(user: User, name: str, content: bytes) -> None:
    """It is said to be none."""
    user.commit(model(name))
    file = user.folder / "plan.json"
    file.write_bytes(content)
    answer = user.run("apply", "--plan", str(file))

    assert answer.code == 1
    assert "This file is not a saved plan." in answer.err


def test_a_workload_that_is_not_there(user: User, name: str) -> None:
    """Every verb that names one asks whether another was meant."""
    user.commit(model(name))

    for verb in (["approve"], ["reject", "--reason", "x"], ["history"], ["status"]):
        answer = user.run(*verb, f"{name}x")
        assert answer.code == 1
        assert f"Did you mean {name!r}?" in answer.err


def test_two_workloads_with_one_model_name(user: User, name: str) -> None:
    """A builtin and a custom one: the model's name is not enough, the full name is."""
    every_type.push_image(user, "1.4.0", b"of a test")
    folder = user.folder / "custom"
    folder.mkdir()
    custom = {
        **model(name, endpoint_name=f"{name}-custom"),
        "pipeline_type": "byom_realtime_custom",
        "custom_image_uri": "111111111111.dkr.ecr.us-east-1.amazonaws.com/ranker:1.4.0",
    }
    del custom["model_framework"], custom["model_framework_version"]
    (folder / "mlops-config.json").write_text(json.dumps(custom), encoding="utf-8")
    user.commit(model(name))
    both = [full_name(name), full_name(name).replace("builtin", "custom")]

    answer = user.run("history", name)
    assert answer.code == 1
    assert "Name one of these: " + ", ".join(both) in answer.err
    user.did("apply")
    for each in both:
        assert "InProgress" in user.did("history", each)
        eventually(
            lambda each=each: user.run("approve", each, "--stage", "staging", "--yes").code == 0
        )
