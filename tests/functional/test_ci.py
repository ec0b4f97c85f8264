"""`ci` through the front door: events, logs, pages and exit codes."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from builders import Trial, realtime, trial
from functional.conftest import Golden, Said, Say
from github_stub import READ_ONLY, TOKEN, GitHub, running

from mlops_gitops.use_cases.world import World

FORK = "mallory/models"


class Run:
    """A clone of a repository in a step of GitHub Actions, started by a pull request."""

    def __init__(
        self, folder: Path, say: Say, github: GitHub, setenv: Callable[[str, str], None]
    ) -> None:
        self.folder = folder / "clone"
        self.github = github
        self._origin = folder / "origin"
        self._event = folder / "event.json"
        self._files = {name: folder / name for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")}
        self._say = say
        self._setenv = setenv
        self.made: Trial = trial(realtime("churn"), realtime("fraud"))
        self._write(self._origin)
        git(self._origin, "init", "-q", "-b", "main")
        git(self._origin, "add", ".")
        git(self._origin, "commit", "-qm", "First")
        git(folder, "clone", "-q", f"file://{self._origin}", str(self.folder))
        self.made.remember("origin/main")

    def _write(self, folder: Path) -> None:
        for path, content in self.made.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)

    def change(self, **fields: object) -> None:
        """Propose another config of the workload `fraud`."""
        self.made.commit(realtime("fraud", **fields))
        self.commit()

    def commit(self) -> None:
        """Commit what the repository should hold."""
        self._write(self.folder)
        git(self.folder, "add", "-A")
        git(self.folder, "commit", "-q", "--allow-empty", "-m", "A change")

    def start(self, name: str, event: object, reference: str = "refs/pull/7/merge") -> None:
        """Set what GitHub Actions sets."""
        self._event.write_text(json.dumps(event), encoding="utf-8")
        for variable, value in {
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": name,
            "GITHUB_EVENT_PATH": str(self._event),
            "GITHUB_REPOSITORY": "acme/models",
            "GITHUB_API_URL": self.github.address,
            "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_RUN_ID": "42",
            "GITHUB_BASE_REF": "main",
            "GITHUB_REF": reference,
            "GITHUB_SHA": "e" * 40,
            **{name: str(file) for name, file in self._files.items()},
        }.items():
            self._setenv(variable, value)

    def propose(self, source: str = "acme/models", token: str = TOKEN) -> None:
        """Start for a pull request."""
        head = {"sha": "d" * 40, "repo": {"full_name": source}}
        self._setenv("GITHUB_TOKEN", token)
        self.start("pull_request", {"pull_request": {"number": 7, "head": head}})

    def ci(self, *words: str) -> Said:
        """Run the command in a cloud in memory."""

        def world(since: str | None = None) -> World:
            return self.made.world() if since is None else self.made.changed_world(since)

        return self._say("ci", *words, world=world)

    def page(self) -> str:
        """What the step put on the run's page."""
        return self._files["GITHUB_STEP_SUMMARY"].read_text("utf-8")

    def put_out(self) -> str:
        """What the step handed on."""
        return self._files["GITHUB_OUTPUT"].read_text("utf-8")


def git(folder: Path, *words: str) -> None:
    """Run git."""
    command = ["git", "-C", str(folder), *words]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture
def github() -> Iterator[GitHub]:
    """A GitHub on loopback."""
    with running(GitHub()) as started:
        yield started


