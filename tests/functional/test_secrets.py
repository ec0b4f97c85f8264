"""Canaries: distinct secrets wherever users and AWS keep texts, and none in anything we say."""

import json
import re
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from builders import COMMIT, Trial, realtime, trial
from functional.conftest import Said, Say
from functional.test_path import CHURN

from mlops_gitops.desired.stack import DeployableStack, StackId
from mlops_gitops.errors import AwsError
from mlops_gitops.pipeline.delivery import pipeline_name
from mlops_gitops.ports import StackResource
from mlops_gitops.use_cases.world import World

DEV = StackId("222222222222", "us-east-1", f"{CHURN}-dev")
CANARIES = {
    "environment variable by its name": "quartz-lantern-rivers",
    "environment variable by its form": "ghp_" + "c2Fn" * 9,
    "parameter of another tool": "glpat-" + "d3Go" * 5,
    "default of a hidden parameter": "velvet-harbour-pepper",
    "output": "hf_" + "eF" * 17,
    "tag": "xoxb-" + "123456789012-canary",
    "reason of a failure": "AKIA" + "CANARYCANARYCANA",
    "password in a reason": "copper-thistle-walnut",
    "author of a commit": "npm_" + "g4Hq" * 9,
    "reason of a rejection": "dapi" + "0a1b" * 8,
    "refusal of AWS": "q3Vt9K/aB7xZ1mPw8Rc" + "+2LdYh5NsGf0Ju6TeQoI4",
    "defect": "sk_live_" + "j5Kr" * 6,
    "argument": "dckr_pat_" + "k6Ls" * 6,
}
FORMATS = {
    "plan": ("text", "json", "markdown"),
    "status": ("text", "json"),
    "history": ("text", "json"),
}


def leaks(text: str) -> set[str]:
    """Name the canaries whose middle shows up in a text."""
    return {what for what, secret in CANARIES.items() if secret[5:17] in text}


def planted() -> Trial:
    """Make a world in which another tool and other people have left secrets."""
    author = f"Test <{CANARIES['author of a commit']}@example.com>"
    made = trial(realtime("churn"))
    made.commits.commit = replace(COMMIT, author=author, subject=author)
    return made


def spoil(made: Trial) -> None:
    """Change a deployed stack by hand, as somebody who keeps secrets in templates does."""
    there = made.cloud.stacks.find(DEV)
    assert there is not None
    template: dict[str, Any] = json.loads(json.dumps(made.cloud.stacks.template(DEV)))
    template["Resources"]["Model"]["Properties"]["PrimaryContainer"]["Environment"] = {
        "DB_PASSWORD": CANARIES["environment variable by its name"],
        "NOTE": f"use {CANARIES['environment variable by its form']} here",
    }
    hidden = {"Type": "String", "NoEcho": True}
    template["Parameters"] |= {
        "Word": hidden | {"Default": CANARIES["default of a hidden parameter"]},
        "Their": {"Type": "String"},
    }
    template["Outputs"]["Leak"] = {"Value": CANARIES["output"]}
    made.cloud.stacks.update(
        DeployableStack(
            id=DEV,
            template=template,
            parameters={**there.parameters, "Their": CANARIES["parameter of another tool"]},
            tags={**there.tags, "note": CANARIES["tag"]},
            capabilities=(),
        )
    )
    made.cloud.settle()


def fail_next(made: Trial) -> None:
    """Let the next deployment fail with a reason that tells too much."""
    key, password = CANARIES["reason of a failure"], CANARIES["password in a reason"]
    made.cloud.stacks.broken[DEV.name] = StackResource(
        logical_id="Endpoint",
        resource_type="AWS::SageMaker::Endpoint",
        status="UPDATE_FAILED",
        reason=f"no access with {key}, password={password}",
    )


class Everything:
    """Says commands in a planted world, and keeps all that comes out."""

    def __init__(self, say: Say, folder: Path) -> None:
        self._say = say
        self._folder = folder
        self.made = planted()
        self.heard: list[str] = []
        for path, content in self.made.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)

    def says(self, *arguments: str, world: World | None = None) -> Said:
        """Run a command, keep what it said, and let everything move that can."""
        said = self._say(*arguments, world=self.made.world if world is None else lambda: world)
        self.made.cloud.settle()
        self.heard += [said.out, said.err]
        return said

    def in_every_format(self) -> None:
        """Look at everything there is to see."""
        for command, formats in FORMATS.items():
            names = ["churn"] if command == "history" else []
            for output in formats:
                self.says(command, *names, "--output", output)
                if command == "history":
                    self.says(command, *names, "--details", "--output", output)
        self.says("plan", "--out", "plan.json")
        self.heard.append((self._folder / "plan.json").read_text())

    def sent(self) -> str:
        """Give what was sent to AWS to be read by people: variables and summaries."""
        pipelines, name = self.made.cloud.pipelines, pipeline_name(CHURN)
        runs = [each.id for each in pipelines.executions(name)]
        details = [pipelines.details(name, run).variables for run in runs]
        actions = [each.summary for run in runs for each in pipelines.actions(name, run)]
        return repr((details, actions, self.stored()))

    def stored(self) -> list[bytes]:
        """Give the plans that lie beside the bundles."""
        versions = self.made.cloud.assets.versions
        return [
            content
            for key, written in versions.items()
            for _, content in written
            if "/plans/" in key
        ]


