"""Derivations: parameters that follow from more than one field, one file a topic.

Each file has a table `DERIVATIONS`: parameter -> how its value is made. Files are found by being
here; two of them with one parameter would be a defect, and a test says so.
"""

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from mlops_gitops.desired.context import Context
from mlops_gitops.desired.stack import Resolved

Derivation = Callable[[Context], Resolved]


@cache
def derivations() -> Mapping[str, Derivation]:
    """Give every derivation by the name of its parameter."""
    names = sorted(module.name for module in iter_modules(__path__))
    tables = [import_module(f"{__name__}.{name}").DERIVATIONS for name in names]
    return {name: derive for table in tables for name, derive in table.items()}
