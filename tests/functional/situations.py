"""Situations that people call commands in, and each command as it is called."""

import io
import json
import os
import re
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import botocore.endpoint
import pytest
from builders import ORCHESTRATOR, SETTINGS, realtime
from functional.conftest import Say
from functional.desk import NAME, Desk, Words, once
from functional.test_ci import git
from functional.test_secrets import DEV

from mlops_gitops.desired.stack import DeployableStack, StackId
from mlops_gitops.ports import StackResource

CONFIG = "churn/mlops-config.json"
CONFIGS_OLD = b'{"pipeline_type": "byom", "inference_type": "realtime", "model_name": "old"}'
BLOCKED = SETTINGS.replace("{name: prod,", "{name: prod, block: [cost],")
FEW = f"{SETTINGS}max_changed_percent: 1\n"
STAGING = replace(DEV, account="333333333333", name=f"{NAME}-staging")
NOWHERE = "http://127.0.0.1:9"


def fresh(_desk: Desk) -> None:
    """Nothing was deployed yet."""


def changed(desk: Desk) -> None:
    """A branch has a bigger instance."""
    text = json.dumps(realtime("churn", inference_instance="ml.m5.xlarge"))
    desk.change(CONFIG, text.encode())


@once
def waiting(desk: Desk) -> None:
    """Staging waits for an approval."""
    assert desk.types("apply").code == 0


def in_prod(desk: Desk) -> None:
    """Everything that is committed is deployed everywhere."""
    waiting(desk)
    at_prod(desk)
    desk.types("approve", "churn", "--digest", desk.digest(), "--yes")


def at_prod(desk: Desk) -> None:
    """Prod waits for an approval."""
    waiting(desk)
    assert desk.types("approve", "churn", "--stage", "staging", "--yes").code == 0


def obsolete(desk: Desk) -> None:
    """Staging was changed by hand while the next change waits for an approval there."""
    in_prod(desk)
    changed(desk)
    waiting(desk)
    stacks = desk.made.cloud.stacks
    stacks.update(replace(same_again(desk, STAGING), tags={"note": "by hand"}))
    desk.made.cloud.settle()


def same_again(desk: Desk, id_: StackId) -> DeployableStack:
    """Give what a stack was deployed from."""
    there = desk.made.cloud.stacks.find(id_)
    assert there
    return DeployableStack(
        id=id_,
        template=desk.made.cloud.stacks.template(id_),
        parameters=there.parameters,
        tags=there.tags,
        capabilities=(),
    )


def invalid_config(desk: Desk) -> None:
    """A branch has a config that cannot be read."""
    desk.change(CONFIG, b"{")


def invalid_settings(desk: Desk) -> None:
    """A branch has settings that make no sense."""
    desk.change("mlops-gitops.yaml", SETTINGS.replace("version: 1", "version: 9").encode())


def nobody_uploaded(desk: Desk) -> None:
    """A branch names an artifact that is not there."""
    text = json.dumps(realtime("churn", model_artifact_location="churn/v2.tar.gz"))
    desk.change(CONFIG, text.encode())


def old_config(desk: Desk) -> None:
    """A config has an old format, and cannot be carried over whole."""
    desk.change("old/mlops-config.json", CONFIGS_OLD)


def forbidden(desk: Desk) -> None:
    """The settings block what would change."""
    desk.change("mlops-gitops.yaml", BLOCKED.encode())


def stale(desk: Desk) -> None:
    """A plan was saved, and the world moved on."""
    desk.types("plan", "--out", "saved.json")
    changed(desk)


def no_plan(desk: Desk) -> None:
    """A file that should be a plan is none."""
    (desk.folder / "saved.json").write_text("{}")


def failing(desk: Desk) -> None:
    """The next deployments to dev fail."""
    desk.made.cloud.stacks.broken[DEV.name] = StackResource(
        logical_id="Endpoint",
        resource_type="AWS::SageMaker::Endpoint",
        status="CREATE_FAILED",
        reason="There is no capacity.",
    )


def failing_staging(desk: Desk) -> None:
    """Staging waits, and its deployment will fail."""
    waiting(desk)
    failing(desk)
    cloud = desk.made.cloud.stacks
    cloud.broken[f"{NAME}-staging"] = cloud.broken.pop(DEV.name)


def own_type(desk: Desk) -> None:
    """The repository has a pipeline type of its own."""
    assert desk.types("blueprint", "new", "mine").code == 0


def broken_type(desk: Desk) -> None:
    """The repository has a pipeline type whose template cannot be read."""
    own_type(desk)
    (desk.folder / "blueprints/mine/template.yaml").write_text("{")


def unprovable(desk: Desk) -> None:
    """A stack of a type of one's own looks a value up when it is deployed; its config changes."""
    own_type(desk)
    folder = desk.folder / "blueprints" / "mine"
    template = (folder / "template.yaml").read_text("utf-8")
    spoiled = re.sub(r"Value: .*", 'Value: "{{resolve:ssm:/note}}"', template, count=1)
    assert spoiled != template
    (folder / "template.yaml").write_text(spoiled, "utf-8")
    for file in folder.iterdir():
        desk.made.files[f"blueprints/mine/{file.name}"] = file.read_bytes()
    example = (folder / "example.json").read_bytes()
    desk.made.files["note/mlops-config.json"] = example
    desk.write()
    desk.save()
    desk.made.remember("main")
    waiting(desk)
    desk.change("note/mlops-config.json", json.dumps({**json.loads(example), "note": "n"}).encode())


