"""A pull request from branch to production, with a real git server's repository between people."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from builders import ACCOUNTS
from e2e.user import COMMAND, GIT, Answer, User, model
from github_stub import READ_ONLY, TOKEN, GitHub, running

PROGRAM = str(Path(sys.executable).parent / "mlops-gitops")


@pytest.fixture
def github() -> Iterator[GitHub]:
    """A GitHub on loopback."""
    with running(GitHub()) as started:
        yield started


class Runner:
    """Clones what was pushed, as actions/checkout does, and runs one command there."""

    def __init__(self, user: User, github: GitHub, folder: Path) -> None:
        self.origin = folder / "origin.git"
        self._user = user
        self._github = github
        self._folder = folder
        self._runs = 0
        self._git("init", "-q", "--bare", "-b", "main", str(self.origin))
        user.git("remote", "add", "origin", f"file://{self.origin}")

    def push(self, branch: str) -> str:
        """Push what the user has checked out; give its commit."""
        self._user.git("push", "-q", "origin", f"HEAD:{branch}")
        return self._user.git("rev-parse", "HEAD").strip()

    def merge(self, branch: str) -> None:
        """Merge a branch into main, as the button does, on the server's side."""
        clone = self._clone("main")
        self._git("-C", str(clone), "merge", "-q", "--no-ff", "-m", "Merge", f"origin/{branch}")
        self._git("-C", str(clone), "push", "-q", "origin", "HEAD:main")

    def pull_request(
        self,
        branch: str,
        head: str,
        source: str = "acme/models",
        words: tuple[str, ...] = (),
        **environment: str,
    ) -> Answer:
        """Run for a pull request, on the merge that GitHub tests."""
        clone = self._clone("main")
        self._git("-C", str(clone), "checkout", "-q", "--detach")
        self._git("-C", str(clone), "merge", "-q", "--no-ff", "-m", "Merge", f"origin/{branch}")
        request = {"number": 7, "head": {"sha": head, "repo": {"full_name": source}}}
        event = {"pull_request": request}
        return self._run(clone, "pull_request", "refs/pull/7/merge", event, words, **environment)

    def push_to_main(self) -> Answer:
        """Run for what main is now."""
        event = {"repository": {"default_branch": "main"}}
        return self._run(self._clone("main"), "push", "refs/heads/main", event)

    def page(self) -> str:
        """What the last run put on its page."""
        return (self._folder / f"page-{self._runs}").read_text("utf-8")

    def _run(
        self,
        clone: Path,
        name: str,
        reference: str,
        event: Any,
        words: tuple[str, ...] = (),
        **environment: str,
    ) -> Answer:
        file = self._folder / f"event-{self._runs}.json"
        file.write_text(json.dumps(event), encoding="utf-8")
        variables = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self._github.address,
            "GITHUB_BASE_REF": "main",
            "GITHUB_EVENT_NAME": name,
            "GITHUB_EVENT_PATH": str(file),
            "GITHUB_REF": reference,
            "GITHUB_REPOSITORY": "acme/models",
            "GITHUB_RUN_ID": "42",
            "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_STEP_SUMMARY": str(self._folder / f"page-{self._runs}"),
            "GITHUB_TOKEN": TOKEN,
        }
        # As the action runs it: a program that does not look for modules in the working folder.
        done = subprocess.run(
            [PROGRAM, "ci", *words],
            cwd=clone,
            env={**os.environ, **variables, **environment},
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    def _clone(self, branch: str) -> Path:
        self._runs += 1
        clone = self._folder / f"clone-{self._runs}"
        self._git("clone", "-q", "--branch", branch, f"file://{self.origin}", str(clone))
        return clone

    @staticmethod
    def _git(*words: str) -> None:
        subprocess.run([GIT, *words], check=True, capture_output=True)


@pytest.fixture
def runner(user: User, github: GitHub, tmp_path: Path) -> Runner:
    """A repository of which every run has a clone of its own."""
    return Runner(user, github, tmp_path)


def test_a_pull_request_reaches_production(
    user: User, runner: Runner, github: GitHub, name: str
) -> None:
    """Comment; push again, same comment; merge, apply, approve, prod; then nothing is left."""
    user.commit(model(f"{name}-other"))
    runner.push("main")
    user.git("checkout", "-q", "-b", "change")
    user.commit(model(name))
    first = runner.pull_request("change", runner.push("change"))

    assert first.code == 0, first
    assert f"| `{name}` | + create | + create | + create |" in github.comments[0]["body"]
    assert f"{name}-other" not in github.comments[0]["body"]

    user.commit(model(name, inference_instance="ml.m5.xlarge"))
    pushed = runner.push("change")
    second = runner.pull_request("change", pushed)

    assert second.code == 0, second
    (comment,) = github.comments
    assert "ml.m5.xlarge" in comment["body"]
    assert runner.page() == comment["body"]
    assert [check["conclusion"] for check in github.check_runs] == ["success", "success"]
    assert github.check_runs[-1]["head_sha"] == pushed
    assert user.stack(name, "dev") == {}

    runner.merge("change")
    applied = runner.push_to_main()
    assert applied.code == 0, applied
    assert f"mlops-pipeline-{name}-byompipelinerealtimebuiltin  started" in applied.out
    user.settled(name)
    user.lead(name, "staging", "prod")
    for stage in ACCOUNTS:
        assert user.parameters(name, stage)["InferenceInstance"] == "ml.m5.xlarge"

    third = runner.pull_request("change", pushed)
    assert github.check_runs[-1]["output"]["title"] == "No workload is touched", third


def trapped(mark: Path) -> dict[str, str]:
    """Give files of a fork, each of which leaves a mark if anything of it is run."""
    python = f"from pathlib import Path\nPath({str(mark)!r}).write_text(__name__)\n"
    shell = f"#!/bin/sh\ntouch '{mark}'\n"
    yaml = f"!!python/object/apply:os.system [\"touch '{mark}'\"]\n"
    modules = ("mlops_gitops/__init__", "click", "json", "git", "boto3", "httpx", "sitecustomize")
    return {
        **{f"{name}.py": python for name in (*modules, "usercustomize", "conftest", "setup")},
        **dict.fromkeys(("git", "python", "mlops-gitops", "Makefile"), shell),
        "trap.pth": f"import pathlib; pathlib.Path({str(mark)!r}).touch()\n",
        "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "setup"\n',
        ".cfnlintrc": "append_rules: [.]\n",
        ".gitattributes": "* filter=trap diff=trap merge=trap\n",
        ".gitconfig": f'[filter "trap"]\n  smudge = {shell}\n[core]\n  fsmonitor = ./git\n',
        "blueprints/trap/schema.json": '{"$ref": "http://127.0.0.1:9/schema.json"}',
        "blueprints/trap/template.yaml": f"Resources: {yaml}",
        "trap/mlops-config.json": json.dumps({"pipeline_type": "trap", "model_name": yaml}),
    }


def test_a_pull_request_of_a_fork_asks_nobody(
    user: User, runner: Runner, github: GitHub, name: str, tmp_path: Path
) -> None:
    """Annotations, a page and a red job come without token or credentials; nothing of it runs."""
    mark = tmp_path / "mark"
    user.commit(model(name))
    runner.push("main")
    user.git("checkout", "-q", "-b", "fork")
    for path, text in trapped(mark).items():
        (user.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (user.folder / path).write_text(text, encoding="utf-8")
        (user.folder / path).chmod(0o755)
    user.commit(model(name, inference_instance="ml.m5.nonsense"))
    nothing = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "GITHUB_TOKEN": READ_ONLY}

    ended = runner.pull_request(
        "fork",
        runner.push("fork"),
        source="mallory/models",
        **nothing,
        AWS_ENDPOINT_URL="http://127.0.0.1:9",
    )

    assert ended.code == 3, ended  # the job is the check that is required where forks come
    assert f"::error file={name}/mlops-config.json,line=" in ended.out
    assert "::error file=blueprints/trap/" in ended.out
    assert "MG067" in runner.page()
    assert (github.comments, github.check_runs) == ([], [])
    assert github.refused
    assert not mark.exists()

    subprocess.run([*COMMAND, "--help"], cwd=user.folder, check=False, capture_output=True)
    assert mark.exists()  # a Python that looks into the working folder steps into the trap


@pytest.mark.parametrize("words", [(), ("--python", sys.executable)], ids=["", "python"])
def test_a_script_of_a_fork_leaves_no_mark(
    user: User, runner: Runner, tmp_path: Path, name: str, words: tuple[str, ...]
) -> None:
    """Not when it is new, not when it is changed, not with credentials; what is merged is run."""
    mark = tmp_path / "mark"
    user.commit(model(name))
    runner.push("main")
    user.git("checkout", "-q", "-b", "fork")
    folder = user.folder / f"{name}-script"
    folder.mkdir()
    config = {
        "pipeline_type": "sagemaker_pipeline",
        "model_name": f"{name}-script",
        "script": "pipeline.py",
        "python": sys.executable,
    }
    (folder / "mlops-config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "pipeline.py").write_text(_MARKING.format(mark=str(mark)), encoding="utf-8")
    (folder / "sitecustomize.py").write_text(f"open({str(mark)!r}, 'w')", encoding="utf-8")
    (folder / "conftest.py").write_text(f"open({str(mark)!r}, 'w')", encoding="utf-8")
    user.git("add", ".")
    user.git("commit", "-qm", "A script")

    ended = runner.pull_request("fork", runner.push("fork"), "mallory/models", words=words)

    assert ended.code == 5, ended
    assert f"{name}-script/pipeline.py" in runner.page()
    assert not mark.exists()

    own = runner.pull_request("fork", runner.push("fork"), words=words)

    assert own.code == 0, own
    assert mark.exists()


_MARKING = """
import json

open({mark!r}, "w").write("it was run")

class Made:
    def definition(self):
        step = {{"Name": "Stop", "Type": "Fail", "Arguments": {{"ErrorMessage": "no"}}}}
        return json.dumps({{"Version": "2020-12-01", "Parameters": [], "Steps": [step]}})

def get_pipeline():
    return Made()
"""
