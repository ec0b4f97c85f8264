"""The documents keep up with the code."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
from architecture.source import ROOT, place, project_files, tree
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
NAME_IN_MODULE = re.compile(r"\[`(\w+)`\]\(([^)\s]+\.py)\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
DOCUMENTS = tuple(path for path in project_files() if path.suffix == ".md")
WORKFLOWS = (ROOT / "action.yml", *(ROOT / ".github" / "workflows").glob("*.yml"))


def anchors(text: str) -> set[str]:
    """Name the headings of a document the way a code host links to them."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
        for heading in HEADING.findall(text)
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document: Path) -> None:
    """Every link to a file of this project finds the file, and the heading in it."""
    text = document.read_text(encoding="utf-8")
    lost = []
    for link in LINK.findall(text):
        target, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        file = (document.parent / target) if target else document
        known = file.suffix != ".md" or not anchor or anchor in anchors(file.read_text("utf-8"))
        if not file.exists() or not known:
            lost.append(f"{place(document)} {link}")

    assert not lost, "\n".join(lost)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_names_are_where_the_documents_say(document: Path) -> None:
    """A link whose text is a name leads to the module that defines the name."""
    text = document.read_text(encoding="utf-8")
    lost = [
        f"{place(document)} {name} is not in {target}"
        for name, target in NAME_IN_MODULE.findall(text)
        if name not in defined(document.parent / target)
    ]

    assert not lost, "\n".join(lost)


def defined(module: Path) -> set[str]:
    """List the functions and classes that a module defines."""
    definitions = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return {node.name for node in tree(module).body if isinstance(node, definitions)}


def test_the_lock_file_fits_the_project() -> None:
    """Each dependency that pyproject.toml names is locked, in a version that it allows."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    lines = (*project["dependencies"], *extras["lint"], *extras["local"], *extras["dev"])
    lock = (ROOT / "requirements" / "dev.lock").read_text(encoding="utf-8")
    locked = dict(re.findall(r"^([\w-]+)==([\w.+!]+)", lock, re.MULTILINE))
    wrong = [
        line
        for line in lines
        if (wanted := Requirement(line)).name != project["name"]
        and not wanted.specifier.contains(locked.get(canonicalize_name(wanted.name), "0"))
    ]

    assert not wrong, f"Run `make lock`; the lock file does not have: {', '.join(wrong)}"


def test_ci_installs_what_the_tests_ran_with() -> None:
    """What the action installs is all that the package and cfn-lint need, in tested versions."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    needed = {*project["dependencies"], *extras["lint"], *extras["ci"]} - {"mlops-gitops[lint]"}
    tested, installed = (
        dict(re.findall(r"^([\w-]+)==([\w.+!]+)", text, re.MULTILINE))
        for name in ("dev.lock", "ci.lock")
        if (text := (ROOT / "requirements" / name).read_text(encoding="utf-8"))
    )

    assert {canonicalize_name(Requirement(line).name) for line in needed} <= installed.keys()
    assert installed.items() <= tested.items()


def test_actions_are_pinned_by_their_content() -> None:
    """A tag of somebody's action can be moved; a commit cannot, and `$/` is this very commit."""
    uses = [
        (place(workflow, number), line)
        for workflow in WORKFLOWS
        for number, line in enumerate(workflow.read_text(encoding="utf-8").splitlines(), start=1)
        if "uses:" in line and "uses: $/" not in line
    ]

    assert uses
    assert not [use for use in uses if not re.search(r"@[0-9a-f]{40} # v\d", use[1])]