@pytest.fixture
def everything(say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Everything:
    """Commands in a planted world."""
    monkeypatch.chdir(tmp_path)
    return Everything(say, tmp_path)


def test_no_canary_gets_out_on_the_whole_path(everything: Everything) -> None:
    """From plan to history, in every format, in files and in what approvers read at AWS."""
    everything.says("apply", "--wait")
    spoil(everything.made)
    everything.in_every_format()
    everything.says("reject", "churn", "--reason", f"saw {CANARIES['reason of a rejection']}")
    fail_next(everything.made)
    everything.says("apply", "--wait", "--output", "json")
    everything.in_every_format()
    everything.says("status", "--watch")
    everything.says("render", "churn/mlops-config.json", "--stage", "dev")

    heard = "\n".join(everything.heard)
    assert "DB_PASSWORD" in heard  # what changes is told all the same
    assert "no access with AKIA..." in heard
    assert leaks(heard) == set()
    assert leaks(everything.sent()) == set()
    assert any(b"DB_PASSWORD" in plan for plan in everything.stored())


def test_canaries_are_where_they_were_planted(everything: Everything) -> None:
    """What is not found would be found: AWS holds each of them, and the hunt knows them."""
    everything.says("apply", "--wait")
    spoil(everything.made)
    fail_next(everything.made)
    cloud = everything.made.cloud
    held = repr((cloud.stacks.find(DEV), cloud.stacks.template(DEV), cloud.stacks.broken))
    assert leaks(held) == set(CANARIES) - {
        *("author of a commit", "reason of a rejection", "refusal of AWS", "defect", "argument")
    }
    assert leaks(repr(everything.made.commits.commit)) == {"author of a commit"}
    assert leaks("\n".join(CANARIES.values())) == set(CANARIES)


class Refusing:
    """A port that fails with what it was made with, whatever it is asked."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, name: str) -> Any:
        """Fail."""
        raise self._error


@pytest.mark.parametrize("arguments", [("plan",), ("apply",), ("status",), ("history", "churn")])
def test_no_canary_gets_out_by_a_refusal(
    everything: Everything, arguments: tuple[str, ...]
) -> None:
    """What AWS says when it refuses is told without what it quotes."""
    error = AwsError(f"AWS said: bad key {CANARIES['refusal of AWS']}", hint="Look.")
    world = replace(everything.made.world(), stacks=Refusing(error), pipelines=Refusing(error))

    said = everything.says(*arguments, world=world)

    assert said.code == 1
    assert "AWS said: bad key q3Vt..." in said.err
    assert leaks(said.out + said.err) == set()


def test_no_canary_gets_out_by_a_defect(everything: Everything) -> None:
    """Neither what is said of a defect of ours nor the file for its report holds one."""
    error = RuntimeError(f"unexpected {CANARIES['defect']}")
    world = replace(everything.made.world(), stacks=Refusing(error))

    said = everything.says("plan", world=world)

    found = re.search(rf"{re.escape(tempfile.gettempdir())}\S+\.log", said.err)
    assert found is not None
    log = Path(found[0])
    assert "unexpected sk_l..." in log.read_text(encoding="utf-8")
    assert leaks(said.err + log.read_text(encoding="utf-8")) == set()
    log.unlink()


def test_no_canary_gets_out_by_a_mistyped_command(everything: Everything) -> None:
    """Logs of CI keep what is said of a command line that makes no sense."""
    secret = CANARIES["argument"]
    for arguments in ([secret], ["status", secret], ["plan", f"--{secret}"], ["reject", secret]):
        assert everything.says(*arguments).code != 0

    assert leaks("\n".join(everything.heard)) == set()


@pytest.mark.parametrize("output", ["text", "json", "github", "sarif", "junit", "markdown"])
@pytest.mark.parametrize("secret", CANARIES.values(), ids=CANARIES)
def test_no_canary_gets_out_by_validate(
    everything: Everything, tmp_path: Path, secret: str, output: str
) -> None:
    """A secret in a config is refused, and not even then shown, in any format."""
    config = realtime("churn") | {"endpoint_name": secret, "password": secret}
    (tmp_path / "churn" / "mlops-config.json").write_text(json.dumps(config))
    settings = (tmp_path / "mlops-gitops.yaml").read_text()
    (tmp_path / "mlops-gitops.yaml").write_text(settings.replace("ml-team", secret))

    said = everything.says("validate", "--output", output)

    assert said.code == 3
    assert leaks(said.out + said.err) == set()
