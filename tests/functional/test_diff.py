"""`diff` through the front door, in a real git repository and without any AWS."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from builders import SETTINGS, realtime, repository
from functional.conftest import Golden, Said, Say

GIT = {"GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z"}


class History:
    """A repository whose commits are named by tags, and have the same ids everywhere."""

    def __init__(self, folder: Path, say: Say) -> None:
        self._folder = folder
        self._say = say
        self.git("init", "-q", "-b", "main")

    def git(self, *words: str) -> None:
        """Run git."""
        command = ["git", "-c", "core.autocrlf=false", *words]
        subprocess.run(
            command, cwd=self._folder, env={**os.environ, **GIT}, check=True, capture_output=True
        )

    def commit(self, name: str, files: dict[str, bytes]) -> None:
        """Commit these files and no others."""
        for there in self._folder.glob("*/mlops-config.json"):
            there.unlink()
        for path, content in files.items():
            (self._folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self._folder / path).write_bytes(content)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", name)
        self.git("tag", name)

    def diff(self, *words: str) -> Said:
        """Compare two commits; credentials would be of no use."""
        return self._say("diff", *words)


@pytest.fixture
def history(tmp_path: Path, say: Say, monkeypatch: pytest.MonkeyPatch) -> History:
    """Two workloads; v2 makes one bigger, drops the other and adds a third."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    made = History(tmp_path, say)
    made.commit("v1", repository(realtime("churn"), realtime("fraud"), realtime("same")))
    bigger = realtime("churn", inference_instance="ml.m5.xlarge")
    made.commit("v2", repository(bigger, realtime("spam"), realtime("same")))
    return made


@pytest.mark.parametrize("output", ["text", "json", "markdown"])
def test_the_plan_between_two_commits(history: History, golden: Golden, output: str) -> None:
    """What moves, what is new, what is orphaned, and what AWS would have to be asked."""
    said = history.diff("v1", "v2", "--output", output)

    assert said.code == 0
    golden(f"diff/{output}", said)


def test_a_difference_is_an_exit_code_where_that_is_asked_for(history: History) -> None:
    """2 if there is one, 0 if not; without a second commit it is what is checked out."""
    history.commit("v3", repository(realtime("spam")))

    assert history.diff("v1", "v2", "--detailed-exitcode").code == 2
    assert history.diff("v2", "--detailed-exitcode").code == 2
    assert history.diff("v1", "v1", "--detailed-exitcode").code == 0
    assert history.diff("v2", "HEAD~1", "--detailed-exitcode").code == 0


def test_there_and_back_again(history: History) -> None:
    """What one direction adds, the other takes away; values change places."""
    there, back = (
        json.loads(history.diff(*commits, "--output", "json").out)
        for commits in (("v1", "v2"), ("v2", "v1"))
    )

    def moved(told: dict[str, list[dict[str, object]]], *keys: str) -> list[object]:
        summaries = [line for change in told["changes"] for line in change["summary"]]
        return [
            tuple(line[key] for key in keys) for line in summaries if line["name"] == "instance"
        ]

    churn = [change for change in there["changes"] if change["action"] == "update"]
    assert len(churn) == 3
    assert moved({"changes": churn}, "before", "after") == [("ml.m5.large", "ml.m5.xlarge")] * 3
    again = [change for change in back["changes"] if change["action"] == "update"]
    assert moved({"changes": again}, "after", "before") == [("ml.m5.large", "ml.m5.xlarge")] * 3
    assert {each["workload"] for each in there["orphans"]} == {"fraud/byom_realtime_builtin"}
    assert {each["workload"] for each in back["orphans"]} == {"spam/byom_realtime_builtin"}


def test_another_artifact_is_a_change_though_nobody_looked_into_it(history: History) -> None:
    """Two keys whose last parts are alike are never taken for the same content."""
    for number in (1, 2):
        config = realtime("churn", model_artifact_location=f"churn/v{number}/model.tar.gz")
        history.commit(f"m{number}", repository(config))

    said = history.diff("m1", "m2")

    assert "churn/v1/model.tar.gz -> churn/v2/model.tar.gz" in said.out
    assert "Stacks: 3 to change." in said.out


def test_only_trouble_in_what_differs_stops_it(history: History) -> None:
    """Exit 3 names the commit with the place; what is broken on both sides is not looked at."""
    broken = {**repository(realtime("churn")), "bad/mlops-config.json": b"{"}
    history.commit("b1", broken)
    history.commit("b2", {**broken, "README.md": b"new"})

    assert history.diff("b1", "b2").code == 0
    said = history.diff("v2", "b1")
    assert said.code == 3
    assert said.err.startswith("b1:bad/mlops-config.json:1:")


def test_a_stage_or_prefix_that_goes_leaves_orphans(history: History) -> None:
    """Settings touch everything, and what they named before is not forgotten."""
    renamed = SETTINGS.replace("prefix: mlops-pipeline", "prefix: other")
    history.commit("s1", repository(realtime("churn")))
    history.commit("s2", repository(realtime("churn"), settings=renamed))

    told = json.loads(history.diff("s1", "s2", "--output", "json").out)

    assert [change["action"] for change in told["changes"]] == ["create"] * 3
    assert len(told["orphans"]) == 3


def test_a_commit_that_is_not_there_is_told(history: History, golden: Golden) -> None:
    """With the way to get it."""
    golden("diff/no-revision", history.diff("v9", "v1"))
