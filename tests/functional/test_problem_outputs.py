"""Problems in every format through the front door."""

import json
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from functional.conftest import Golden, Say

from mlops_gitops import __version__

BROKEN = Path(__file__).parents[2] / "config-examples" / "broken"


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with a good repository in a folder of it that names a stage wrongly."""
    (tmp_path / ".git").mkdir()
    root = tmp_path / "ml"
    shutil.copytree(BROKEN / "stage-misspelt", root)
    monkeypatch.chdir(root)
    return root


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize("output", ["json", "markdown", "github", "sarif", "junit"])
def test_validate_writes_every_format(say: Say, golden: Golden, output: str) -> None:
    """Exit 3 whatever the format; what people read stays on standard error."""
    said = say("validate", "--output", output)

    assert said.code == 3
    assert said.err == "1 config checked, 1 problem.\n"
    golden(f"validate/{output}", str(said).replace(__version__, "VERSION"))


@pytest.mark.usefixtures("broken")
def test_workflows_find_the_file(say: Say) -> None:
    """A repository in a folder of a checkout is named as the checkout does, where that counts."""
    github = say("validate", "--output", "github").out
    (run,) = json.loads(say("validate", "--output", "sarif").out)["runs"]
    place = run["results"][0]["locations"][0]["physicalLocation"]

    assert github.startswith("::error file=ml/mlops-config.json,")
    assert place["artifactLocation"]["uri"] == "ml/mlops-config.json"
    assert say("validate").out.startswith("mlops-config.json:")


def test_nothing_found_is_valid_too(broken: Path, say: Say) -> None:
    """No annotation, no result, no failure; every file is still a test case."""
    shutil.copy(BROKEN.parent / "good" / "single-account" / "mlops-gitops.yaml", broken)
    for config in broken.rglob("mlops-config.json"):
        config.unlink()

    outputs = {name: say("validate", "--output", name) for name in ("github", "sarif", "junit")}
    assert {said.code for said in outputs.values()} == {0}
    assert outputs["github"].out == ""
    assert json.loads(outputs["sarif"].out)["runs"][0]["results"] == []
    suites = ET.fromstring(outputs["junit"].out)  # noqa: S314 - our own text
    assert suites.attrib["failures"] == "0"
    assert "no problems" in say("validate", "--output", "markdown").out


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize(
    ("command", "output"), [("plan", "json"), ("plan", "markdown"), ("apply", "json")]
)
def test_what_is_refused_is_told_in_the_format_asked_for(
    say: Say, command: str, output: str
) -> None:
    """A program that asked for JSON gets JSON, and the exit code says which."""
    said = say(command, "--output", output)

    assert said.code == 3
    assert said.out == say("validate", "--output", output).out


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize("command", ["plan", "apply"])
def test_in_text_what_is_refused_is_told_on_standard_error(say: Say, command: str) -> None:
    """As before: nothing on standard output that could be taken for a plan."""
    said = say(command)

    assert (said.code, said.out) == (3, "")
    assert "MG025" in said.err
