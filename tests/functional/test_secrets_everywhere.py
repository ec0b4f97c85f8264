"""Canaries in front of every command and every format that the command line has."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from logging import WARNING
from pathlib import Path

import click
import pytest
from builders import COMMIT, ORCHESTRATOR, realtime
from functional.canaries import RUNS, SECRETS, UNHEARD, Words
from functional.conftest import Said, Say
from functional.planted_pipeline import Planted
from functional.test_ci import Run, git
from functional.test_secrets import DEV, spoil
from github_stub import GitHub, running
from refusing_aws import refusing_aws

from mlops_gitops.cli import COMMANDS, group
from mlops_gitops.desired.stack import DeployableStack, StackId
from mlops_gitops.ports import StackResource
from mlops_gitops.use_cases.world import World

TALKATIVE = {
    "RUNNER_DEBUG": "1",
    "ACTIONS_STEP_DEBUG": "true",
    "CI_DEBUG_TRACE": "true",
    "BOTOCORE_EXPERIMENTAL_PLUGINS": "",
    "PYTHONVERBOSE": "1",
    "DEBUG": "1",
}
"""What services and people set where they want to be told more; no option does."""


def leaks(text: str) -> set[str]:
    """Name the canaries whose middle shows up in a text, escaped or not."""
    plain = text.replace("\\", "")
    return {what for what, secret in SECRETS.items() if secret[5:17] in plain}


@cache
def leaves() -> dict[Words, tuple[str, ...]]:
    """Give every command there is, with the formats that it writes."""

    def below(command: click.Command, words: Words) -> Iterator[tuple[Words, tuple[str, ...]]]:
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                inner = command.get_command(context, name)
                assert inner
                yield from below(inner, (*words, name))
            return
        formats = [each.type.choices for each in command.params if each.name == "output"]  # type: ignore[attr-defined]  # it is a choice
        yield words, tuple(map(str, formats[0])) if formats else ()

    return dict(below(group, ()))


class Repository(Run):
    """A clone with canaries in its history, whose cloud in memory holds others."""

    def prepare(self) -> None:
        """Plant what may be there although nothing is wrong with the repository."""
        author = f"{SECRETS['author']} <{SECRETS['author']}@example.com>"
        self.made.commits.commit = replace(COMMIT, author=author, subject=SECRETS["subject"])
        git(self.folder, "checkout", "-q", "-b", SECRETS["branch"])
        self.heard: dict[str, str] = {}
        self.says("blueprint", "new", "mine")
        self.made.files |= {
            file.relative_to(self.folder).as_posix(): file.read_bytes()
            for file in self.folder.glob("blueprints/mine/*")
        }
        self.pipeline = Planted(self.made, self.folder)
        self.pipeline.write()
        self.change(inference_instance="ml.m5.xlarge")
        words = ("--amend", "-m", SECRETS["subject"], "--author", author)
        git(self.folder, "commit", "-q", *words)
        self.made.remember(SECRETS["branch"])
        (self.folder / "new").mkdir()

    def deploy(self) -> None:
        """Have AWS hold what others left there: in stacks, cards, change sets and names."""
        cloud = self.made.cloud
        self.says("apply", "--wait")
        spoil(self.made)
        self.says("pipeline", "start", "flow", "--stage", "dev", "--yes")
        self.pipeline.end()
        there = cloud.stacks.find(DEV)
        assert there
        name = f"mlops-pipeline-{SECRETS['orphan']}-byompipelinerealtimebuiltin"
        tags = {**there.tags, "mlops-gitops:workload": name, "note": SECRETS["caller"]}
        orphan = DeployableStack(
            id=StackId("222222222222", "us-east-1", f"{name}-dev"),
            template=cloud.stacks.template(DEV),
            parameters=there.parameters,
            tags=tags,
            capabilities=(),
        )
        cloud.stacks.create(orphan)
        cloud.settle()
        cloud.stacks.propose(orphan, f"mg-plan-{SECRETS['change set']}", "")
        cloud.stacks.propose(replace(orphan, id=DEV), f"mg-plan-{SECRETS['change set']}", "")
        cloud.clock.sleep(timedelta(hours=2).total_seconds())
        content = {"model_overview": {"model_owner": f"token {SECRETS['card']}"}}
        for card in ("churn-card", SECRETS["name of a card"]):
            cloud.model_cards.put(ORCHESTRATOR, card, content, "Draft")
        cloud.model_cards.broken["churn-card"] = f"no access with {SECRETS['caller']}"
        environment = {"DB_PASSWORD": SECRETS["password"]}
        container = {"Image": SECRETS["by hand"], "Environment": environment}
        cloud.live.changed[DEV, "Model"] = {"PrimaryContainer": container}
        cloud.live.refused[DEV, "EndpointConfig"] = f"no access with {SECRETS['caller']}"
        cloud.stacks.broken[DEV.name] = StackResource(
            logical_id="Endpoint",
            resource_type="AWS::SageMaker::Endpoint",
            status="UPDATE_FAILED",
            reason=f"no access with {SECRETS['caller']}, password={SECRETS['password']}",
        )

    def spoil_configs(self) -> None:
        """Write canaries wherever a config can hold text, in its keys and in its path."""
        config = realtime("fraud") | {
            "endpoint_name": SECRETS["field"],
            "model_artifact_location": f"models/{SECRETS['field']}/model.tar.gz",
            "password": SECRETS["password"],
            SECRETS["word"]: 1,
            "environment": {"DB_PASSWORD": SECRETS["password"]},
        }
        old = {"pipeline_type": "byom", "inference_type": "realtime", "training_data": "x"}
        for folder, fields in {
            "fraud": {},
            SECRETS["path"]: old,
            "old": {**old, "model_name": "old"},
            "unnamed": {"model_name": SECRETS["field"]},
        }.items():
            text = json.dumps({**config, **fields}, indent=1)
            self.made.files[f"{folder}/mlops-config.json"] = text.encode()
        self.pipeline.spoil(SECRETS["field"], SECRETS["password"])
        self.made.files["broken/mlops-config.json"] = f'{{"{SECRETS["word"]}": '.encode()

    def spoil_settings(self) -> None:
        """Write one into the settings."""
        settings = self.made.files["mlops-gitops.yaml"].decode()
        spoiled = settings.replace("ml-team", SECRETS["settings"])
        self.made.files["mlops-gitops.yaml"] = spoiled.encode()

    def spoil_blueprint(self) -> None:
        """Write some into a pipeline type of one's own."""
        for name, text, secret in (
            ("template.yaml", "Applications read it", SECRETS["own blueprint"]),
            ("template.yaml", "Description:", f"Description: {SECRETS['own blueprint']}"),
            ("schema.json", "Scores above 0.8 go to a person.", SECRETS["own schema"]),
            ("schema.json", "Keeps a text", SECRETS["own schema"]),
            ("README.md", "\n\n", f"\n\n{SECRETS['own schema']}\n\n"),
        ):
            path = f"blueprints/mine/{name}"
            self.made.files[path] = self.made.files[path].replace(text.encode(), secret.encode())

    def says(self, *words: str, world: Callable[..., World] | None = None) -> None:
        """Run a command and keep what it says; what has to move, moves."""
        self._keep(words, self._say(*words, world=world or self._opened))
        self.made.cloud.settle()

    def really(self, *words: str) -> None:
        """Run a command in no world of ours, and keep what it says."""
        self._keep(words, self._say(*words))

    def _keep(self, words: Words, said: Said) -> None:
        command = " ".join(words)
        self.heard[command] = f"{self.heard.get(command, '')}\n{said.out}\n{said.err}"

    def _opened(self, since: str | None = None) -> World:
        return self.made.world() if since is None else self.made.changed_world(since)

    def says_everything(self, world: Callable[..., World] | None = None) -> None:
        """Run every command in every format."""
        for command, formats in leaves().items():
            for words in RUNS.get(command, ()):
                for output in formats or ("",):
                    form = ("--output", output) if output else ()
                    self.says(*command, *words, *form, world=world)

    def in_ci(self) -> None:
        """Run for a pull request, for one of a fork, and for the default branch."""
        for source in ("acme/models", "mallory/models"):
            self.propose(source)
            self._keep(("ci", source), self.ci())
        self.start("push", {"repository": {"default_branch": "main"}}, "refs/heads/main")
        self._keep(("ci", "main"), self.ci())

    def kept(self) -> dict[str, str]:
        """Give everything that was said, written for a run, or shown at GitHub."""
        files = [*self.folder.glob("*.json"), *self._files.values()]
        logs = re.findall(r"/\S+/mlops-gitops-\w+\.log", "\n".join(self.heard.values()))
        files += map(Path, logs)
        texts = {str(each): each.read_text("utf-8") for each in files if each.exists()}
        for log in logs:
            Path(log).unlink(missing_ok=True)
        told = [self.github.comments, self.github.check_runs, self.github.statuses]
        return {**self.heard, **texts, "GitHub": json.dumps(told)}


