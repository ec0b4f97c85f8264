"""What is small can be read whole."""

import ast

from architecture.source import place, python_files, tree

LONGEST_MODULE = 400
LONGEST_FUNCTION = 50
HIDING_PLACES = {"utils.py", "util.py", "helpers.py", "common.py", "constants.py", "misc.py"}
TAKEN_WORD = "models.py"
CODE = python_files("mlops_gitops", "tests", "scripts", "benchmarks")


def test_no_module_is_longer_than_400_lines() -> None:
    """A module that grows past 400 lines holds two things."""
    lengths = {place(path): len(path.read_text(encoding="utf-8").splitlines()) for path in CODE}

    too_long = [f"{at} {length}" for at, length in lengths.items() if length > LONGEST_MODULE]
    assert not too_long, "\n".join(too_long)


def test_no_function_is_longer_than_50_lines() -> None:
    """A function fits on a screen, docstring and all."""
    lengths = {
        f"{place(path, node.lineno)} {node.name}": (node.end_lineno or node.lineno)
        - node.lineno
        + 1
        for path in CODE
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }

    too_long = [f"{at} {length}" for at, length in lengths.items() if length > LONGEST_FUNCTION]
    assert not too_long, "\n".join(too_long)


def test_no_module_is_named_after_nothing() -> None:
    """A module says what it holds; `models.py` would say it of something else: models are ML's."""
    found = [place(path) for path in CODE if path.name in HIDING_PLACES | {TAKEN_WORD}]

    assert not found, "\n".join(found)


def test_every_module_says_what_it_is_for() -> None:
    """A docstring opens every module that holds code."""
    found = [place(path) for path in CODE if tree(path).body and not ast.get_docstring(tree(path))]

    assert not found, "\n".join(found)
