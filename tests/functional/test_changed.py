"""`--changed-since` through the front door, in a real git repository."""

import json
import subprocess
from pathlib import Path

import pytest
from builders import Trial, realtime, trial
from functional.conftest import Golden, Say

from mlops_gitops.use_cases.world import World


def git(*words: str) -> None:
    """Run git in the working folder."""
    command = ["git", *words]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three workloads on main, of which another branch changes one; one is broken on main."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path, trial(realtime("churn"), realtime("fraud"), realtime("spam")))
    (tmp_path / "spam" / "mlops-config.json").write_text("{")
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-qm", "First")
    git("checkout", "-qb", "change")
    return tmp_path


def write(folder: Path, made: Trial) -> None:
    """Put what is committed on disk."""
    for path, content in made.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def test_validate_tells_what_is_wrong_with_a_change(repository: Path, say: Say) -> None:
    """Others' mistakes are not told, and do not count; a change of nothing is no error."""
    assert say("validate").code == 3
    said = say("validate", "--changed-since", "main")
    assert (said.code, said.out, said.err) == (0, "", "0 configs checked, no problems.\n")

    (repository / "churn" / "mlops-config.json").write_text(json.dumps(realtime("fraud")))
    said = say("validate", "--changed-since", "main")

    assert said.code == 3
    assert said.out.startswith("churn/mlops-config.json:1:")
    assert "MG070" in said.out
    assert said.err == "1 config checked, 1 problem.\n"


@pytest.mark.usefixtures("repository")
def test_wrong_calls_are_told(say: Say, golden: Golden) -> None:
    """No such revision; paths and a revision at once."""
    golden("changed/no-revision", say("validate", "--changed-since", "origin/main"))
    golden("changed/both", say("validate", "churn", "--changed-since", "main"))


def test_plan_tells_what_a_change_deploys(
    say: Say, golden: Golden, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of two workloads, with the commit that it is told from; exit codes as ever."""
    made = trial(realtime("churn"), realtime("fraud"))
    write(tmp_path, made)
    monkeypatch.chdir(tmp_path)
    made.remember("main")

    def world(since: str) -> World:
        return made.changed_world(since)

    golden("changed/plan-nothing", say("plan", "--changed-since", "main", world=world))
    made.commit(realtime("fraud", inference_instance="ml.m5.xlarge"))
    said = say("plan", "--changed-since", "main", "--detailed-exitcode", world=world)
    assert said.code == 2
    golden("changed/plan", said)
