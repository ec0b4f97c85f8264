"""`pipeline import` through the front door."""

import json
from pathlib import Path

import pytest
from functional.conftest import Golden, Say

EXPORTED = Path(__file__).parent / "exported" / "sdk.yaml"
SETTINGS = """\
version: 1
region: us-east-1
assets_bucket: acme-mlops-assets
orchestrator: {account: "111111111111"}
stages:
  - {name: dev, account: "222222222222"}
  - {name: prod, account: "444444444444", approval: manual}
"""
PIPELINE = {
    "Version": "2020-12-01",
    "MlflowConfig": None,
    "Steps": [{"Name": "Stop", "Type": "Fail", "Arguments": {"ErrorMessage": "why"}}],
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository without configs, and an exported template in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mlops-gitops.yaml").write_text(SETTINGS)
    (tmp_path / "exported.yaml").write_bytes(EXPORTED.read_bytes())
    (tmp_path / "pipeline.json").write_text(json.dumps(PIPELINE))
    return tmp_path


def written(folder: Path) -> dict[str, bytes]:
    """What is in a folder and below it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.usefixtures("here")
def test_an_exported_workflow_becomes_a_valid_config(say: Say, golden: Golden) -> None:
    """What is written is told on stdout, what to know on stderr; `validate` has nothing to say."""
    golden("import/template", say("pipeline", "import", "exported.yaml"))

    checked = say("validate")
    assert (checked.code, checked.err) == (0, "1 config checked, no problems.\n")


def test_a_repository_is_begun_where_there_is_none(here: Path, say: Say) -> None:
    """Whoever begins with an import is told what comes before `validate`."""
    (here / "mlops-gitops.yaml").unlink()

    said = say("pipeline", "import", "exported.yaml")

    last = "Next: mlops-gitops init, then mlops-gitops validate demand-forecast\n"
    assert said.err.endswith(f"There is no mlops-gitops.yaml here yet. {last}")


def test_a_definition_becomes_a_config(here: Path, say: Say, golden: Golden) -> None:
    """With --definition, into the folder that is asked for."""
    said = say("pipeline", "import", "--definition", "pipeline.json", "--output-dir", "a/b")

    golden("import/definition", said)
    assert json.loads((here / "a/b/mlops-config.json").read_text())["steps"] == PIPELINE["Steps"]


def test_nothing_is_written_over_without_being_asked(here: Path, say: Say) -> None:
    """What is there stays, and nothing is written beside it; --force writes over it."""
    config = here / "demand-forecast" / "mlops-config.json"
    config.parent.mkdir()
    config.write_text("mine")
    before = written(here)

    refused = say("pipeline", "import", "exported.yaml")
    assert (refused.code, refused.out) == (1, "")
    assert "demand-forecast/mlops-config.json" in refused.err
    assert written(here) == before

    assert say("pipeline", "import", "exported.yaml", "--force").code == 0
    assert written(here).keys() - before.keys() == {"demand-forecast/definition.asl.json"}
    assert json.loads(config.read_text())["model_name"] == "demand-forecast"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("Resources: {}", "exported.yaml:1:12: MG354"),
        ("Resources: [", "exported.yaml:1:"),
        ("", "exported.yaml:1:1: MG001"),
    ],
)
def test_bad_input_writes_nothing(here: Path, say: Say, content: str, told: str) -> None:
    """Exit code 3, and the place."""
    (here / "exported.yaml").write_text(content)
    before = written(here)

    said = say("pipeline", "import", "exported.yaml")

    assert (said.code, said.out) == (3, "")
    assert told in said.err
    assert written(here) == before


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    "arguments", [[], ["exported.yaml", "--definition", "pipeline.json"], ["not-there.yaml"]]
)
def test_one_thing_that_is_there_is_imported(say: Say, arguments: list[str]) -> None:
    """Neither none nor two, nor what does not exist: exit code 1."""
    said = say("pipeline", "import", *arguments)

    assert (said.code, said.out) == (1, "")
