"""The handle of an execution that runs: to wait for it, look at it, answer it, stop it."""

import threading
from collections.abc import Mapping
from pathlib import Path

from mlops_gitops.executor.references import Json
from mlops_gitops.executor.request import Listener, Notice, RunRequest, RunResult
from mlops_gitops.executor.runner import Execution
from mlops_gitops.executor.work.callback import answer
from mlops_gitops.executor.work.desk import Object


class Handle:
    """An execution that runs in the background.

    Args:
        execution: it has not been started.
    """

    def __init__(self, execution: Execution) -> None:
        self._execution = execution
        self._defect: BaseException | None = None
        # Not the thread's own `join`: interrupted once, it takes the thread for ended.
        self._over = threading.Event()
        threading.Thread(target=self._run, name="execution", daemon=True).start()

    @property
    def folder(self) -> Path:
        """The run folder."""
        return self._execution.folder.path

    @property
    def arn(self) -> str:
        """The execution's ARN."""
        return self._execution.house.identity.arn_of_execution

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self._over.is_set()

    def wait(self, seconds: float | None = None) -> RunResult:
        """Wait for the end, or for so many seconds; give what came of it so far.

        Raises:
            BaseException: a defect of the executor, or of the listener.
        """
        self._over.wait(seconds)
        if self._defect is not None:
            raise self._defect
        return self._execution.ledger.result()

    def steps(self) -> list[Object]:
        """List the steps that have started, as `ListPipelineExecutionSteps` does.

        Each has a member `Local` besides: what of it was really done, and why not more.
        """
        return self._execution.ledger.listed()

    def stop(self) -> None:
        """Ask it to stop, as `StopPipelineExecution` does."""
        self._execution.stop()

    def abandon(self) -> None:
        """Ask it to stop, and not to wait for answers to callbacks or for Lambda functions."""
        self._execution.abandon()

    def answer(self, token: str, status: str, details: Mapping[str, Json]) -> None:
        """Answer a callback; see `callback.answer`.

        Raises:
            UsageError: no message has this token, or it has been answered.
        """
        answer(self._execution.folder, token, status, details)

    def _run(self) -> None:
        try:
            self._execution.run()
        except BaseException as error:  # noqa: BLE001 - raised again where somebody waits
            self._defect = error
            self._execution.break_off(f"InternalServerError: {type(error).__name__}: {error}")
        finally:
            self._over.set()


def silent(_: Notice) -> None:
    """Listen to nothing."""


def start(request: RunRequest, listener: Listener = silent) -> Handle:
    """Start an execution in the background.

    Args:
        request: what to run.
        listener: is told what happens.

    Raises:
        UsageError: it cannot start; no run folder has been made.
    """
    return Handle(Execution(request, listener))


def run(request: RunRequest, listener: Listener = silent) -> RunResult:
    """Run an execution to its end.

    An interruption (`KeyboardInterrupt`, `SystemExit`) stops it and is raised again when it has
    stopped; a second one does not wait for callbacks and functions.

    Raises:
        UsageError: it cannot start; no run folder has been made.
    """
    handle = start(request, listener)
    try:
        return handle.wait()
    except (KeyboardInterrupt, SystemExit):
        handle.stop()
        try:
            handle.wait()
        except (KeyboardInterrupt, SystemExit):
            handle.abandon()
            handle.wait()
        raise
