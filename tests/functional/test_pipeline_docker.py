"""`pipeline start --docker`, through the front door, with a stub of the SDK and of docker.

What the SDK itself does is held to its promises by `make sdk-check`.
"""

import json
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from e2e.user import COMMAND
from functional.conftest import Golden, Said, Say
from interruptible import started
from local_pipeline import until
from scripted import repository

CONTEXT = """
import json, logging, sys, time
log = logging.getLogger("sagemaker.local.entities")

class PipelineSession:
    pass

class LocalPipelineSession(PipelineSession):
    def __init__(self, boto_session=None, default_bucket=None, default_bucket_prefix=None):
        self.bucket = default_bucket

class Execution:
    status, reason, steps = "Succeeded", "", []

    def describe(self):
        return {"PipelineExecutionStatus": self.status, "FailureReason": self.reason}

    def list_steps(self):
        return {"PipelineExecutionSteps": self.steps}

class Pipeline:
    def __init__(self, session, *work):
        assert isinstance(session, LocalPipelineSession), session
        self.work = work

    def definition(self):
        steps = [{"Name": name, "Type": "Processing"} for name, _ in self.work]
        steps += [{"Name": "Never", "Type": "Fail"}]
        limit = {"Name": "Limit", "Type": "Integer", "DefaultValue": 1}
        return json.dumps({"Version": "2020-12-01", "Parameters": [limit], "Steps": steps})

    def create(self, role_arn):
        assert role_arn.startswith("arn:aws:iam::"), role_arn

    def start(self, parameters):
        made = Execution()
        made.steps = []
        for name, work in self.work:
            log.info("Starting pipeline step: '%s'", name)
            print("log of", name, flush=True)
            step = {"StepName": name, "StartTime": 1.5, "EndTime": 3.0, "StepStatus": "Succeeded"}
            try:
                work(parameters)
            except ValueError as error:
                made.status, made.reason = "Failed", f"Step '{name}' failed"
                step.update(StepStatus="Failed", FailureReason=str(error))
            made.steps.append(step)
        return made
"""
HEAD = """
import os, pathlib, signal, subprocess, sys, time
import boto3
from sagemaker.workflow.pipeline_context import Pipeline, PipelineSession

def nothing(parameters):
    pass

def get_pipeline(region, role, default_bucket):
    session = PipelineSession(boto3.Session(region_name=region), None, default_bucket)
"""
DOCKER = """#!/bin/sh
case "$1" in
  version) {version} ;;
  compose) {compose} ;;
esac
"""
CONFIG = "models/abalone/mlops-config.json"
RUNS = ".mlops-gitops/pipelines"


class User:
    """Somebody at a command line.

    Args:
        say: runs a command.
        root: of the repository.
    """

    def __init__(self, say: Say, root: Path) -> None:
        self._say = say
        self.root = root

    def starts(self, *words: str) -> Said:
        """Run the pipeline of the script in containers."""
        return self._say(*self.words(*words))

    def words(self, *words: str) -> tuple[str, ...]:
        """Say what is typed."""
        config, root = str(self.root / CONFIG), ("--root", str(self.root))
        return ("pipeline", "start", config, "--docker", *root, *words)

    def asks(self, verb: str, *words: str) -> Said:
        """Ask about the only run."""
        return self._say("pipeline", verb, *words, "--run", str(self.run))

    @property
    def run(self) -> Path:
        """The only run folder."""
        (made,) = [file.parent for file in (self.root / RUNS).glob("*/run.json")]
        return made


Made = Callable[[str], User]


