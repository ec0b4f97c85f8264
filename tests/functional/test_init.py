"""`init` through the front door: what it writes is right where it is read, and nothing is lost."""

import io
import sys
from pathlib import Path

import pytest
from ci_files import ROOT, against_schema, audited, read_yaml
from functional.conftest import Golden, Said, Say

COMMIT = "1f" * 20
ACCOUNTS = ("--orchestrator", "111111111111", "--region", "us-east-1", "--bucket", "acme-models")
STAGES = ("--stage", "dev=222222222222", "--stage", "prod=333333333333")
GIVEN = (*ACCOUNTS, *STAGES, "--pin", COMMIT)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder; commands run in it."""
    empty = tmp_path / "models"
    empty.mkdir()
    monkeypatch.chdir(empty)
    return empty


def written(folder: Path) -> str:
    """Put all files of a folder into one text."""
    return "\n".join(
        f"=== {path.relative_to(folder).as_posix()}\n{path.read_text('utf-8')}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    )


@pytest.mark.parametrize("ci", ["github", "gitlab", "none"])
def test_a_repository_begins(ci: str, folder: Path, say: Say, golden: Golden) -> None:
    """Every file as a person finds it, and what is told to do next; all of it is valid."""
    named = ("--owner", "@acme/ml", "--repository", "acme/models")
    golden(f"init/{ci}", say("init", *GIVEN, "--ci", ci, *named))
    golden(f"init/{ci}-files", written(folder))

    assert str(say("validate")) == "--- stderr, exit 0\n1 config checked, no problems.\n"


def test_github_takes_what_is_written(folder: Path, say: Say) -> None:
    """The workflow has the form that GitHub wants, and nothing in it worries a security linter."""
    say("init", *GIVEN)
    workflows = folder / ".github" / "workflows"

    assert not against_schema(workflows / "mlops-gitops.yml", "github-workflows")
    assert not audited(workflows)


def test_gitlab_takes_what_is_written(folder: Path, say: Say) -> None:
    """The file has the form that GitLab wants, and sets only what the template knows."""
    say("init", *GIVEN, "--ci", "gitlab")
    file = folder / ".gitlab-ci.yml"
    template = read_yaml(ROOT / "templates" / "gitlab" / "mlops-gitops.yml")

    assert not against_schema(file, "gitlab-ci")
    assert set(read_yaml(file)["variables"]) <= set(template["variables"])
    assert f"/{COMMIT}/templates/gitlab/mlops-gitops.yml" in read_yaml(file)["include"][0]["remote"]


def test_the_workflow_fits_those_it_calls(folder: Path, say: Say) -> None:
    """What it hands over are inputs of the called workflow; it grants what that one asks for."""
    say("init", *GIVEN)

    for job in read_yaml(folder / ".github/workflows/mlops-gitops.yml")["jobs"].values():
        path, _, pin = job["uses"].partition("@")
        called = read_yaml(ROOT / path.removeprefix("mlops-gitops/mlops-gitops/"))
        inputs = called["on"]["workflow_call"]["inputs"]
        (asked,) = (each["permissions"] for each in called["jobs"].values())

        assert pin == COMMIT
        assert {name for name, each in inputs.items() if each.get("required")} <= set(job["with"])
        assert set(job["with"]) <= set(inputs)
        assert job["permissions"] == asked


def test_the_settings_trust_the_environment_that_applies(folder: Path, say: Say) -> None:
    """The subject that the role wants is what the called workflow runs in."""
    say("init", *GIVEN, "--repository", "acme/models", "--branch", "trunk")
    called = read_yaml(ROOT / ".github/workflows/apply.yml")["on"]["workflow_call"]["inputs"]

    assert read_yaml(folder / "mlops-gitops.yaml")["ci"] == {
        "github": {
            "repository": "acme/models",
            "branch": "trunk",
            "environment": called["environment"]["default"],
        }
    }


def test_without_a_repository_it_is_asked_for_next(folder: Path, say: Say, golden: Golden) -> None:
    """Nobody is trusted by accident: what is to be said is told."""
    golden("init/no-repository", say("init", *GIVEN))

    assert "ci" not in read_yaml(folder / "mlops-gitops.yaml")


def test_the_hook_that_is_asked_for_is_there(folder: Path, say: Say) -> None:
    """pre-commit finds it under that name, at that commit."""
    say("init", *GIVEN)

    (repository,) = read_yaml(folder / ".pre-commit-config.yaml")["repos"]
    offered = [hook["id"] for hook in read_yaml(ROOT / ".pre-commit-hooks.yaml")]
    assert repository["rev"] == COMMIT
    assert [hook["id"] for hook in repository["hooks"]] == offered


def test_what_is_there_stays(folder: Path, say: Say, golden: Golden) -> None:
    """If one file exists, all that exist are named and nothing is written."""
    (folder / "CODEOWNERS").write_text("* @me\n", encoding="utf-8")
    (folder / "mlops-gitops.yaml").symlink_to("elsewhere.yaml")

    golden("init/already-there", say("init", *GIVEN, "--ci", "none"))

    assert sorted(each.name for each in folder.iterdir()) == ["CODEOWNERS", "mlops-gitops.yaml"]
    assert (folder / "CODEOWNERS").read_text(encoding="utf-8") == "* @me\n"


def test_a_second_time_changes_nothing(folder: Path, say: Say) -> None:
    """Running it again names every file of the first time."""
    first = say("init", *GIVEN)
    before = written(folder)

    again = say("init", *GIVEN, "--model", "example")

    assert (again.code, again.out) == (1, "")
    assert all(path in again.err for path in first.out.split())
    assert written(folder) == before


def test_nothing_is_written_outside(folder: Path, say: Say) -> None:
    """Not even through a link that was there before."""
    outside = folder.parent / "outside"
    outside.mkdir()
    (folder / ".github").symlink_to(outside)

    assert say("init", *GIVEN).code == 1
    assert not list(outside.iterdir())
    assert [each.name for each in folder.iterdir()] == [".github"]


def test_without_a_terminal_nobody_is_asked(folder: Path, say: Say, golden: Golden) -> None:
    """What is missing is named, and nothing is written."""
    golden("init/missing", say("init", "--region", "us-east-1"))

    assert not list(folder.iterdir())


def test_on_a_terminal_it_asks(
    folder: Path, say: Say, golden: Golden, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only for what was not given; the answers are worth what options are worth."""
    answers = "111111111111\nacme-models\ndev=222222222222 prod=333333333333\n"
    monkeypatch.setattr(sys, "stdin", Terminal(answers))

    asked = say("init", "--region", "us-east-1", "--pin", COMMIT, "--ci", "none")
    by_questions = (folder / "mlops-gitops.yaml").read_text("utf-8")

    golden("init/asked", asked)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    (folder / "second").mkdir()
    say("init", *GIVEN, "--ci", "none", "--root", "second")
    assert (folder / "second" / "mlops-gitops.yaml").read_text("utf-8") == by_questions


