"""Every folder of `config-examples/` is a test: good ones pass, broken ones have one problem."""

import json
import re
from pathlib import Path

import pytest

from mlops_gitops import app
from mlops_gitops.config.explanations import explanations
from mlops_gitops.problems import Severity
from mlops_gitops.use_cases.validate import load_repository, validate

EXAMPLES = Path(__file__).parents[3] / "config-examples"
GOOD = sorted((EXAMPLES / "good").iterdir())
BROKEN = sorted((EXAMPLES / "broken").iterdir())
NOT_AS_FILES = {
    "MG002": "a file of more than 1 MiB; see test_document",
    "MG084": "a file of more than 16 MiB; see test_beside",
    "MG311": "a definition of more than a million characters; see test_definition",
    "MG014": "permissions do not survive git; see test_disk",
    "MG160": "a file of more than 100 mistakes; see test_suspicions",
    "MG170": "only migrate says so; see test_migrate",
    "MG171": "only migrate says so; see test_migrate",
    "MG080": "only plan and apply look into the assets bucket",
    "MG082": "only plan and apply ask Amazon ECR",
    "MG081": "only plan and apply ask the model registry",
    "MG215": "only plan and apply ask SageMaker for a card's status",
    "MG217": "only validate --lint runs cfn-lint; see test_lint",
    "MG216": "only plan and apply ask SageMaker whether a card is there",
    "MG354": "only `pipeline import` says so; see test_pipeline_import",
    "MG355": "only `pipeline import` says so; see test_pipeline_import",
    "MG356": "only `pipeline import` says so; see test_pipeline_import",
    "MG382": "only what runs a script says so; see test_pipeline_scripts",
    "MG383": "only what runs a script says so; see test_pipeline_scripts",
    "MG384": "only what runs a script says so; see test_pipeline_scripts",
    "MG385": "only what runs a script says so; see test_pipeline_scripts",
    "MG386": "only what runs a script says so; see test_pipeline_scripts",
    "MG387": "only what runs a script says so; see test_pipeline_scripts",
    "MG388": "only what runs a script says so; see test_pipeline_scripts",
    "MG205": "only `blueprint lint` asks cfn-lint; see test_blueprint",
}
SOURCES = Path(__file__).parents[3] / "mlops_gitops" / "config"


def expected(folder: Path) -> list[dict[str, str | int]]:
    """Read what a broken example is said to be."""
    listed: list[dict[str, str | int]] = json.loads((folder / "expected.json").read_text())[
        "problems"
    ]
    return listed


@pytest.mark.parametrize("folder", GOOD, ids=lambda folder: folder.name)
def test_a_good_repository_has_no_problems(folder: Path) -> None:
    """What we show as good is good, warnings included."""
    assert validate(app.files(folder), app.package_data()).problems == ()
    assert load_repository(app.files(folder), app.package_data()).settings.stages


@pytest.mark.parametrize("folder", BROKEN, ids=lambda folder: folder.name)
def test_one_mistake_is_one_problem_at_its_place(folder: Path) -> None:
    """Each broken example has the one problem that stands beside it, word of the hint included."""
    problems = validate(app.files(folder), app.package_data()).problems

    assert len(problems) == len(expected(folder)) == 1
    for problem, wanted in zip(problems, expected(folder), strict=True):
        found = {
            "code": problem.code,
            "severity": problem.severity.value,
            "path": problem.where.path,
            "line": problem.where.line,
            "column": problem.where.column,
            "pointer": problem.pointer,
        }
        assert found == {key: wanted[key] for key in found}
        assert str(wanted["hint"]) in problem.hint


def test_every_code_has_a_broken_example() -> None:
    """No rule is without a file that shows it."""
    shown = {wanted["code"] for folder in BROKEN for wanted in expected(folder)}

    assert set(explanations()) - shown == set(NOT_AS_FILES)


def test_every_code_in_the_source_is_explained_once() -> None:
    """A code that can be said can be looked up, with a wrong and a right example."""
    said = {
        code
        for file in SOURCES.rglob("*.py")
        for code in re.findall(r'"(MG\d{3})"', file.read_text(encoding="utf-8"))
    }
    titles = [
        code
        for file in SOURCES.rglob("*.py")
        for code in re.findall(r'r?"""(MG\d{3}): ', file.read_text(encoding="utf-8"))
    ]

    assert said == set(titles)
    assert len(titles) == len(set(titles))
    for text in explanations().values():
        assert "Wrong:\n" in text
        assert "Right:\n" in text


def test_a_warning_does_not_fail_a_repository() -> None:
    """What is only said stops nothing."""
    folder = EXAMPLES / "broken" / "registry-on-leftover"

    (problem,) = validate(app.files(folder), app.package_data()).problems

    assert problem.severity is Severity.WARNING
    assert len(load_repository(app.files(folder), app.package_data()).configs) == 1
