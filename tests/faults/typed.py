"""Commands typed in memory: through the front door, each in a world that a line leads to."""

import contextlib
import io
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from builders import SETTINGS, Trial, preparation
from faults.line import Killed, Line
from gated import small

from mlops_gitops.cli import main
from mlops_gitops.config.secrets import masked
from mlops_gitops.errors import MlopsError
from mlops_gitops.use_cases.bootstrap import bootstrap, preview
from mlops_gitops.use_cases.world import World

Words = tuple[str, ...]
_PORTS = ("stacks", "stack_sets", "brought", "assets")


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended, and what it said; no code where it was killed."""

    code: int | None
    text: str = ""


def typed(made: Trial, words: Words, line: Line | None = None) -> Said:
    """Run a command in a trial's world, to its end or to its death."""
    if words[0] == "bootstrap":
        return _bootstrapped(made, words, line or Line())
    said, before, stdin = io.StringIO(), sys.argv, sys.stdin
    sys.argv, sys.stdin = ["mlops-gitops", *words, "--root", str(_folder())], io.StringIO()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            main(lambda *_: _world(made, line or Line()))
    except SystemExit as ended:
        return Said(int(ended.code or 0), said.getvalue())
    except Killed:
        return Said(None, said.getvalue())
    finally:
        sys.argv, sys.stdin = before, stdin
    raise AssertionError("The command line always exits.")


def did(made: Trial, *words: str) -> None:
    """Run a command that must succeed, and let everything move that can."""
    said = typed(made, words)
    assert said.code == 0, said
    made.cloud.settle()


def _world(made: Trial, line: Line) -> World:
    return line.over(small(made.world()))


def _bootstrapped(made: Trial, words: Words, line: Line) -> Said:
    """Prepare an account: the command of that name knows AWS alone, so its use case is called."""
    account, told = words[1], list[str]()
    prepared = preparation(made, made.world().settings, account, _key(made, account))
    over = line.over(prepared, _PORTS)
    try:
        if "--plan" in words:
            preview(over, lambda _: None, told.append)
        else:
            bootstrap(over, lambda _: None, lambda: None, told.append)
    except MlopsError as failure:
        return Said(failure.exit_code, masked(f"{failure.message}\n{failure.hint}"))
    except Killed:
        return Said(None)
    return Said(0, masked("\n".join(told)))


def _key(made: Trial, account: str) -> str:
    """Give what the orchestrator's bootstrap printed; nothing for itself."""
    found = made.world().settings.orchestrator_account
    if account == found:
        return ""
    outputs = {
        name: value
        for each in made.cloud.stacks.overview(found)
        for name, value in each.outputs.items()
    }
    return outputs["AssetsKmsKeyArn"]


@cache
def _folder() -> Path:
    """A folder that looks like a repository: what is in it is not read."""
    folder = tempfile.TemporaryDirectory()
    _KEPT.append(folder)
    (Path(folder.name) / "mlops-gitops.yaml").write_text(SETTINGS, encoding="utf-8")
    return Path(folder.name)


_KEPT: list[tempfile.TemporaryDirectory[str]] = []