@pytest.fixture
def made(say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    """Somebody whose script goes on like this, with Docker and a stub of the SDK."""
    docker(tmp_path, monkeypatch)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-secret")
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere.sock")

    def made(script: str) -> User:
        root = repository(tmp_path / "repository", HEAD + script, {}, python=PYTHON)
        sdk = root / "models/abalone/sagemaker/workflow"
        sdk.mkdir(parents=True)
        (sdk.parent / "__init__.py").touch()
        (sdk / "__init__.py").touch()
        (sdk / "pipeline_context.py").write_text(CONTEXT, encoding="utf-8")
        return User(say, root)

    return made


PYTHON = str(Path(COMMAND[0]))


def docker(
    folder: Path, monkeypatch: pytest.MonkeyPatch, version: str = ":", compose: str = ":"
) -> None:
    """Put a command docker into the path."""
    bin_ = folder / "bin"
    bin_.mkdir(exist_ok=True)
    (bin_ / "docker").write_text(DOCKER.format(version=version, compose=compose), "utf-8")
    (bin_ / "docker").chmod(0o755)
    monkeypatch.setenv("PATH", f"{bin_}:/usr/bin:/bin")


GOOD = """
    def environment(parameters):
        assert parameters == {"Limit": 3}, parameters
        assert os.environ["DOCKER_HOST"] == "unix:///nowhere.sock"
        assert os.environ["AWS_SECRET_ACCESS_KEY"] == "none"
        s3 = boto3.resource("s3").Bucket("data")
        (found,) = [each.key for each in s3.objects.filter(Prefix="in/")]
        assert s3.Object(found).get()["Body"].read() == b"1,2"
        boto3.client("s3").put_object(Bucket=default_bucket, Key="out/model", Body=b"model")

    return Pipeline(session, ("Prepare", nothing), ("Train", environment))
"""


def test_a_pipeline_runs_by_the_sdk(made: Made, tmp_path: Path) -> None:
    """Steps, logs and objects are read from the run folder; results are not supported."""
    user = made(GOOD)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "rows.csv").write_text("1,2", "utf-8")

    said = user.starts(
        "--parameter", "Limit=3", "--data", f"s3://data/in={tmp_path}/in", "--output", "json"
    )

    told = json.loads(said.out)
    assert (said.code, told["execution"]["PipelineExecutionStatus"]) == (0, "Succeeded"), said
    ends = {each["StepName"]: each["Local"] for each in told["steps"]}
    assert [ends[name]["How"] for name in ("Prepare", "Train", "Never")] == [
        "executed",
        "executed",
        "skipped",
    ]
    steps, log, result = (
        user.asks("steps"),
        user.asks("logs", "Train"),
        user.asks("result", "Train"),
    )
    assert "Jobs ran in containers, in local mode of the SageMaker SDK" in steps.out
    assert log.out == "log of Train\n"
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith("Error: `pipeline result` is not supported with --docker.")
    assert (user.run / "s3/acme-mlops-assets/out/model").read_bytes() == b"model"
    assert (user.root / RUNS / ".gitignore").read_text("utf-8").endswith("\n*\n")
    assert "a-secret" not in said.out + said.err


def test_a_step_that_fails_ends_the_command_with_failure(made: Made) -> None:
    """Its reason is kept; what AWS was asked for in vain is said."""
    user = made(
        """
    def ask(parameters):
        try:
            boto3.client("ecr").get_authorization_token()
        except Exception as error:
            raise ValueError("no image") from error

    return Pipeline(session, ("Train", ask))
"""
    )

    said = user.starts()

    assert said.code == 1
    assert "AWS was asked for ecr:GetAuthorizationToken" in said.err
    assert "docker pull" in said.err
    assert "x Train" in said.out
    assert "no image" in said.out


def test_what_the_sdk_raises_is_why_the_run_failed(made: Made) -> None:
    """Such as a kind of step that local mode does not know."""
    user = made(
        """
    def refuse(parameters):
        raise TypeError("Step type Tuning is not supported in local mode.")

    return Pipeline(session, ("Tune", refuse))
"""
    )

    said = user.starts()

    assert said.code == 1
    assert "Failed. TypeError: Step type Tuning is not supported in local mode." in said.out