def unanswered(desk: Desk) -> None:
    """CloudFormation does not say what a change set would do."""
    in_prod(desk)
    changed(desk)
    desk.made.cloud.stacks.refusing[DEV.name] = "Hook org::Guard said no."


def with_card(desk: Desk) -> None:
    """Somebody made a model card by hand."""
    desk.made.cloud.model_cards.put(ORCHESTRATOR, "theirs", {}, "Draft")


def leftover(desk: Desk) -> None:
    """A plan that was killed left a change set behind."""
    waiting(desk)
    desk.made.cloud.stacks.propose(same_again(desk, DEV), "mg-plan-left", "")
    desk.made.cloud.clock.sleep(7200)


def no_repository(desk: Desk) -> None:
    """No settings here, nor in a folder above."""
    empty = desk.folder.parent / "empty"
    for name in ("churn", "flow", "answers"):
        (empty / name).mkdir(parents=True)
        (empty / name / "mlops-config.json").write_text("{}")
    desk.set.chdir(empty)


def no_git(desk: Desk) -> None:
    """The repository was copied and not cloned."""
    (desk.folder / ".git").rename(desk.folder / "git")


def no_credentials(desk: Desk) -> None:
    """Nobody signed in."""
    desk.is_real = True
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        desk.set.delenv(name)


def no_network(desk: Desk) -> None:
    """AWS is not reached."""
    desk.is_real = True
    desk.set.setenv("AWS_ENDPOINT_URL", NOWHERE)
    # boto3 tries again, ever later; that it does is promised elsewhere, and waiting shows nothing.
    desk.set.setattr(botocore.endpoint, "time", SimpleNamespace(sleep=lambda _seconds: None))


def aws_refuses(desk: Desk) -> None:
    """Whatever is asked, AWS says no."""
    desk.is_real = True
    desk.set.setenv("AWS_ENDPOINT_URL", os.environ["REFUSING_AWS"])


def pull_request(desk: Desk) -> None:
    """A run of GitHub Actions that a pull request started."""
    event = desk.folder.parent / "event.json"
    head = {"sha": "d" * 40, "repo": {"full_name": "acme/models"}}
    event.write_text(json.dumps({"pull_request": {"number": 7, "head": head}}))
    for name, value in {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_REPOSITORY": "acme/models",
    }.items():
        desk.set.setenv(name, value)
    git(desk.folder, "update-ref", "refs/remotes/origin/main", "main")
    desk.set.setenv("GITHUB_BASE_REF", "main")
    desk.made.remember("origin/main")


def signed_out_pull_request(desk: Desk) -> None:
    """A pull request of somebody whose runs get no credentials."""
    pull_request(desk)
    no_credentials(desk)


MINIMAL: dict[Words, Words] = {
    ("init",): (),
    ("validate",): (),
    ("migrate",): ("--check",),
    ("explain",): (),
    ("schema",): (),
    ("render",): (CONFIG, "--stage", "dev"),
    ("plan",): (),
    ("diff",): ("main", "HEAD"),
    ("apply",): (),
    ("ci",): ("--changed-since", "main"),
    ("watch",): ("--remote", ".", "--once", "--cache", "cache"),
    ("approve",): ("churn", "--yes"),
    ("reject",): ("churn", "--reason", "no"),
    ("status",): (),
    ("history",): ("churn",),
    ("blueprint", "list"): (),
    ("blueprint", "show"): ("byom_batch_custom",),
    ("blueprint", "new"): ("mine",),
    ("blueprint", "lint"): (),
    ("model-card", "list"): (),
    ("model-card", "describe"): ("theirs",),
    ("model-card", "export"): ("theirs",),
    ("model-card", "delete"): ("theirs", "--yes"),
    ("drift",): (),
    ("rollback",): ("churn", "--yes"),
    ("suspend",): ("churn", "--reason", "load test"),
    ("resume",): ("churn",),
    ("repair",): ("churn",),
    ("why",): ("churn",),
    ("adopt",): (),
    ("retire",): ("churn",),
    ("gc",): (),
    ("bootstrap",): (),
    ("doctor",): (),
    ("completion",): ("bash",),
    ("local", "up"): (),
    ("local", "down"): (),
    ("local", "status"): (),
    ("local", "env"): (),
    ("local", "reset"): ("--yes",),
    ("demo",): (),
}
"""How each command is called where nothing is wrong with the call."""
OFFLINE = {("validate",), ("migrate",), ("render",), ("diff",)}
AT_AWS = {
    *(("plan",), ("apply",), ("approve",), ("reject",), ("status",), ("history",), ("gc",)),
    *(
        ("adopt",),
        ("drift",),
        ("repair",),
        ("why",),
        ("suspend",),
        ("resume",),
        ("rollback",),
        ("retire",),
    ),
    *(("model-card", each) for each in ("list", "describe", "export", "delete")),
}
ANYWHERE = {
    *(
        ("completion",),
        ("init",),
        ("explain",),
        ("schema",),
        ("blueprint", "list"),
        ("blueprint", "show"),
    ),
    *(("demo",), *(("local", each) for each in ("up", "down", "status", "env", "reset"))),
}
"""Commands that need no repository."""


@pytest.fixture
def desk(say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Somebody without a terminal, in their clone."""
    folder = tmp_path / "clone"
    folder.mkdir()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.chdir(folder)
    return Desk(say, folder, monkeypatch)