class Terminal(io.StringIO):
    """Somebody who types."""

    def isatty(self) -> bool:
        """Say that somebody can be asked."""
        return True


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("account", (*ACCOUNTS, "--stage", "dev=22222222222")),
        ("stage", (*ACCOUNTS, "--stage", "dev")),
        (
            "two-stages-of-a-name",
            (*ACCOUNTS, "--stage", "a=222222222222", "--stage", "a=333333333333"),
        ),
        ("region", (*ACCOUNTS, *STAGES, "--region", "us-east")),
        ("bucket", (*ACCOUNTS, *STAGES, "--bucket", 'x"\nregion: eu-west-1')),
        ("model", (*GIVEN, "--model", "../churn")),
        ("role", (*GIVEN, "--plan-role", "arn:aws:iam::111111111111:role/${{ github.actor }}")),
        ("pin", (*GIVEN, "--pin", "main\n      - uses: evil/action@main")),
        ("branch", (*GIVEN, "--branch", "main, '**'")),
        ("repository", (*GIVEN, "--repository", "acme/models, environment: x")),
        ("owner", (*GIVEN, "--owner", "@acme/ml\n* @mallory")),
    ],
)
def test_what_cannot_be_is_not_written(
    name: str, options: tuple[str, ...], folder: Path, say: Say, golden: Golden
) -> None:
    """Nor what would say something else than it seems to, in the language of the file."""
    golden(f"init/wrong-{name}", say("init", *options))

    assert not list(folder.iterdir())


def test_roles_are_of_the_regions_partition(folder: Path, say: Say) -> None:
    """In China, ARNs begin otherwise; a role of one's own is taken as it is."""
    own = "arn:aws-cn:iam::111111111111:role/ci/apply"
    options = (*GIVEN, "--region", "cn-north-1", "--apply-role", own)
    assert say("init", *options).code == 0

    jobs = read_yaml(folder / ".github/workflows/mlops-gitops.yml")["jobs"]
    assert jobs["plan"]["with"]["role"] == "arn:aws-cn:iam::111111111111:role/mlops-gitops-ci-plan"
    assert jobs["apply"]["with"]["role"] == own


def test_ci_runs_what_is_installed(folder: Path, say: Say) -> None:
    """Without a pin it is this checkout's commit, so that CI and laptop judge alike."""
    said: Said = say("init", *ACCOUNTS, *STAGES)

    jobs = read_yaml(folder / ".github/workflows/mlops-gitops.yml")["jobs"]
    pins = {job["uses"].partition("@")[2] for job in jobs.values()}
    assert said.code == 0
    assert len(pins) == 1
    assert len(pins.pop()) == len(COMMIT)
