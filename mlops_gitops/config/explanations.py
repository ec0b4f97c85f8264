"""Explanations: what every code means, read from the docstrings where problems are made."""

import re
from collections.abc import Iterator
from importlib import import_module
from inspect import cleandoc
from pkgutil import walk_packages
from types import FunctionType, ModuleType

import mlops_gitops.config

_EXPLAINS = re.compile(r"(MG[0-9]{3}): (.+)", re.DOTALL)


def explanations() -> dict[str, str]:
    """Give the explanation of every code, sorted by code; its first line is its title."""
    return dict(sorted(_all()))


def _all() -> Iterator[tuple[str, str]]:
    package = mlops_gitops.config
    for info in walk_packages(package.__path__, f"{package.__name__}."):
        for docstring in _docstrings(import_module(info.name)):
            match = _EXPLAINS.match(docstring)
            if match:
                yield match.group(1), cleandoc(match.group(2)).rstrip()


def _docstrings(module: ModuleType) -> Iterator[str]:
    yield module.__doc__ or ""
    for thing in vars(module).values():
        if isinstance(thing, FunctionType) and thing.__module__ == module.__name__:
            yield thing.__doc__ or ""
