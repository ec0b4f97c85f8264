"""Rules: one file each, found by being here. Their docstrings are what `explain` prints.

- `texts/`: `why(text, schema)` says why a text has not the form that its schema asks for. The
  pattern in the schema decides, so editors know it too; `x-rule` there names the file here.
- `config/`: `check(draft)` looks at one config whose keys and values have the right shape.
- `types/`: the same, for configs of those types whose schemas name the file in `x-rules`; so
  `validate` loads what the types of a repository need, and no more.
- `repository/`: `check(configs, settings)` looks at all configs together.
"""

from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any


@lru_cache(maxsize=4)
def rules_in(folder: str) -> tuple[Any, ...]:
    """Import every rule of a folder, in the order of their names."""
    package = import_module(f"{__name__}.{folder}")
    names = sorted(module.name for module in iter_modules(package.__path__))
    return tuple(import_module(f"{package.__name__}.{name}") for name in names)


@lru_cache(maxsize=64)
def rules_named(names: tuple[str, ...]) -> tuple[Any, ...]:
    """Import the rules that a schema names.

    Raises:
        ModuleNotFoundError: there is no such rule.
    """
    return tuple(import_module(f"{__name__}.types.{name}") for name in names)
