"""Programs: how a job's container runs the code that a step brings.

The program that it starts with is an asset of ours, in the folder of the user's code.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path as FilePath

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.pipeline.code import Code, code_of
from mlops_gitops.definitions.pipeline.shorthand import Shorthand
from mlops_gitops.definitions.pipeline.source import files_of, path_of

_RUNNER = "mlops_gitops_run.py"
_PREPARATIONS = {"init_script": "--init", "requirements": "--requirements"}


def code_to_run(step: Shorthand, more: Mapping[str, bytes] | None = None) -> Code:
    """Give the step's code with the program that runs it.

    Args:
        step: with code; see `source`.
        more: files to put beside it.
    """
    return code_of({**files_of(step), **(more or {}), _RUNNER: _runner()}, step.around)


def entrypoint(folder: str) -> list[Json]:
    """Give the command of a container that finds the code in a folder."""
    return ["python3", f"{folder}/{_RUNNER}"]


def call(step: Shorthand, function: str) -> list[Json]:
    """Give the arguments that have a function of the code called."""
    return [*_preparations(step), "--function", f"{path_of(step, 'code')}:{function}"]


def run(step: Shorthand, arguments: list[Json]) -> list[Json]:
    """Give the arguments that have the script run with its own."""
    own: list[Json] = ["--", *arguments] if arguments else []
    return [*_preparations(step), "--script", path_of(step, "code"), *own]


def argument(value: Json) -> Json:
    """Spell an argument of a program, which is a text; a reference becomes one at run time."""
    if isinstance(value, dict):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)


def _preparations(step: Shorthand) -> Iterator[Json]:
    for key, option in _PREPARATIONS.items():
        if key in step.value:
            yield from (option, path_of(step, key))


@cache
def _runner() -> bytes:
    """Read the program; it is not imported, because it belongs to another machine."""
    return (FilePath(__file__).parents[2] / "executor" / "container.py").read_bytes()
