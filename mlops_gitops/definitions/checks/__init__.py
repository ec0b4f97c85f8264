"""Checks of definitions, one file each, found by being here.

A schema says `"x-definition": "state_machine"` where its configs are to be held to that file's
`check(config, settings)`. It gives problems, in the config or in the files that it names, whose
bytes are in `config.files`; it is called when the shape is right and every file is there. What is
said has its docstring under `config/`, where `mlops-gitops explain` looks.
"""

from collections.abc import Callable, Iterable
from importlib import import_module

from mlops_gitops.config.declared import Config
from mlops_gitops.config.settings import Settings
from mlops_gitops.problems import Problem

Check = Callable[[Config, Settings], Iterable[Problem]]


def check_of(name: str) -> Check:
    """Import a check.

    Raises:
        ModuleNotFoundError: there is none of that name.
    """
    check: Check = import_module(f"{__name__}.{name}").check
    return check
