"""`validate`, `explain` and `schema` through the front door."""

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import jsonschema_rs
import pytest

from mlops_gitops.cli import main

ROOT = Path(__file__).parents[2]
GOOD = ROOT / "config-examples" / "good"
BROKEN = ROOT / "config-examples" / "broken"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Answer]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in a folder."""

    def run(folder: Path, *arguments: str) -> Answer:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "argv", ["mlops-gitops", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        return Answer(int(ended.value.code or 0), captured.out, captured.err)

    return run


def test_a_good_repository_says_so(run: Run) -> None:
    """Nothing on stdout, a summary on stderr, exit 0; from a folder below the root too."""
    answer = run(GOOD / "registry-any" / "churn", "validate")

    assert (answer.code, answer.out) == (0, "")
    assert answer.err == "3 configs checked, no problems.\n"


def test_problems_are_text_with_hints(run: Run) -> None:
    """A missing stage is one problem at its line, with the stages in the hint; exit 3."""
    answer = run(BROKEN / "stage-misspelt", "validate")

    assert answer.code == 3
    assert answer.out.splitlines() == [
        "mlops-config.json:15:5: MG025 'production' is no stage of the settings.",
        "    Did you mean 'prod'? The stages are dev, staging and prod.",
    ]
    assert answer.err == "1 config checked, 1 problem.\n"


def test_problems_are_json(run: Run) -> None:
    """The JSON form has every key of a problem and a schema version."""
    answer = run(BROKEN / "kms-alias", "validate", "--output", "json")

    written = json.loads(answer.out)
    (problem,) = written["problems"]
    keys = {"code", "severity", "path", "line", "column", "pointer", "message", "hint"}
    assert answer.code == 3
    assert written["schema_version"] == 1
    assert set(problem) == keys
    assert (problem["code"], problem["pointer"]) == ("MG064", "/kms_key_arn")


def test_names_never_drive_a_terminal(run: Run) -> None:
    """Escape sequences and bidi marks in a key are printed as what they are."""
    for output in ("text", "json"):
        answer = run(BROKEN / "key-control-characters", "validate", "--output", output)
        assert all(line.isprintable() for line in answer.out.splitlines())
        assert "u001b[31m" in answer.out


def test_paths_narrow_the_answer(run: Run, tmp_path: Path) -> None:
    """Only what is named is spoken of; naming what is no config is a mistake."""
    shutil.copytree(BROKEN / "two-configs-one-identity", tmp_path / "repository")
    root = tmp_path / "repository"

    assert run(root, "validate", "a").code == 0
    assert run(root, "validate", "b/mlops-config.json").code == 3
    assert run(root / "b", "validate", ".").code == 3
    assert run(root, "validate", ".").err == "2 configs checked, 1 problem.\n"
    for path in ("c", "expected.json"):
        wrong = run(root, "validate", path)
        assert wrong.code == 1
        assert "is no config" in wrong.err
    assert "not in the repository" in run(root, "validate", "../other").err


def test_no_settings_is_one_clear_error(run: Run, tmp_path: Path) -> None:
    """Outside a repository, the error names the file and what to do."""
    answer = run(tmp_path, "validate")

    assert answer.code == 1
    assert "mlops-gitops.yaml" in answer.err
    assert "--root" in answer.err
    named = run(tmp_path, "validate", "--root", str(tmp_path))
    assert named.code == 3
    assert "MG040" in named.out


def test_explain_tells_and_lists(run: Run, tmp_path: Path) -> None:
    """One code with its example, all codes, the exit codes, and a suggestion for a typo."""
    assert "Right:" in run(tmp_path, "explain", "mg025").out
    assert run(tmp_path, "explain").out.startswith("MG001  The file is empty.\n")
    assert "  3    " in run(tmp_path, "explain", "exit-codes").out
    wrong = run(tmp_path, "explain", "MG02")
    assert wrong.code == 1
    assert "Did you mean MG" in wrong.err


def test_the_reference_of_problems_is_up_to_date(run: Run, tmp_path: Path) -> None:
    """`docs/problems.md` is what `explain --output markdown` writes."""
    written = run(tmp_path, "explain", "--output", "markdown").out

    assert (ROOT / "docs" / "problems.md").read_text(encoding="utf-8") == written


def test_printed_schemas_stand_alone(run: Run, tmp_path: Path) -> None:
    """Every schema that is listed can be printed, and checks the examples without a second file."""
    names = run(tmp_path, "schema").out.split()

    assert {"byom_realtime_builtin", "byom_realtime_custom", "settings"} <= set(names)
    for name in names:
        schema = json.loads(run(tmp_path, "schema", name).out)
        validator = jsonschema_rs.Draft202012Validator(schema)
        for file in GOOD.rglob("mlops-config.json"):
            config = json.loads(file.read_text(encoding="utf-8"))
            if config["pipeline_type"] == name:
                assert validator.is_valid(config), file
    wrong = run(tmp_path, "schema", "byom_realtime_buildin")
    assert wrong.code == 1
    assert "byom_realtime_builtin" in wrong.err