WRONG = {
    "no script": ("    raise KeyError('colour')\n", (), 3, "MG383"),
    "no pipeline": ("    return 1\n", (), 3, "MG384"),
    "another parameter": (GOOD, ("--parameter", "Depth=3"), 1, "has no parameter Depth"),
    "another type": (GOOD, ("--parameter", "Limit=high"), 1, "Limit is of type Integer"),
    "another stage": (GOOD, ("--stage", "moon"), 1, "has no stage moon"),
    "no interpreter": (GOOD, ("--python", "/dev/null"), 3, "MG382"),
    **{
        f"with {words[0]}": (GOOD, words, 1, f"{words[0]} means nothing with --docker.")
        for words in (
            ("--local",),
            ("--select", "Train"),
            ("--source", "x"),
            ("--previous", "/"),
            ("--parallelism", "2"),
            ("--no-cache",),
            ("--isolation", "namespaces"),
            ("--wait",),
            ("--yes",),
        )
    },
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_start_makes_no_run(name: str, made: Made) -> None:
    """A mistake is said before anything is written."""
    script, words, code, told = WRONG[name]
    user = made(script)

    said = user.starts(*words)

    assert (said.code, said.out) == (code, ""), said
    assert told in said.err
    assert not (user.root / ".mlops-gitops").exists()


def test_a_config_with_steps_needs_no_sdk(made: Made) -> None:
    """It is said what runs it."""
    user = made(GOOD)
    stop = {"Name": "Stop", "Type": "Fail", "Arguments": {"ErrorMessage": "no"}}
    config = {"pipeline_type": "sagemaker_pipeline", "model_name": "abalone", "steps": [stop]}
    (user.root / CONFIG).write_text(json.dumps(config), "utf-8")

    said = user.starts()

    assert said.code == 1
    assert "--docker runs a pipeline.py in local mode of the SageMaker SDK" in said.err
    assert f"`mlops-gitops pipeline start {CONFIG} --local`" in said.err


LACKS = {
    "client": None,
    "daemon": ("echo Cannot connect to the Docker daemon. >&2; exit 1", ":"),
    "compose": (":", "exit 1"),
}


@pytest.mark.parametrize("lack", LACKS)
def test_without_docker_nothing_begins(
    lack: str, made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, golden: Golden
) -> None:
    """It is said what lacks, and what to do next; no script is run."""
    user = made(f"    open({str(tmp_path / 'mark')!r}, 'w')\n    return 1\n")
    if LACKS[lack] is None:
        monkeypatch.setenv("PATH", str(tmp_path))
    else:
        docker(tmp_path, monkeypatch, *LACKS[lack])

    said = user.starts()

    golden(f"pipeline/docker-without-{lack}", said)
    assert not (user.root / ".mlops-gitops").exists()
    assert not (tmp_path / "mark").exists()


WAITS = """
    here = pathlib.Path({folder!r})

    def wait(parameters):
        words = "import pathlib, signal, sys, time\\n"
        words += "def end(*_): pathlib.Path(sys.argv[1], 'asked').touch(); sys.exit()\\n"
        words += "signal.signal(signal.SIGINT, end)\\n"
        words += "pathlib.Path(sys.argv[1], 'runs').touch()\\n"
        words += "time.sleep(60)\\npathlib.Path(sys.argv[1], 'late').touch()\\n"
        subprocess.run([sys.executable, "-c", words, str(here)])

    return Pipeline(session, ("Train", wait))
"""


def stopped(user: User, folder: Path) -> None:
    """See that the program was asked to end, and that the run folder says so."""
    assert (folder / "asked").exists()
    assert not (folder / "late").exists()
    told = json.loads(user.asks("steps", "--output", "json").out)
    assert told["execution"]["PipelineExecutionStatus"] == "Stopped"
    assert told["steps"][0]["StepStatus"] == "Stopped"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_stops_what_the_sdk_has_started(
    number: signal.Signals, made: Made, tmp_path: Path
) -> None:
    """Its programs get Ctrl-C, which stops containers; the run folder says that it was stopped."""
    user = made(WAITS.format(folder=str(tmp_path)))
    with started(*user.words()) as process:
        until(lambda: (tmp_path / "runs").exists() or process.poll() is not None, 60)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)

    assert process.returncode == 128 + number, err
    assert "Traceback" not in err
    stopped(user, tmp_path)


def test_a_run_is_stopped_from_another_terminal(made: Made, tmp_path: Path) -> None:
    """As a run without containers is; stopping it once more is refused."""
    user = made(WAITS.format(folder=str(tmp_path)))
    with started(*user.words()) as process:
        until(lambda: (tmp_path / "runs").exists() or process.poll() is not None, 60)
        asked = user.asks("stop")
        _, err = process.communicate(timeout=60)

    assert (asked.code, process.returncode) == (0, 1), err
    stopped(user, tmp_path)
    assert user.asks("stop").code == 4
