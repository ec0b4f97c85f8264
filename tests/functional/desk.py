"""Somebody at a command line, and how they get into situations without doing all of it again."""

import atexit
import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache, wraps
from pathlib import Path

import pytest
from builders import DATA, Trial, copied, realtime, repository, trial
from functional.conftest import Said, Say
from functional.test_ci import git
from functional.test_secrets import DEV

from mlops_gitops.adapters.blueprints import InstalledBlueprints
from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.adapters.repository_data import RepositoryData
from mlops_gitops.use_cases.world import World

NAME = DEV.name.removesuffix("-dev")
Words = tuple[str, ...]


class Desk:
    """Somebody at a command line, in a clone of a repository with one workload."""

    def __init__(self, say: Say, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._say = say
        self.folder = folder
        self.set = monkeypatch
        self.made: Trial = trial(realtime("churn"))
        self.made.remember("main")
        self.is_real = False
        self.is_new = True
        shutil.copytree(_first_commit(), folder, dirs_exist_ok=True)

    def write(self) -> None:
        """Put what is committed on disk, too."""
        self.is_new = False
        for path, content in self.made.files.items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_bytes(content)

    def save(self) -> None:
        """Commit with git."""
        self.is_new = False
        git(self.folder, "add", "-A")
        git(self.folder, "commit", "-q", "--allow-empty", "-m", "A change")

    def change(self, path: str, content: bytes) -> None:
        """Write a file and commit it, on a branch."""
        git(self.folder, "checkout", "-q", "-B", "change")
        self.made.files[path] = content
        self.write()
        self.save()

    def types(self, *words: str) -> Said:
        """Run a command, and let everything move that can."""
        self.is_new = False
        said = self._say(*words, world=None if self.is_real else self._opened)
        self.made.cloud.settle()
        return said

    def _opened(self, since: str | None = None) -> World:
        world = self.made.world() if since is None else self.made.changed_world(since)
        data = RepositoryData(DATA, MemoryFiles(self.made.files))
        return replace(world, data=data, blueprints=InstalledBlueprints(data))

    def digest(self) -> str:
        """Give the digest of what is committed."""
        return str(json.loads(self.types("plan", "--output", "json").out)["digests"][NAME])


@cache
def _first_commit() -> Path:
    """Commit, once for all desks, what each of them begins with."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    for path, content in repository(realtime("churn")).items():
        file = Path(folder.name, path)
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
    git(Path(folder.name), "init", "-q", "-b", "main")
    git(Path(folder.name), "add", "-A")
    git(Path(folder.name), "commit", "-q", "-m", "A change")
    return Path(folder.name)


Situation = Callable[[Desk], None]


def once(situation: Situation) -> Situation:
    """Reach a situation from the start once; every other desk that is new gets a copy of it."""

    @cache
    def kept() -> tuple[list[Trial], Path]:
        folder = tempfile.TemporaryDirectory()
        atexit.register(folder.cleanup)
        return [], Path(folder.name)

    @wraps(situation)
    def at(desk: Desk) -> None:
        if not desk.is_new:
            situation(desk)
            return
        reached, folder = kept()
        if reached:
            desk.made = copied(reached[0])
            shutil.rmtree(desk.folder / ".git")
            shutil.copytree(folder, desk.folder, dirs_exist_ok=True)
        else:
            situation(desk)
            shutil.copytree(desk.folder, folder, dirs_exist_ok=True)
            reached.append(copied(desk.made))
        desk.is_new = False

    return at
