"""An embedded AWS for tests: a server of its own, on a free port, in a temporary folder."""

import contextlib
import itertools
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from mlops_gitops.emulator import lifecycle
from mlops_gitops.emulator.lifecycle import Iam, Measuring, Running

ORCHESTRATOR, DEV, STAGING, PROD = "111111111111", "222222222222", "333333333333", "444444444444"

SAVED_AT_END = Measuring(saves_at_end=True)
"""Tests share one embedded AWS: there is ever more to save, and whoever calls waits meanwhile."""

_servers = itertools.count(1)


@contextlib.contextmanager
def embedded_aws(
    state_dir: Path | None = None,
    iam: Iam | None = None,
    measuring: Measuring = SAVED_AT_END,
) -> Iterator[Running]:
    """A running embedded AWS; it is stopped at the end, and its state gone with its folder.

    Args:
        state_dir: a folder that outlives it; a temporary one by default.
        iam: what is done with the policies of roles; by default what the environment says.
        measuring: what is done with calls, and when its state is saved.
    """
    with contextlib.ExitStack() as stack:
        folder = state_dir or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        running = lifecycle.up(folder, port=0, iam=iam or _iam(), measuring=measuring)
        stack.callback(lifecycle.down, folder)
        yield running


def _iam() -> Iam:
    """What `make permissions` wants to know of the tests, or whoever enforces policies in them."""
    folder = os.environ.get("RECORD_IAM")
    record = Path(folder) / f"{os.getpid()}-{next(_servers)}.jsonl" if folder else None
    return Iam(enforced="ENFORCE_IAM" in os.environ, record=record)


@contextlib.contextmanager
def in_environment(running: Running) -> Iterator[None]:
    """This process talks to it by default, as after `local env`."""
    wanted = lifecycle.environment(running)
    before = {name: os.environ.get(name) for name in wanted}
    try:
        _apply(wanted)
        yield
    finally:
        _apply(before)


def client(running: Running, service: str, account: str = ORCHESTRATOR) -> Any:
    """A boto3 client that acts as an account's root, without retries."""
    return boto3.client(
        service,
        endpoint_url=running.endpoint_url,
        region_name="us-east-1",
        aws_access_key_id=account,
        aws_secret_access_key="emulated",
        config=Config(retries={"total_max_attempts": 1}),
    )


def _apply(values: Any) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
