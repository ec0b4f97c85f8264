"""The process of the embedded AWS: `python -m mlops_gitops.emulator.server --port 0 --state-dir D`.

It binds 127.0.0.1 only, keeps its state in the folder it is given, writes it within moments of a
change and once more on SIGTERM. `lifecycle` starts and stops it.
"""

import argparse
import asyncio
import contextlib
import fcntl
import json
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from mlops_gitops.emulator.codepipeline.clients import Clients
from mlops_gitops.emulator.environment import prepare_environment
from mlops_gitops.emulator.files import locked, private_folder, write_atomically
from mlops_gitops.emulator.front import BANNER, Check, Front
from mlops_gitops.emulator.replacement import CREATE_ONLY
from mlops_gitops.emulator.sagemaker.service import SageMakerService
from mlops_gitops.emulator.services import CodePipelineFront, better_types, resource_types
from mlops_gitops.emulator.stepfunctions.tasks import Tasks

if TYPE_CHECKING:
    from mlops_gitops.emulator.codepipeline.service import CodePipelineService

PORT_TAKEN = 3
ALREADY_SERVED = 4
SERVER_FILE = "server.json"
LOCK_FILE = "server.lock"

_SAVE_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 3.0
_SAVE_SHARE = 5  # writing may take a sixth of the time, until there is a great deal of state
_GRACE_SECONDS = 3.0


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(description=BANNER)
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one")
    parser.add_argument("--state-dir", type=Path, required=True)
    parser.add_argument("--endpoint-seconds", type=float, default=0.3)
    parser.add_argument(
        "--enforce-iam", action="store_true", help="policies of roles are evaluated"
    )
    parser.add_argument("--record-iam", type=Path, help="file for what roles ask")
    parser.add_argument(
        "--calls-per-second", type=float, default=0, help="of an account to a service; 0: any"
    )
    parser.add_argument("--record-calls", type=Path, help="file for every call")
    parser.add_argument("--save-at-end", action="store_true", help="and not in between")
    given = parser.parse_args()
    state_dir = private_folder(given.state_dir.absolute())
    with _only_server_of(state_dir):
        serve(_bound(given.port), state_dir, given)


def serve(listener: socket.socket, state_dir: Path, given: argparse.Namespace) -> None:
    """Serve on a bound socket until told to stop."""
    port = listener.getsockname()[1]
    prepare_environment(os.environ, port=port, state_dir=state_dir)
    # ministack makes files for all to read; nothing of this state is anybody else's business.
    os.umask(0o077)
    from mlops_gitops.emulator import ministack_cloudformation as cloudformation
    from mlops_gitops.emulator import ministack_hooks as ministack

    identity = {
        "pid": os.getpid(),
        "port": port,
        "state_dir": str(state_dir),
        "enforces_iam": given.enforce_iam,
    }
    server_file = state_dir / SERVER_FILE
    sagemaker = SageMakerService(
        state_dir=state_dir,
        endpoint_seconds=given.endpoint_seconds,
        endpoint_url=f"http://127.0.0.1:{port}",
    )
    pipelines = _codepipeline(port, state_dir / "codepipeline.json")
    codepipeline = CodePipelineFront(pipelines)
    ministack.mount("sagemaker", "SageMaker.", sagemaker.handle)
    ministack.mount("codepipeline", "CodePipeline_20150709.", codepipeline.handle)
    clients = Clients(f"http://127.0.0.1:{port}")
    for provider in resource_types(sagemaker.call, codepipeline.call):
        cloudformation.register(provider)
    for lifecycle in better_types(clients):
        cloudformation.register_lifecycle(lifecycle)
    ministack.integrate(Tasks(clients))
    _mend_ministack()

    def save() -> None:
        ministack.save()
        sagemaker.save()

    front = Front(
        ministack.application,
        health=identity,
        refuse_credentials=ministack.refuse_credentials,
        check=_checks(given),
    )
    write_atomically(server_file, json.dumps(identity).encode())
    sys.stdout.write(f"{BANNER} on http://127.0.0.1:{port}\n")
    sys.stdout.flush()
    with listener:  # the port is free again before the lock is
        state = _State(save, is_kept=not given.save_at_end)
        asyncio.run(_run(front, listener, cloudformation, pipelines, state, ministack.put_event))
    server_file.unlink(missing_ok=True)


def _mend_ministack() -> None:
    from mlops_gitops.emulator import ministack_cloudformation as cloudformation
    from mlops_gitops.emulator import ministack_hooks as ministack
    from mlops_gitops.emulator.ministack_buckets import keep_data
    from mlops_gitops.emulator.ministack_drift_changes import look_at_drift
    from mlops_gitops.emulator.ministack_ecr import keep_registries_apart
    from mlops_gitops.emulator.ministack_encryption import keep_encryption
    from mlops_gitops.emulator.ministack_functions import act_as_roles
    from mlops_gitops.emulator.ministack_imports import learn_imports
    from mlops_gitops.emulator.ministack_state import save_in_one_piece

    cloudformation.mend(CREATE_ONLY)
    look_at_drift()
    learn_imports()
    ministack.enforce_trust()
    act_as_roles()
    ministack.tell_buckets_who_asks()
    ministack.keep_sessions()
    save_in_one_piece()
    keep_registries_apart()
    keep_encryption()
    keep_data()


