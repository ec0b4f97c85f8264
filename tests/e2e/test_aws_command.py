"""The stock `aws` command, from PyPI and in an environment of its own, on the embedded AWS."""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from e2e.user import User, eventually, full_name, model

from mlops_gitops.emulator.files import locked

VERSION = "1.46.2"
HOME = Path(__file__).parents[2] / ".venv-aws"
"""Kept between runs and ignored by git, because pip takes its time."""
PLAN_ROLE = "arn:aws:iam::333333333333:role/mlops-gitops-plan"

Aws = Callable[..., Any]
"""Runs `aws` with these words and gives its JSON; keywords are more exports."""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def program() -> Path:
    """The `aws` command, installed by pip into an environment of its own."""
    HOME.mkdir(exist_ok=True)
    with locked(HOME / "lock", fcntl.LOCK_EX):
        done = HOME / VERSION
        if not done.exists():
            install()
            done.touch()
    return HOME / "bin" / "aws"


def install() -> None:
    """Make the environment, past the proxy that keeps tests off the network."""
    proxies = {"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"}
    outside = {name: value for name, value in os.environ.items() if name not in proxies}
    subprocess.run([sys.executable, "-m", "venv", str(HOME)], check=True)
    pip = [str(HOME / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
    pip += ["--retries", "1", f"awscli=={VERSION}"]
    installed = subprocess.run(pip, env=outside, check=False, capture_output=True, text=True)
    if installed.returncode != 0:
        last = installed.stderr.strip().splitlines()[-1]
        pytest.skip(f"pip cannot install awscli=={VERSION}: {last}")


@pytest.fixture
def aws_command(program: Path, user: User) -> Aws:
    """`aws`, in a shell that has evaluated what `local env` prints, and nothing else of AWS."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    nowhere = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    exports = user.ran("local", "env", XDG_STATE_HOME=str(user.running.state_dir.parents[1]))
    assert exports.code == 0, exports
    shell = f'{exports.out}\nexport "$@"\nexec "$AWS_PROGRAM" $WORDS'

    def aws(words: str, **more: str) -> Any:
        given = [f"{name}={value}" for name, value in {"AWS_PAGER": "", **more}.items()]
        done = subprocess.run(
            ["/bin/sh", "-c", shell, "sh", *given],
            env={**clean, **nowhere, "AWS_PROGRAM": str(program), "WORDS": words},
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, (words, done.stderr)
        return json.loads(done.stdout) if done.stdout.strip() else {}

    return aws


def test_the_aws_command_sees_approves_and_starts(aws_command: Aws, user: User, name: str) -> None:
    """Pipelines, state, change sets of a stage account, an approval, executions, a start."""
    user.commit(model(name))
    user.did("apply")
    user.settled(name)
    pipeline = full_name(name)

    listed = aws_command("codepipeline list-pipelines")["pipelines"]
    assert pipeline in {each["name"] for each in listed}
    [token, stage] = pending(aws_command, pipeline)
    assert stage == "DeployStaging"
    [execution] = executions(aws_command, pipeline)
    assert execution["status"] == "InProgress"

    plan = assumed(aws_command)
    stack = f"{pipeline}-staging"
    [found] = aws_command(f"cloudformation describe-stacks --stack-name {stack}", **plan)["Stacks"]
    assert found["StackStatus"] == "REVIEW_IN_PROGRESS"
    [summary] = aws_command(f"cloudformation list-change-sets --stack-name {stack}", **plan)[
        "Summaries"
    ]
    assert summary["ChangeSetName"] == f"mg-{execution['pipelineExecutionId']}"
    shown = aws_command(
        f"cloudformation describe-change-set --stack-name {stack}"
        f" --change-set-name {summary['ChangeSetName']}",
        **plan,
    )
    assert "AWS::SageMaker::Endpoint" in {
        each["ResourceChange"]["ResourceType"] for each in shown["Changes"]
    }

    aws_command(
        f"codepipeline put-approval-result --pipeline-name {pipeline} --stage-name {stage}"
        f" --action-name Approve --token {token} --result summary=fine,status=Approved"
    )
    eventually(lambda: "DeployProd" in pending(aws_command, pipeline))
    [found] = aws_command(f"cloudformation describe-stacks --stack-name {stack}", **plan)["Stacks"]
    assert found["StackStatus"] == "CREATE_COMPLETE"
    assert "fine  (approved without a digest)" in user.did("history", name)

    started = aws_command(f"codepipeline start-pipeline-execution --name {pipeline}")
    [newest, _] = executions(aws_command, pipeline)
    assert newest["pipelineExecutionId"] == started["pipelineExecutionId"]


def pending(aws_command: Aws, pipeline: str) -> list[str]:
    """Token and stage of the approval that waits; nothing if none does."""
    state = aws_command(f"codepipeline get-pipeline-state --name {pipeline}")
    for stage in state["stageStates"]:
        for action in stage["actionStates"]:
            latest = action.get("latestExecution", {})
            if latest.get("status") == "InProgress" and "token" in latest:
                return [latest["token"], stage["stageName"]]
    return []


def executions(aws_command: Aws, pipeline: str) -> list[dict[str, Any]]:
    """Executions that somebody started, newest first."""
    answer = aws_command(f"codepipeline list-pipeline-executions --pipeline-name {pipeline}")
    return [
        each
        for each in answer["pipelineExecutionSummaries"]
        if each["trigger"]["triggerType"] == "StartPipelineExecution"
    ]


def assumed(aws_command: Aws) -> dict[str, str]:
    """Exports of a session of the staging account's plan role."""
    answer = aws_command(f"sts assume-role --role-arn {PLAN_ROLE} --role-session-name look")
    return {
        "AWS_ACCESS_KEY_ID": answer["Credentials"]["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": answer["Credentials"]["SecretAccessKey"],
        "AWS_SESSION_TOKEN": answer["Credentials"]["SessionToken"],
    }
