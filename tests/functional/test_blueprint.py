"""`blueprint` through the front door: begin a type of one's own, lint it, show it."""

import json
import sys
from pathlib import Path

import pytest
from builders import SETTINGS
from functional.conftest import Golden, Say


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with settings alone; commands run in it."""
    (tmp_path / "mlops-gitops.yaml").write_text(SETTINGS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_new_type_works_as_it_is(folder: Path, say: Say, golden: Golden) -> None:
    """From `new` to a rendered stack without touching a file; each file is written once."""
    golden("blueprint/new", say("blueprint", "new", "web_hook"))
    example = folder / "blueprints" / "web_hook" / "example.json"
    config = folder / "churn" / "mlops-config.json"
    config.parent.mkdir()
    config.write_bytes(example.read_bytes())

    assert str(say("blueprint", "lint", "web_hook")) == "--- stderr, exit 0\nNo problems.\n"
    assert say("validate").err == "1 config checked, no problems.\n"
    assert "AWS::SSM::Parameter" in say("render", str(config), "--stage", "prod").out
    again = say("blueprint", "new", "web_hook")
    assert (again.code, again.out) == (1, "")
    golden("blueprint/new-again", again)


def test_a_name_that_cannot_be_is_refused(folder: Path, say: Say, golden: Golden) -> None:
    """What the product has, and what no pipeline type can be called; nothing is written."""
    golden("blueprint/new-taken", say("blueprint", "new", "realtime"))
    golden("blueprint/new-unfit", say("blueprint", "new", "Web-Hook"))
    assert say("blueprint", "new", "../../elsewhere").code == 1

    assert [each.name for each in folder.iterdir()] == ["mlops-gitops.yaml"]


def test_nothing_is_written_outside_the_repository(folder: Path, say: Say) -> None:
    """Not even through a link that somebody committed."""
    outside = folder.parent / "outside"
    outside.mkdir()
    (folder / "blueprints").symlink_to(outside)

    assert say("blueprint", "new", "web_hook").code == 1
    assert not list(outside.iterdir())


@pytest.mark.usefixtures("folder")
def test_types_are_listed_and_shown(say: Say, golden: Golden) -> None:
    """The installed ones and one's own; outside a repository only the installed ones."""
    say("blueprint", "new", "web_hook")

    own = [line for line in say("blueprint", "list").out.splitlines() if "installed" not in line]
    listed = json.loads(say("blueprint", "list", "--output", "json").out)["pipeline_types"]
    shown = json.loads(say("blueprint", "show", "web_hook", "--output", "json").out)

    schema = json.loads(say("schema", "web_hook").out)

    assert schema["properties"]["note"]["anyOf"][0] == {"$ref": "#/$defs/note"}
    assert own == [f"{'web_hook':<33}  blueprints/web_hook  A note in Parameter Store"]
    assert {"name": "byom_realtime_builtin", "home": "installed"}.items() <= listed[7].items()
    assert shown["pipeline_type"]["resources"][0]["kind"] == "AWS::SSM::Parameter"
    golden("blueprint/show", say("blueprint", "show", "web_hook"))
    golden("blueprint/show-markdown", say("blueprint", "show", "web_hook", "--output", "markdown"))
    golden("blueprint/show-unknown", say("blueprint", "show", "web_hok"))


def test_outside_a_repository_there_is_what_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, say: Say
) -> None:
    """Types can be looked up anywhere."""
    monkeypatch.chdir(tmp_path)

    assert "byom_realtime_builtin" in say("blueprint", "list").out
    assert "AWS::SageMaker::Endpoint" in say("blueprint", "show", "byom_realtime_builtin").out
    assert say("blueprint", "lint").code == 1


def test_lint_says_what_cloudformation_would(folder: Path, say: Say, golden: Golden) -> None:
    """cfn-lint's faults have our places and form; inserts are no faults."""
    say("blueprint", "new", "web_hook")
    file = folder / "blueprints" / "web_hook" / "template.yaml"
    good = file.read_text(encoding="utf-8")
    file.write_text(good.replace("!Ref Note", '{"Mlops::Insert": config.note}'), encoding="utf-8")
    insert = say("blueprint", "lint")
    beside = good.replace("Resources:\n", 'Resources:\n  "Mlops::Insert": pipeline_resources\n')
    file.write_text(beside, encoding="utf-8")
    added = say("blueprint", "lint")
    file.write_text(good.replace("      Value: !Ref Note\n", ""), encoding="utf-8")
    fault = say("blueprint", "lint")

    # Nothing uses parameter Note any more, which is a warning.
    assert insert.code == 0
    assert "MG205 warning: W2001" in insert.out
    assert (added.code, added.err) == (0, "No problems.\n")
    assert fault.code == 3
    golden("blueprint/lint-fault", fault)
    problems = json.loads(say("blueprint", "lint", "--output", "json").out)["problems"]
    assert {problem["code"] for problem in problems} == {"MG205"}


def test_the_example_of_the_documentation_is_lint_clean(
    say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is shown as good has not even a warning."""
    monkeypatch.chdir(Path(__file__).parents[2] / "config-examples/good/custom-blueprint")

    assert str(say("blueprint", "lint")) == "--- stderr, exit 0\nNo problems.\n"


def test_lint_finds_our_own_faults_first(folder: Path, say: Say, golden: Golden) -> None:
    """What `validate` refuses is told alone; the type is listed as one with problems."""
    say("blueprint", "new", "web_hook")
    (folder / "blueprints" / "web_hook" / "schema.json").write_text("{}", encoding="utf-8")

    said = say("blueprint", "lint", "web_hook")

    assert said.code == 3
    assert say("blueprint", "show", "web_hook").code == 3
    assert "has problems" in say("blueprint", "list").out
    golden("blueprint/lint-broken", said)
    golden("blueprint/lint-unknown", say("blueprint", "lint", "web_hok"))


def test_lint_holds_the_example_to_its_schema(folder: Path, say: Say, golden: Golden) -> None:
    """What people copy is right."""
    say("blueprint", "new", "web_hook")
    example = folder / "blueprints" / "web_hook" / "example.json"
    example.write_text(example.read_text("utf-8").replace('"note"', '"nota"'), encoding="utf-8")

    golden("blueprint/lint-example", say("blueprint", "lint"))


def test_a_broken_type_is_told_wherever_one_looks(folder: Path, say: Say) -> None:
    """Narrowing to a config does not hide that it could not be judged."""
    say("blueprint", "new", "web_hook")
    own = folder / "blueprints" / "web_hook"
    (folder / "churn").mkdir()
    (folder / "churn" / "mlops-config.json").write_bytes((own / "example.json").read_bytes())
    (own / "schema.json").write_text("{", encoding="utf-8")

    for path in ("churn", "blueprints/web_hook", "blueprints"):
        said = say("validate", path)
        assert said.code == 3
        assert "blueprints/web_hook/schema.json" in said.out
    assert say("validate", "elsewhere").code == 1


@pytest.mark.usefixtures("folder")
def test_lint_says_how_to_install_the_linter(
    say: Say, golden: Golden, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the extra there is one sentence and a command."""
    say("blueprint", "new", "web_hook")
    monkeypatch.setitem(sys.modules, "cfnlint.config", None)

    golden("blueprint/lint-not-installed", say("blueprint", "lint"))
