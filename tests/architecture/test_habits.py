"""Habits that keep the path pure and the tests honest; each was somebody's bad night."""

import ast
import re
from pathlib import Path

import pytest
from architecture.source import ROOT, comments, dotted, place, project_files, python_files, tree

STEPS = ("config", "definitions", "desired", "diff", "package", "pipeline", "runs", "status")
PURE = {*STEPS, "use_cases", "views", "ports.py", "errors.py", "problems.py"}
EDGES = {"app.py", "app_function.py", "app_watch.py", "adapters", "cli", "emulator"}
ELSEWHERE = {"container.py"}
"""Programs that are sent to a job: the environment there is the job's own."""
OURS = python_files("mlops_gitops")
TESTS = python_files("tests")
EXCUSE = re.compile(r"#\s*(noqa|type:\s*ignore|mypy:)", re.IGNORECASE)
CODES = r"(noqa: [A-Z]+\d+(, ?[A-Z]+\d+)*|type: ignore\[[a-z-]+(, ?[a-z-]+)*\])"
GOOD_EXCUSE = re.compile(rf"# {CODES}\s+(--? |# )?\S.{{3,}}")

FOREIGN = {
    "a path of somebody's machine": r"(?<![\w.*}])/(work|root|home/(?!me/)\w+|Users/\w+)/[\w.]",
    "a package index": r"pypi\.(?:org)|python(?:hosted)|dev(?:pi)|--(extra-)?index-url[ =]\S",
    "a secret": r"BEGIN [A-Z ]*PRIVATE(?: )KEY|\bAKIA(?!IOSFODNN7EXAMPLE)[0-9A-Z]{16}\b",
}
"""What belongs to one machine or one person; the patterns do not match their own spelling."""


def test_the_package_does_not_print() -> None:
    """Output goes through click, which knows stdout from stderr and a pipe from a terminal."""
    found = [
        place(path, call.lineno) for path in OURS for call in calls(path) if named(call) == "print"
    ]

    assert not found, "\n".join(found)


def test_what_commands_say_passes_one_place() -> None:
    """There secrets are taken out; only texts that ship with the program go past it."""
    past = {"out.py", "demo_screen.py", "explain.py", "local.py", "schema.py"}
    found = [
        place(path, call.lineno)
        for path in OURS
        if path.relative_to(ROOT).parts[1] == "cli" and path.name not in past
        for call in calls(path)
        if named(call) in {"click.echo", "click.secho"}
    ]

    assert not found, "\n".join(found)


def test_only_the_edges_read_the_environment() -> None:
    """What runs is decided by the files in git, not by the shell that somebody happens to have."""
    readers = {"os.environ", "os.getenv", "environ", "getenv"}
    found = [
        place(path, node.lineno)
        for path in OURS
        if path.relative_to(ROOT).parts[1] not in EDGES and path.name not in ELSEWHERE
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute | ast.Name) and dotted(node) in readers
    ]

    assert not found, "\n".join(found)


def test_the_path_has_no_clock() -> None:
    """Steps and use cases are given the time; what they say today they say tomorrow."""
    clocks = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today")
    found = [
        place(path, call.lineno)
        for path in OURS
        if path.relative_to(ROOT).parts[1] in PURE
        for call in calls(path)
        if named(call).endswith(clocks)
    ]

    assert not found, "\n".join(found)


def test_tests_replace_nothing_of_ours() -> None:
    """A test gives the code a twin; it never patches what the code would have used."""
    patches = ("mock.patch", "mock.patch.object", "mocker.patch", "patch", "patch.object")
    found = [
        place(path, call.lineno)
        for path in TESTS
        for call in calls(path)
        if named(call) in patches
        or (named(call) == "monkeypatch.setattr" and "mlops_gitops" in ast.unparse(call))
    ]
    found += [
        place(path, node.lineno)
        for path in TESTS
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("unittest.mock")
    ]

    assert not found, "\n".join(found)


def test_every_excuse_says_what_and_why() -> None:
    """A `noqa` or `type: ignore` names its rule and gives its reason."""
    found = [
        f"{place(path, line)} {comment}"
        for path in (*OURS, *TESTS, *python_files("scripts", "benchmarks"))
        for line, comment in comments(path)
        if EXCUSE.match(comment) and not GOOD_EXCUSE.match(comment)
    ]

    assert not found, "\n".join(found)


def test_every_rule_that_is_switched_off_has_a_reason() -> None:
    """In pyproject.toml, a comment stands beside every lint rule that is ignored."""
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    entries = [
        (number, line)
        for number, line in enumerate(lines, start=1)
        if re.match(r'\s*("[A-Z]+\d+",?\s*)+(#|$)', line) or re.match(r'".*" = \["[A-Z]+\d', line)
    ]

    assert entries
    assert not [f"pyproject.toml:{number} {line}" for number, line in entries if "# " not in line]


@pytest.mark.parametrize("what", FOREIGN)
def test_the_project_speaks_of_itself_alone(what: str) -> None:
    """No file holds what belongs to one machine: paths, package indexes, secrets."""
    found = [
        f"{place(path, number)} {what}"
        for path in project_files()
        if path.suffix not in {".png", ".gif", ".zip", ".gz"}
        for number, line in enumerate(
            path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1
        )
        if re.search(FOREIGN[what], line)
    ]

    assert not found, "\n".join(found)


def calls(path: Path) -> list[ast.Call]:
    """List the calls in a Python file."""
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]


def named(call: ast.Call) -> str:
    """Spell what is called, as far as it has a name."""
    return dotted(call.func)
