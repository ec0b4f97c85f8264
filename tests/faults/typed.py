"""Commands typed in memory: through the front door, each in a world that a line leads to."""

import contextlib
import io
import itertools
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from builders import SETTINGS, Trial, preparation
from faults.line import Killed, Line, Port
from gated import small
from watching import SIZES, Town, config

from mlops_gitops.cli import main
from mlops_gitops.config.secrets import masked
from mlops_gitops.errors import MlopsError
from mlops_gitops.ports import Files
from mlops_gitops.use_cases.bootstrap import bootstrap, preview
from mlops_gitops.use_cases.watch.once import once
from mlops_gitops.use_cases.world import Change, Reading, World
from mlops_gitops.views.watch_line import watch_line

Words = tuple[str, ...]
Blueprints = Callable[[World], World]
_COMMITS = SIZES
_HOLDERS = itertools.count(1)
_PORTS = ("stacks", "stack_sets", "brought", "assets")


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended, and what it said; no code where it was killed."""

    code: int | None
    text: str = ""


def small_ones(world: World) -> World:
    """Let blueprints hold little, also those that a repository would have after a change."""

    def read(files: Files, change: Change) -> Reading:
        found = world.read(files, change)
        around = small(replace(world, blueprints=found.blueprints))
        return replace(found, blueprints=around.blueprints)

    return replace(small(world), read=read)


def whole_ones(world: World) -> World:
    """Let blueprints be what they are."""
    return world


def typed(
    made: Trial, words: Words, line: Line | None = None, blueprints: Blueprints = small_ones
) -> Said:
    """Run a command in a trial's world, to its end or to its death."""
    if words[0] == "bootstrap":
        return _bootstrapped(made, words, line or Line())
    if words[0] == "watch":
        return _watched(made, line or Line())
    said, before, stdin = io.StringIO(), sys.argv, sys.stdin
    sys.argv, sys.stdin = ["mlops-gitops", *words, "--root", str(_folder())], io.StringIO()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            main(lambda *_: (line or Line()).over(blueprints(made.world())))
    except SystemExit as ended:
        return Said(int(ended.code or 0), said.getvalue())
    except Killed:
        return Said(None, said.getvalue())
    finally:
        sys.argv, sys.stdin = before, stdin
    raise AssertionError("The command line always exits.")


def did(made: Trial, *words: str, blueprints: Blueprints = small_ones) -> None:
    """Run a command that must succeed, and let everything move that can."""
    said = typed(made, words, blueprints=blueprints)
    assert said.code == 0, said
    made.cloud.settle()


def _watched(made: Trial, line: Line) -> Said:
    """Watch a branch until all of it is carried: a remote is no repository, so there is no line."""
    watched = Town(made)
    for size in _COMMITS:
        watched.push(config("churn", size))
    life: Any = _Reached(line)
    try:
        holder = f"watcher {next(_HOLDERS)}"
        code = once(watched.watcher(holder, life=life, begin=min(watched.remote.commits)))
    except Killed:
        return Said(None)
    except MlopsError as failure:
        return Said(failure.exit_code, masked(f"{failure.message}\n{failure.hint}"))
    return Said(code, masked("\n".join(map(watch_line, watched.told))))


class _Reached:
    """What a watcher reaches over a line, port by port."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def of(self, port: Any) -> Any:
        """Give a port whose every call goes over the line."""
        return Port(self._line, type(port).__name__.removeprefix("Memory").lower(), port)


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
