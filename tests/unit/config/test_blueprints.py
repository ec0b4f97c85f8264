"""Blueprints of a repository: what `validate` takes and refuses, and that it never stumbles."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from builders import DATA, SETTINGS

from mlops_gitops import app
from mlops_gitops.adapters.blueprints import InstalledBlueprints
from mlops_gitops.adapters.cloudformation_yaml import load_template
from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.adapters.repository_data import RepositoryData
from mlops_gitops.config.blueprints.template_document import read_template
from mlops_gitops.config.document import Document
from mlops_gitops.problems import Problem
from mlops_gitops.use_cases.render import render
from mlops_gitops.use_cases.validate import Repository, validate

ROOT = Path(__file__).parents[3]
SKELETON = ROOT / "mlops_gitops" / "cli" / "blueprint_skeleton"
FOLDER = "blueprints/my_blueprint"
BESIDE = (None, True, 7, "text", [], [7], {}, {"$ref": "#/$defs/nothing"})


def repository(**changed: bytes) -> dict[str, bytes]:
    """Give a repository with one blueprint and its example; keywords replace files' contents."""
    files = {"mlops-gitops.yaml": SETTINGS.encode()}
    for name in ("schema.json", "template.yaml", "README.md"):
        content = changed.get(name.partition(".")[0], (SKELETON / name).read_bytes())
        files[f"{FOLDER}/{name}"] = content
    files["note/mlops-config.json"] = (SKELETON / "example.json").read_bytes()
    return files


def problems(files: dict[str, bytes]) -> tuple[Problem, ...]:
    """Validate a repository."""
    return validate(MemoryFiles(files), DATA).problems


def schema() -> dict[str, Any]:
    """Give the skeleton's schema."""
    read: dict[str, Any] = json.loads((SKELETON / "schema.json").read_bytes())
    return read


def test_a_folder_makes_a_pipeline_type() -> None:
    """Its configs are read like all others, defaults and mistakes included."""
    files = repository()

    validated = validate(MemoryFiles(files), DATA)
    files["note/mlops-config.json"] = files["note/mlops-config.json"].replace(b'"note"', b'"nota"')

    assert validated.problems == ()
    assert [config.workload.pipeline_type for config in validated.configs] == ["my_blueprint"]
    assert [problem.code for problem in problems(files)] == ["MG020"]


def test_a_schema_may_use_an_installed_blueprint() -> None:
    """Another schema over the same template is another type; it needs no template of its own."""
    own = json.loads((ROOT / "schemas/byom_realtime_builtin.json").read_bytes())
    own |= {"x-stack-postfix": "ours"}
    own["properties"]["pipeline_type"]["const"] = "my_blueprint"
    files = repository(schema=json.dumps(own).encode())
    del files[f"{FOLDER}/template.yaml"]
    del files["note/mlops-config.json"]

    assert problems(files) == ()
    del own["properties"]["inference_instance"]
    own["required"].remove("inference_instance")
    files[f"{FOLDER}/schema.json"] = json.dumps(own).encode()
    (problem,) = problems(files)
    assert (problem.code, problem.pointer) == ("MG200", "/x-blueprint")


def test_two_blueprints_never_share_a_postfix() -> None:
    """The second is told which one has it."""
    files = repository()
    for name, content in repository().items():
        if name.startswith(FOLDER):
            other = content.replace(b"my_blueprint", b"other")
            files[name.replace("my_blueprint", "other")] = other

    (problem,) = problems(files)

    assert problem.code == "MG195"
    assert "my_blueprint" in problem.message


def test_definitions_that_lead_in_a_circle_are_refused() -> None:
    """A `$ref` to itself would never end."""
    own = schema()
    own["$defs"]["note"] = {"anyOf": [{"$ref": "#/$defs/again"}, {"type": "string"}]}
    own["$defs"]["again"] = {"type": "array", "items": {"$ref": "#/$defs/note"}}

    (problem,) = problems(repository(schema=json.dumps(own).encode()))

    assert problem.code == "MG208"


def test_a_config_of_a_broken_type_is_not_judged() -> None:
    """One mistake is one problem, however many configs are of that type."""
    found = problems(repository(schema=b"{"))

    assert [problem.where.path for problem in found] == [f"{FOLDER}/schema.json"]


