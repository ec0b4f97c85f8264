"""A user of the command line: a git repository, a terminal, and hands on the AWS console."""

import contextlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from builders import ACCOUNTS, BUCKET, ORCHESTRATOR, SETTINGS, realtime
from embedded_aws import client
from embedded_stacks import listed
from forked import Forked, start

from mlops_gitops import app
from mlops_gitops.adapters.git import GitCommits
from mlops_gitops.adapters.git_branches import GitBranches
from mlops_gitops.cli import main
from mlops_gitops.desired.names import workload_stack
from mlops_gitops.emulator.lifecycle import Running
from mlops_gitops.use_cases.approve import pending_approvals
from mlops_gitops.use_cases.find import find_workload
from mlops_gitops.use_cases.status import status
from mlops_gitops.use_cases.world import World
from mlops_gitops.views.status_text import status_text

_T = TypeVar("_T")
ARTIFACT = "shared/model.tar.gz"
GIT = shutil.which("git") or "git"
console = cache(client)
"""Making a client takes longer than most of its calls."""
COMMAND = (sys.executable, "-c", "from mlops_gitops.cli import main; main()")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody with a repository, at the embedded AWS.

    Attributes:
        folder: root of the repository.
        opened: a world of the same settings, which took its time to connect.
    """

    folder: Path
    running: Running
    opened: World | None = None

    def run(self, *words: str) -> Answer:
        """Run a command here and now; what the program does at its start is done already."""
        out, err, before = io.StringIO(), io.StringIO(), sys.argv
        sys.argv = ["mlops-gitops", *words, "--root", str(self.folder)]
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                main(lambda _root: self.world())
        except SystemExit as ended:
            return Answer(int(ended.code or 0), out.getvalue(), err.getvalue())
        finally:
            sys.argv = before
        raise AssertionError("The command line always exits.")

    def did(self, *words: str) -> str:
        """Run a command that must succeed; give what it printed."""
        answer = self.run(*words)
        assert answer.code == 0, answer
        return answer.out

    def spawn(self, *words: str, script: Path | None = None, **environment: str) -> Forked:
        """Start a command, or a script around it, in a process of its own, in the repository."""
        wanted = {**os.environ, **environment}
        return start(*words, folder=self.folder, environment=wanted, script=script)

    def ran(self, *words: str, script: Path | None = None, **environment: str) -> Answer:
        """Run a command in a process of its own, to its end."""
        process = self.spawn(*words, script=script, **environment)
        out, err = process.communicate(timeout=60)
        return Answer(process.returncode or 0, out, err)

    def interrupted(self, *words: str) -> tuple[int, str]:
        """Press Ctrl-C once a command has said something; give its code and its last words."""
        process = self.spawn(*words)
        assert process.stderr.readline()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        assert "Traceback" not in err
        return process.returncode or 0, err.splitlines()[-1]

    def write(self, *configs: Mapping[str, Any]) -> None:
        """Write configs, each in a folder called like its model."""
        for config in configs:
            file = self.folder / config["model_name"] / "mlops-config.json"
            file.parent.mkdir(exist_ok=True)
            file.write_text(json.dumps(config, indent=2), encoding="utf-8")

    def commit(self, *configs: Mapping[str, Any]) -> str:
        """Write configs and commit everything; give the commit's id."""
        self.write(*configs)
        self.git("add", "-A")
        self.git("commit", "-qm", "a change")
        return self.git("rev-parse", "HEAD").strip()

    def git(self, *words: str) -> str:
        """Run git in the repository; give what it printed."""
        done = subprocess.run(
            [GIT, *words], cwd=self.folder, check=True, capture_output=True, text=True
        )
        return done.stdout

    def world(self) -> World:
        """The world as a command opens it, but with the connections of the one before."""
        before = self.opened or app.world_on_aws(self.folder)
        repository = app.repository_on_disk(self.folder)
        world = replace(
            before,
            repository=repository,
            commits=GitCommits(str(self.folder)),
            branches=GitBranches(str(self.folder)),
            scripts=app.pipeline_scripts(self.folder),
        )
        if not (self.folder / "blueprints").exists():
            return world
        return replace(
            world,
            data=app.repository_data(self.folder),
            blueprints=app.repository_blueprints(self.folder),
        )

    def aws(self, service: str, account: str = ORCHESTRATOR) -> Any:
        """The console of an account, as its root."""
        return console(self.running, service, account)

    def runs_of(self, stack: str, logical_id: str) -> list[dict[str, Any]]:
        """Describe every execution of a state machine of the orchestrator's account."""
        states, cloudformation = self.aws("stepfunctions"), self.aws("cloudformation")
        machine = cloudformation.describe_stack_resource(
            StackName=stack, LogicalResourceId=logical_id
        )["StackResourceDetail"]["PhysicalResourceId"]
        return [
            states.describe_execution(executionArn=each["executionArn"])
            for each in states.list_executions(stateMachineArn=machine)["executions"]
        ]

    def stack(self, model: str, stage: str) -> dict[str, Any]:
        """Describe a workload's stack in a stage; empty if there is none."""
        return self.stack_named(f"{full_name(model)}-{stage}", ACCOUNTS[stage])

    def change(self, model: str, stage: str, **parameters: str) -> None:
        """Change a stack by hand, as somebody with the console would."""
        before = self.parameters(model, stage)
        cloudformation = self.aws("cloudformation", ACCOUNTS[stage])
        cloudformation.update_stack(
            StackName=f"{full_name(model)}-{stage}",
            UsePreviousTemplate=True,
            Parameters=listed({**before, **parameters}),
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        eventually(lambda: self.stack(model, stage)["StackStatus"] == "UPDATE_COMPLETE")

    def stack_named(self, name: str, account: str) -> dict[str, Any]:
        """Describe a stack; empty if there is none."""
        cloudformation = self.aws("cloudformation", account)
        try:
            found: dict[str, Any] = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        except cloudformation.exceptions.ClientError as error:
            if "does not exist" in str(error):
                return {}
            raise
        return found

    def parameters(self, model: str, stage: str) -> dict[str, str]:
        """Parameters of a workload's stack in a stage."""
        stack = self.stack(model, stage)
        return {
            each["ParameterKey"]: each["ParameterValue"] for each in stack.get("Parameters", [])
        }

    def executions(self, model: str) -> list[dict[str, Any]]:
        """Executions that carried a bundle, newest first."""
        answer = self.aws("codepipeline").list_pipeline_executions(pipelineName=full_name(model))
        return [
            each
            for each in answer["pipelineExecutionSummaries"]
            if each["trigger"]["triggerType"] == "StartPipelineExecution"
        ]

    def settled(self, *models: str) -> str:
        """Wait until nothing moves without a person; give what `status` prints then.

        Args:
            models: served in realtime; none for all workloads of the repository, of any type.
        """
        return self._settled(self.world(), models)

    def lead(self, model: str, *stages: str) -> str:
        """Approve one stage after the other; give what `status` prints at the end."""
        world = self.world()
        shown = self._settled(world, (model,))
        for stage in stages:
            waiting = self.waiting(model)
            self.approve(model, stage)
            eventually(lambda before=waiting: self.waiting(model) != before)  # type: ignore[misc]  # bound at once
            shown = self._settled(world, (model,))
        return shown

    def approve(self, workload: str, stage: str) -> str:
        """Approve what waits in a stage, by its digest; give what was printed."""
        world = self.world()
        pending = pending_approvals(world, find_workload(world, workload))
        digest = next(each.digest for each in pending if each.stage == stage)
        return self.did("approve", workload, "--stage", stage, "--digest", digest, "--yes")

    def waiting(self, model: str) -> set[str]:
        """Tokens of the approvals that wait."""
        return {run["token"] for run in self._running(full_name(model)) if "token" in run}

    def _running(self, pipeline: str) -> list[dict[str, Any]]:
        codepipeline = self.aws("codepipeline")
        try:
            state = codepipeline.get_pipeline_state(name=pipeline)
        except codepipeline.exceptions.PipelineNotFoundException:
            return []
        actions = [action for stage in state["stageStates"] for action in stage["actionStates"]]
        runs = [action.get("latestExecution", {}) for action in actions]
        return [run for run in runs if run.get("status") == "InProgress"]

    def _settled(self, world: World, models: tuple[str, ...]) -> str:
        only = tuple(map(full_name, models))
        declared = (workload_stack(world.settings, each) for each in world.repository.configs)
        names = only or tuple(declared)

        def look() -> str:
            # Asking for the status of everything is dear, so what surely moves is left alone.
            if any("token" not in run for name in names for run in self._running(name)):
                return ""
            found = status(world, frozenset(only))
            return status_text(found) if all(each.is_settled for each in found) else ""

        return eventually(look, 120)


def full_name(model: str) -> str:
    """Name a workload's delivery pipeline, which is the first part of its stacks' names."""
    return f"mlops-pipeline-{model}-byompipelinerealtimebuiltin"


def single_account(account: str) -> str:
    """Settings with one stage and no gate, in an account of one's choice."""
    head, _, tail = SETTINGS.partition("stages:\n")
    _, _, tail = tail.partition("notifications:")
    return f'{head}stages: [{{name: live, account: "{account}"}}]\nnotifications:{tail}'


def model(name: str, **fields: Any) -> dict[str, Any]:
    """Declare a realtime workload whose artifact is there; `fields` overrides."""
    return realtime(name, **{"model_artifact_location": ARTIFACT, **fields})


def registered(user: User, name: str) -> str:
    """Register a model package in the orchestrator account; give its ARN."""
    sagemaker = user.aws("sagemaker")
    group = f"{name}-group"
    with contextlib.suppress(sagemaker.exceptions.ClientError):
        sagemaker.create_model_package_group(
            ModelPackageGroupName=group, ModelPackageGroupDescription="of a test"
        )
    container = {"Image": "registry/image:1", "ModelDataUrl": f"s3://{BUCKET}/{ARTIFACT}"}
    answer = sagemaker.create_model_package(
        ModelPackageGroupName=group,
        ModelApprovalStatus="Approved",
        InferenceSpecification={
            "Containers": [container],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
    )
    return str(answer["ModelPackageArn"])


def packaged(name: str, package: str, **fields: Any) -> dict[str, Any]:
    """Declare a realtime workload that serves a model package."""
    declared = {
        "pipeline_type": "byom_realtime_builtin",
        "model_name": name,
        "model_package_name": package,
        "inference_instance": "ml.m5.large",
        "data_capture_location": f"acme-capture/{name}",
        "endpoint_name": {stage: f"{name}-{stage}" for stage in ACCOUNTS},
    }
    return {**declared, **fields}


def upload_artifact(running: Running) -> None:
    """Put the artifact that every workload names into the assets bucket."""
    client(running, "s3").put_object(Bucket=BUCKET, Key=ARTIFACT, Body=b"a model")


def eventually(look: Callable[[], _T], seconds: float = 60.0) -> _T:
    """Look again and again until there is something to see; give it."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.2)
    return seen