@pytest.fixture
def repository(
    tmp_path: Path, say: Say, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> Iterator[Repository]:
    """A planted repository; whoever wants to be told more has said so."""
    caplog.set_level("DEBUG")
    with running(GitHub()) as github, refusing_aws(f"bad key {SECRETS['AWS']}") as address:
        for name, value in {**TALKATIVE, "AWS_ENDPOINT_URL": address}.items():
            monkeypatch.setenv(name, value)
        made = Repository(tmp_path, say, github, monkeypatch.setenv)
        monkeypatch.chdir(made.folder)
        made.prepare()
        yield made


def test_every_command_is_looked_at() -> None:
    """A command that comes is run below, or it is said why that is of no use."""
    assert leaves().keys() == RUNS.keys() | UNHEARD.keys()
    assert not RUNS.keys() & UNHEARD.keys()
    assert {command[0] for command in leaves()} == set(COMMANDS)


def test_no_option_makes_a_command_talk_more() -> None:
    """If one comes, it has to be heard by the tests here."""
    words: set[str] = set()
    for command in leaves():
        found: click.Command = group
        for name in command:
            assert isinstance(found, click.Group)
            inner = found.get_command(click.Context(found), name)
            assert inner
            found = inner
        words |= {option for each in found.params for option in each.opts}
    assert not {word for word in words if re.search("verb|debug|log|trace", word)} | (
        words & {"-v"}
    )


def heard_nothing(repository: Repository, caplog: pytest.LogCaptureFixture, *there: str) -> None:
    """No canary was heard, and what the words around it tell was."""
    kept = repository.kept()
    # Python itself prints what libraries warn of, where nobody listens.
    kept["log"] = "\n".join(each.getMessage() for each in caplog.records if each.levelno >= WARNING)
    assert {place: found for place, text in kept.items() if (found := leaks(text))} == {}
    for text in there:
        assert text in "\n".join(kept.values())
    assert not [each for each in caplog.records if each.name.startswith("mlops_gitops")]


@pytest.mark.slow
def test_what_others_left_at_aws_is_not_shown(
    repository: Repository, caplog: pytest.LogCaptureFixture
) -> None:
    """A valid repository: names, messages, cards, stacks and change sets, in every format."""
    repository.deploy()

    repository.says_everything()
    repository.in_ci()

    told = (
        "DB_PASSWORD",
        "AKIA...",
        "no access with dapi...",
        "login with AKIA...",
        "signed in with AKIA...",
    )
    heard_nothing(
        repository, caplog, *told, '"token": "AKIA..."', '"key": "AKIA..."', "uses AKIA..."
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoil_it", "there"),
    [
        (Repository.spoil_configs, "ghp_..."),
        (Repository.spoil_settings, "xoxb..."),
        (Repository.spoil_blueprint, "dckr..."),
    ],
)
def test_what_is_committed_is_not_shown(
    repository: Repository,
    caplog: pytest.LogCaptureFixture,
    spoil_it: Callable[[Repository], None],
    there: str,
) -> None:
    """An invalid repository is refused by every command, in every format, without its secrets."""
    spoil_it(repository)
    repository.commit()

    repository.says_everything()
    repository.in_ci()

    heard_nothing(repository, caplog, there)


@pytest.mark.slow
def test_what_aws_says_is_not_shown(
    repository: Repository, caplog: pytest.LogCaptureFixture
) -> None:
    """Every adapter is refused with a key in the message, by every call that it begins with."""
    for command in leaves().keys() - UNHEARD.keys():
        repository.really(*command, *RUNS[command][0])

    heard_nothing(repository, caplog, "bad key AKIA...")


@pytest.mark.slow
def test_a_defect_shows_nothing(repository: Repository, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever a command was about to do: neither the message nor the file for the report."""

    def world(*_since: object) -> World:
        message = f"unexpected {SECRETS['defect']}"
        raise RuntimeError(message)

    repository.says_everything(world)

    heard_nothing(repository, caplog, "unexpected hvs....")


@pytest.mark.slow
def test_what_is_typed_is_not_shown(
    repository: Repository, caplog: pytest.LogCaptureFixture
) -> None:
    """Logs of CI keep what is said of a word too much, of an option, and of a format."""
    secret = SECRETS["word"]
    for command in leaves():
        for wrong in ((f"--{secret}",), (secret,) * 6, ("--output", secret), ("--root", secret)):
            repository.says(*command, *wrong)

    heard_nothing(repository, caplog, "SG.a...")
