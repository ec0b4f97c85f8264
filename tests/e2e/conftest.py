"""One embedded AWS for all tests of a process; every test brings workloads of its own."""

import itertools
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from builders import SETTINGS
from e2e.user import User, upload_artifact
from embedded_aws import embedded_aws, in_environment

from mlops_gitops import app
from mlops_gitops.adapters.clock import SystemClock
from mlops_gitops.emulator import lifecycle
from mlops_gitops.emulator.lifecycle import Running
from mlops_gitops.use_cases.world import World

Arrive = Callable[..., User]
"""Makes a user with a repository; keywords are the files of its first commit."""

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """An embedded AWS whose four accounts have been prepared, as `local up` does it."""
    folder = tmp_path_factory.mktemp("settings")
    (folder / "mlops-gitops.yaml").write_text(SETTINGS, encoding="utf-8")
    # Where `local` looks for it, given XDG_STATE_HOME.
    state = tmp_path_factory.mktemp("state") / "mlops-gitops" / "local"
    with embedded_aws(state) as running:
        with in_environment(running):
            app.embedded_up(folder, running.state_dir, 0, lambda _: None)
            upload_artifact(running)
        yield running


@pytest.fixture(scope="session")
def opened(aws: Running, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A connected world; all settings here have its region, bucket and orchestrator."""
    folder = tmp_path_factory.mktemp("opened")
    (folder / "mlops-gitops.yaml").write_text(SETTINGS, encoding="utf-8")
    with in_environment(aws):
        return replace(app.world_on_aws(folder), clock=Hasty())


class Hasty(SystemClock):
    """The time that it is, for those who look again and again: nothing here takes so long."""

    def sleep(self, seconds: float) -> None:
        """Wait a little."""
        super().sleep(min(seconds, 0.2))


@pytest.fixture
def arrive(aws: Running, opened: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Arrive:
    """Give users with an empty git repository, pointed at the embedded AWS."""
    for name, value in lifecycle.environment(aws).items():
        monkeypatch.delenv(name, raising=False)
        if value is not None:
            monkeypatch.setenv(name, value)

    def arrive(settings: str = SETTINGS) -> User:
        folder = tmp_path / f"repository-{next(_numbers)}"
        folder.mkdir()
        (folder / "mlops-gitops.yaml").write_text(settings, encoding="utf-8")
        user = User(folder=folder, running=aws, opened=opened)
        user.git("init", "-q")
        return user

    return arrive


@pytest.fixture
def user(arrive: Arrive) -> User:
    """A user with the settings of the multi-account example."""
    return arrive()


@pytest.fixture
def name() -> str:
    """Give a model name that no other test of this process uses."""
    return f"model-{os.getpid()}-{next(_numbers)}"
