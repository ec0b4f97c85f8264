"""An embedded AWS for all, and an executor of one's own in front of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from embedded_aws import embedded_aws
from emulator.codepipeline import declare
from emulator.codepipeline.steps import deployment, pending
from emulator.codepipeline.world import World, new_service, prepare

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """Start an embedded AWS with two accounts; its own executor has nothing to do."""
    with embedded_aws() as running:
        prepare(running.endpoint_url)
        yield running.endpoint_url


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
