"""What commands write as JSON is what the published schemas say."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from architecture.test_commands import every_command
from blueprints.blueprint_files import module_at
from functional.conftest import GOLDEN, Say
from functional.published import FOLDER, SCHEMAS, VALIDATORS, hold, schema_of
from functional.test_model_card import User
from hypothesis import given
from strategies import plans

from mlops_gitops.cli.schema import OUTPUTS
from mlops_gitops.diff.plan import Plan
from mlops_gitops.views.plan_json import plan_json

ROOT = Path(__file__).parents[2]
WRITTEN: dict[str, str] = module_at(
    ROOT / "scripts" / "write_output_schemas.py", "write_output_schemas"
).files()


def outputs() -> Iterator[Any]:
    """Give every golden file that holds JSON of ours, and the words of its command."""
    for file in sorted(GOLDEN.rglob("*.txt")):
        text = file.read_text("utf-8").partition("--- stderr")[0]
        if text.startswith("{") and "schema_version" in json.loads(text):
            command = (file.parent.name, *file.stem.split("-")[:1])
            yield pytest.param(command, json.loads(text), id=f"{command[0]}/{file.stem}")


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_as_make_docs_writes_it(name: str) -> None:
    """A field that is new in a record is in the schema, or this is red: run `make docs`."""
    assert (FOLDER / f"{name}.json").read_text("utf-8") == WRITTEN[f"{name}.json"]


def test_each_file_has_its_name_in_the_command() -> None:
    """What is published can be printed, and nothing else."""
    assert set(OUTPUTS.values()) == SCHEMAS.keys()
    assert {f"{name}.json" for name in SCHEMAS} == WRITTEN.keys()


@pytest.mark.parametrize("name", OUTPUTS)
def test_the_command_prints_the_file(say: Say, name: str) -> None:
    """Byte for byte, whether or not there is a repository."""
    file = FOLDER / f"{OUTPUTS[name]}.json"
    assert say("schema", "--output-of", name).out == file.read_text("utf-8")


def test_a_type_and_an_output_at_once_are_a_mistake(say: Say) -> None:
    """Nothing is printed that could be taken for the other one."""
    said = say("schema", "settings", "--output-of", "plan")

    assert (said.code, said.out) == (1, "")


@pytest.mark.parametrize(("command", "written"), list(outputs()))
def test_golden_outputs_are_what_their_schema_says(command: tuple[str, ...], written: Any) -> None:
    """Every key that a command writes is published, and every one that is published is written."""
    VALIDATORS[schema_of(command, written)].validate(written)


def test_every_command_that_writes_json_has_a_schema() -> None:
    """`--output json` anywhere, and what it writes can be looked up."""
    found = {
        name.replace(" ", "-")
        for name, command in every_command()
        for each in command.params
        if each.name == "output" and "json" in getattr(each.type, "choices", ())
    }

    assert found - {"validate", "blueprint-lint"} <= OUTPUTS.keys()
    assert OUTPUTS.keys() - found == {"ci", "pipeline-run", "problems"}


def test_what_every_command_writes_is_what_its_schema_says(
    say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No schema goes unheld: each is written once, by the command that it is named for."""
    monkeypatch.chdir(tmp_path)
    user = User(say, tmp_path)
    commands = (
        "plan",
        "adopt",
        "apply",
        "apply --wait",
        "bootstrap --print",
        "doctor",
        "status",
        "drift",
        "why churn",
        "repair churn",
        "history churn",
        "render churn/mlops-config.json --stage orchestrator",
        "validate",
        "blueprint list",
        "blueprint show model_card",
        "model-card list",
        "model-card describe churn",
        "model-card export churn",
        "suspend",
        "retire churn --write",
    )
    written = {}
    for command in commands:
        words = command.split()
        said = user.types(*words, "--output", "json")
        assert said.code == 0, said
        written[schema_of(words, json.loads(said.out))] = said.out

    # Some need what is deployed: the tests of pipelines hold theirs, rows of exit codes the others.
    assert written.keys() | {"pipeline-run", "pipeline-steps", "rollback"} == SCHEMAS.keys()


@pytest.mark.parametrize(
    "written", ['{"schema_version": 1}', '{"schema_version": 1, "problems": [], "new": 1}']
)
def test_what_no_schema_speaks_of_is_seen(written: str) -> None:
    """What every test's output is held to does refuse: a key that lacks, and an unknown one."""
    with pytest.raises(jsonschema_rs.ValidationError):
        hold(("status",), written)


@given(plans)
def test_any_plan_is_what_its_schema_says(plan: Plan) -> None:
    """With every action, verdict and risk there is."""
    VALIDATORS["plan"].validate(json.loads(plan_json(plan)))