@pytest.fixture
def run(tmp_path: Path, say: Say, github: GitHub, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Two workloads on main."""
    made = Run(tmp_path, say, github, monkeypatch.setenv)
    monkeypatch.chdir(made.folder)
    return made


def test_a_pull_request_is_planned_and_told_everywhere(run: Run, golden: Golden) -> None:
    """Log, page, comment, check, plan.json and outputs; pushed again, the comment is the same."""
    run.propose()
    run.change(inference_instance="ml.m5.xlarge")

    said = run.ci()

    assert said.code == 0
    assert said.out.startswith("::stop-commands::")
    assert "Stacks: 3 to create." in said.out
    (comment,) = run.github.comments
    assert comment["body"] == run.page()
    assert "| `fraud` | + create | + create | + create |" in comment["body"]
    assert "churn" not in comment["body"]
    (check,) = run.github.check_runs
    assert (check["name"], check["head_sha"]) == ("mlops-gitops/plan", "d" * 40)
    assert (check["conclusion"], check["output"]["title"]) == ("success", "1 workload to change")
    assert json.loads((run.folder / "plan.json").read_text("utf-8"))["schema_version"] == 1
    assert run.put_out() == "plan=plan.json\nchanges=true\n"
    golden("ci/planned", Said(said.code, "", said.err))

    run.change(inference_instance="ml.m5.2xlarge")
    assert run.ci("--detailed-exitcode").code == 2
    assert "ml.m5.2xlarge" in run.github.comments[0]["body"]
    assert (len(run.github.comments), len(run.github.check_runs)) == (1, 2)


def test_what_the_settings_forbid_is_not_to_be_merged(run: Run) -> None:
    """Exit 3 and a failed check, for `apply` would refuse it; the plan is told all the same."""
    run.propose()
    settings = run.made.files["mlops-gitops.yaml"].replace(
        b"{name: prod,", b"{name: prod, block: [cost],"
    )
    run.made.files["mlops-gitops.yaml"] = settings
    run.made.remember("origin/main")
    run.change(inference_instance="ml.m5.xlarge")

    said = run.ci()

    assert said.code == 3
    (check,) = run.github.check_runs
    assert (check["conclusion"], check["output"]["title"]) == (
        "failure",
        "This would be refused",
    )
    (comment,) = run.github.comments
    assert comment["body"] == run.page()
    assert "! mlops-pipeline-fraud-byompipelinerealtimebuiltin / prod: prod blocks this: cost" in (
        run.page()
    )
    assert run.page().splitlines()[-1].startswith("Next: do not merge this")
    assert json.loads((run.folder / "plan.json").read_text("utf-8"))["refused"]
    assert run.put_out() == "plan=plan.json\nchanges=true\n"


def test_a_change_of_nothing_is_reported_too(run: Run) -> None:
    """A required check always comes."""
    run.propose()
    run.made.files["README.md"] = b"new"
    run.commit()

    assert run.ci("--detailed-exitcode").code == 0
    assert run.github.check_runs[0]["output"]["title"] == "No workload is touched"
    assert run.put_out() == "plan=plan.json\nchanges=false\n"


def test_an_invalid_pull_request_is_annotated(run: Run, golden: Golden) -> None:
    """Exit 3; an annotation at the line, the table on page and comment, a failed check."""
    run.propose()
    run.made.files["fraud/mlops-config.json"] = b'{"pipeline_type": "byom_realtime_buildin"}'
    run.commit()

    said = run.ci()

    assert said.code == 3
    assert said.out.startswith("::error file=fraud/mlops-config.json,line=1,")
    assert run.github.check_runs[0]["conclusion"] == "failure"
    assert "MG031" in run.github.comments[0]["body"]
    assert not (run.folder / "plan.json").exists()
    golden("ci/invalid", said)
    golden("ci/invalid-page", run.page())


def test_what_aws_does_not_have_is_annotated_too(run: Run) -> None:
    """An artifact that nobody uploaded, at its line."""
    run.propose()
    run.change(model_artifact_location="fraud/v2.tar.gz")

    said = run.ci()

    assert said.code == 3
    assert "::error file=fraud/mlops-config.json," in said.out
    assert run.github.check_runs[0]["conclusion"] == "failure"


def test_a_fork_is_validated_offline(run: Run, golden: Golden) -> None:
    """AWS is not asked although it is there; the token may write nothing, and that is said."""
    run.propose(FORK, READ_ONLY)
    run.change(inference_instance="ml.m5.xlarge")

    said = run.ci()

    assert said.code == 0
    assert (run.github.comments, run.github.check_runs) == ([], [])
    assert run.github.refused
    assert not (run.folder / "plan.json").exists()
    golden("ci/fork", re_addressed(said, run.github))
    golden("ci/fork-page", run.page())


def test_a_script_of_a_fork_is_not_run(run: Run, tmp_path: Path) -> None:
    """It is said, and the exit code says that nothing was compared; the mark is missing."""
    mark = tmp_path / "mark"
    run.propose(FORK, READ_ONLY)
    config = {"pipeline_type": "sagemaker_pipeline", "model_name": "pine", "script": "pipeline.py"}
    run.made.files["pine/mlops-config.json"] = json.dumps(config).encode()
    run.made.files["pine/pipeline.py"] = f"open({str(mark)!r}, 'w')\n".encode()
    run.commit()

    said = run.ci()

    assert said.code == 5, said
    assert "pine/pipeline.py" in said.out
    assert "Not run" in run.page()
    assert run.github.refused
    assert not mark.exists()


def test_a_broken_fork_is_annotated(run: Run) -> None:
    """Exit 3 and the annotations, which need no token."""
    run.propose(FORK, READ_ONLY)
    run.made.files["fraud/mlops-config.json"] = b"{"
    run.commit()

    said = run.ci()

    assert said.code == 3
    assert "::error file=fraud/mlops-config.json," in said.out
    assert "MG0" in run.page()


def test_without_credentials_a_change_is_validated(
    run: Run, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check is neither green nor red, and comment and page say why."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    run.propose()
    run.change(inference_instance="ml.m5.xlarge")

    said = say("ci")

    assert said.code == 0
    assert run.github.check_runs[0]["conclusion"] == "neutral"
    assert "There are no credentials of AWS." in run.github.comments[0]["body"]
    assert "::warning title=mlops-gitops::Not planned." in said.out


def test_a_shallow_clone_is_told_with_its_cure(
    run: Run, say: Say, golden: Golden, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 1, and the check fails instead of never coming."""
    run.propose()
    command = ["git", "clone", "-q", "--depth=1", f"file://{run.folder}", str(tmp_path / "shallow")]
    subprocess.run(command, check=True, capture_output=True)
    git(tmp_path / "shallow", "remote", "rename", "origin", "other")
    monkeypatch.chdir(tmp_path / "shallow")

    said = say("ci")

    assert said.code == 1
    assert run.github.check_runs[0]["conclusion"] == "failure"
    golden("ci/shallow", said)


def test_the_default_branch_is_applied(run: Run) -> None:
    """And again, nothing is started twice."""
    run.start("push", {"repository": {"default_branch": "main"}}, "refs/heads/main")

    said = run.ci()

    assert said.code == 0
    assert said.out.count("  started") == 2
    assert "### Applied" in run.page()
    assert run.ci().out.count("  under way") == 2


def test_a_default_branch_that_is_invalid_applies_nothing(run: Run) -> None:
    """Exit 3, annotated."""
    run.start("push", {"repository": {"default_branch": "main"}}, "refs/heads/main")
    run.made.files["fraud/mlops-config.json"] = b"{"

    said = run.ci()

    assert said.code == 3
    assert "::error file=fraud/mlops-config.json," in said.out


def test_elsewhere_flags_say_what_to_do(run: Run, golden: Golden) -> None:
    """Without one, or with both, nothing is done."""
    golden("ci/nothing", run.ci())
    golden("ci/both", run.ci("--apply", "--changed-since", "origin/main"))
    run.change(inference_instance="ml.m5.xlarge")

    planned = run.ci("--changed-since", "origin/main", "--plan-file", "mine.json")

    assert planned.code == 0
    assert planned.out.startswith("Plan of commit")
    assert (run.folder / "mine.json").exists()
    assert run.ci("--apply").out.count("  started") == 2


def re_addressed(said: Said, github: GitHub) -> Said:
    """Leave out what differs from run to run."""
    return Said(said.code, said.out, said.err.replace(github.address, "http://github"))