def _checks(given: argparse.Namespace) -> Check | None:
    """What looks at each request: at its permissions, then at how many there are."""
    permitted = _check(enforcing=given.enforce_iam, record=given.record_iam)
    if not given.calls_per_second and given.record_calls is None:
        return permitted
    from mlops_gitops.emulator.ministack_hooks import account_of
    from mlops_gitops.emulator.traffic import Traffic

    traffic = Traffic(account_of, limit=given.calls_per_second, record=given.record_calls)
    if permitted is None:
        return traffic.check
    return lambda *request: permitted(*request) or traffic.check(*request)


def _check(*, enforcing: bool, record: Path | None) -> Check | None:
    """What looks at each request's permissions; nobody does unless asked for, as it takes time."""
    if not enforcing and record is None:
        return None
    from mlops_gitops.emulator.iam.check import checked
    from mlops_gitops.emulator.iam.guard import Guard
    from mlops_gitops.emulator.iam.record import Recorder, forget
    from mlops_gitops.emulator.ministack_iam import Accounts, denial, guard_stacks, guard_tasks

    note = forget if record is None else Recorder(record)
    guard = Guard(Accounts(), note, enforcing=enforcing)
    guard_stacks(guard)
    guard_tasks(guard)
    return checked(guard, denial)


async def _run(
    front: Front,
    listener: socket.socket,
    cloudformation: ModuleType,
    pipelines: "CodePipelineService",
    state: "_State",
    put_event: Callable[[str, str, dict[str, object]], None],
) -> None:
    from hypercorn.asyncio import serve as hypercorn_serve
    from hypercorn.config import Config

    config = Config()
    config.bind = [f"fd://{listener.fileno()}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1.0
    config.loglevel = "WARNING"
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    def on_the_loop(account: str, region: str, event: dict[str, object]) -> None:
        loop.call_soon_threadsafe(put_event, account, region, event)

    async def until_stopped() -> None:
        cloudformation.fail_interrupted_stacks()
        # ministack's services are not safe for threads; they all run on the loop.
        pipelines.announce(on_the_loop)
        pipelines.start()
        keeper = asyncio.create_task(_keep_saving(front, cloudformation.busy, state))
        await stop.wait()
        keeper.cancel()
        await asyncio.to_thread(pipelines.stop)
        await _until_idle(cloudformation.busy)
        state.save()

    await hypercorn_serve(front, config, shutdown_trigger=until_stopped)  # type: ignore[arg-type]  # hypercorn's own ASGI types


@dataclass(frozen=True, slots=True)
class _State:
    """What is saved; if it is not kept, only at the end, so that nobody waits for it before."""

    save: Callable[[], None]
    is_kept: bool


async def _keep_saving(front: Front, busy: Callable[[], bool], state: _State) -> None:
    saved_at, took = time.monotonic(), 0.0
    was_busy = False
    while state.is_kept:
        pause = min(max(_SAVE_PAUSE_SECONDS, took * _SAVE_SHARE), _LONGEST_PAUSE_SECONDS)
        await asyncio.sleep(pause)
        is_busy = busy()
        if front.last_write < saved_at and not is_busy and not was_busy:
            continue
        saved_at, was_busy = time.monotonic(), is_busy
        try:
            state.save()
        except Exception:
            logging.getLogger(__name__).exception("The state could not be saved.")
        took = time.monotonic() - saved_at


async def _until_idle(busy: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _GRACE_SECONDS
    while busy() and time.monotonic() < deadline:  # noqa: ASYNC110 -- nothing signals it
        await asyncio.sleep(0.05)


def _codepipeline(port: int, state_file: Path) -> "CodePipelineService":
    from mlops_gitops.emulator.codepipeline.service import CodePipelineService

    return CodePipelineService(endpoint_url=f"http://127.0.0.1:{port}", state_file=state_file)


def _bound(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        sys.stderr.write(f"Port {port}: {error.strerror}.\n")
        raise SystemExit(PORT_TAKEN) from None
    listener.set_inheritable(True)
    return listener


@contextlib.contextmanager
def _only_server_of(state_dir: Path) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(locked(state_dir / LOCK_FILE, fcntl.LOCK_EX | fcntl.LOCK_NB))
        except BlockingIOError:
            sys.stderr.write(f"Another embedded AWS serves {state_dir}.\n")
            raise SystemExit(ALREADY_SERVED) from None
        yield


if __name__ == "__main__":
    main()
