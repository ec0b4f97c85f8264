"""A plain ministack in a process of its own, and the executor in front of it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from emulator.codepipeline import declare
from emulator.codepipeline.steps import deployment, pending
from emulator.codepipeline.world import World, new_service, prepare

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start ministack on a free port, with two accounts."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "BIND_HOST": "127.0.0.1", "IOT_MTLS_ENABLED": "0"}
    environment |= {"GATEWAY_PORT": str(port)}
    log = tmp_path_factory.mktemp("ministack") / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "ministack"],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=log.parent,
        )
    try:
        prepare(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture
def world(endpoint: str, tmp_path: Path) -> Iterator[World]:
    """Give an executor of one's own in front of the shared AWS."""
    state_file = tmp_path / "codepipeline.json"
    world = World(endpoint, state_file, new_service(endpoint, state_file))
    world.service.start()
    yield world
    world.service.stop()


@pytest.fixture
def gated(world: World) -> World:
    """A pipeline that waits for approval after its first change set was made."""
    deployment(world, "waiting", declare.approve(order=2))
    pending(world, "waiting")
    return world