def test_a_link_out_of_the_repository_is_refused(tmp_path: Path) -> None:
    """What is deployed is what is committed."""
    root = tmp_path / "repository"
    for path, content in repository().items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    template = root / FOLDER / "template.yaml"
    template.rename(tmp_path / "template.yaml")
    template.symlink_to(tmp_path / "template.yaml")

    (problem,) = validate(app.files(root), DATA).problems

    assert (problem.code, problem.where.path) == ("MG015", f"{FOLDER}/template.yaml")


def test_what_is_installed_is_never_overridden() -> None:
    """The data that a command works with has the product's own schema under the product's name."""
    taken = {
        "blueprints/realtime/schema.json": b"{}",
        "blueprints/realtime/template.yaml": b"Resources: {}",
        "blueprints/byom_realtime_builtin/schema.json": b"{}",
    }
    data = RepositoryData(DATA, MemoryFiles({**repository(), **taken}))

    assert data.schema("byom_realtime_builtin") == DATA.schema("byom_realtime_builtin")
    assert data.blueprint("realtime") == DATA.blueprint("realtime")
    assert set(data.schema_names()) == {*DATA.schema_names(), "my_blueprint"}
    assert set(data.blueprint_names()) == {*DATA.blueprint_names(), "my_blueprint"}
    assert data.blueprint("my_blueprint") == (SKELETON / "template.yaml").read_bytes()
    with pytest.raises(FileNotFoundError):
        data.blueprint("../my_blueprint")


@pytest.mark.parametrize("path", sorted((ROOT / "blueprints").glob("*/*.yaml")), ids=str)
def test_templates_are_read_alike(path: Path) -> None:
    """What is checked, with places, is what is deployed."""
    content = path.read_bytes()

    document = read_template(path.name, content)

    assert isinstance(document, Document)
    assert document.value == load_template(content)


@pytest.mark.parametrize(
    "text",
    ["A: {<<: {B: 1}}", "A: !!binary eA==", "A: &a 1", "? [A]\n: 1", "A: 1\nA: 2", "- !Ref A"],
)
def test_what_cloudformation_does_not_take_is_no_template(text: str) -> None:
    """Merge keys, tags that are no functions, anchors, keys that are no text, and lists."""
    read = read_template("template.yaml", text.encode())

    assert isinstance(read, Problem)


def replaced(
    value: Any, path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Give the value with each of its parts replaced by something else, and the part's path."""
    items = list(value.items()) if isinstance(value, dict) else []
    items = list(enumerate(value)) if isinstance(value, list) else items
    for key, inner in items:
        for other in BESIDE:
            copy = value.copy()
            copy[key] = other
            yield (*path, key), copy
        for where, changed in replaced(inner, (*path, key)):
            copy = value.copy()
            copy[key] = changed
            yield where, copy


def taken_or_refused(files: dict[str, bytes]) -> bool:
    """Validate; whatever is taken can be rendered, with the example's config. True if taken."""
    own = MemoryFiles(files)
    validated = validate(own, DATA)
    if validated.problems or validated.settings is None:
        return False
    found = Repository(settings=validated.settings, configs=validated.configs)
    blueprints = InstalledBlueprints(RepositoryData(DATA, own))
    for config in validated.configs:
        assert render(found, DATA, blueprints, config.document.path, "prod").parameters
    return True


@pytest.mark.slow
def test_no_schema_makes_it_stumble() -> None:
    """Whatever stands in a schema is refused, or renders; it is never a defect."""
    files, taken = repository(), 0
    for _, changed in replaced(schema(), ()):
        files[f"{FOLDER}/schema.json"] = json.dumps(changed).encode()
        taken += taken_or_refused(files)

    assert taken


@pytest.mark.slow
def test_no_template_makes_it_stumble() -> None:
    """The same for a template."""
    files, taken = repository(), 0
    template = load_template((SKELETON / "template.yaml").read_bytes())
    for _, changed in replaced(template, ()):
        files[f"{FOLDER}/template.yaml"] = json.dumps(changed).encode()
        taken += taken_or_refused(files)

    assert taken


def test_a_check_of_definitions_that_there_is_not_is_refused() -> None:
    """A type names one of the product's; what there is stands in the hint."""
    own = {**schema(), "x-definition": "state_machin"}

    (problem,) = problems(repository(schema=json.dumps(own).encode()))

    assert problem.pointer == "/x-definition"
    assert "state_machine" in problem.hint
