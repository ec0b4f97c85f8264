"""Runs the actions: a pool of threads, and a clock for approvals that nobody answers."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, assert_never

from botocore.exceptions import ConnectionError as NoConnectionError
from botocore.exceptions import HTTPClientError

from mlops_gitops.emulator.codepipeline import events
from mlops_gitops.emulator.codepipeline.actions.approval import ask_for_approval
from mlops_gitops.emulator.codepipeline.actions.cloudformation import run_cloudformation
from mlops_gitops.emulator.codepipeline.actions.invoke import invoke_function, run_state_machine
from mlops_gitops.emulator.codepipeline.actions.job import ActionFailedError, Done, Job
from mlops_gitops.emulator.codepipeline.actions.source import run_source
from mlops_gitops.emulator.codepipeline.declaration import Provider
from mlops_gitops.emulator.codepipeline.errors import ApiError
from mlops_gitops.emulator.codepipeline.machine import overdue
from mlops_gitops.emulator.codepipeline.state import Failure, RunStatus
from mlops_gitops.emulator.codepipeline.variables import UnresolvedError, resolve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_gitops.emulator.codepipeline.clients import Clients
    from mlops_gitops.emulator.codepipeline.ledger import Key, Ledger

THREADS = 32
LOG = logging.getLogger(__name__)


class InterruptedRunError(Exception):
    """The run was abandoned, or the emulator stops: say nothing more about it."""


class Worker:
    """Runs effects until it is stopped; what was in progress then is taken up at the next start."""

    def __init__(self, ledger: Ledger, clients: Clients, poll_seconds: float) -> None:
        self._ledger = ledger
        self._clients = clients
        self._poll = poll_seconds
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._taken: set[str] = set()
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="codepipeline")
        self._clock = threading.Thread(target=self._watch_clock, name="codepipeline-clock")

    def start(self) -> None:
        """Take up what is in progress, and whatever comes."""
        self._ledger.listen(self._take)
        for key in self._ledger.pipelines():
            self._take(key, self._unfinished(key))
        self._clock.start()

    def stop(self) -> None:
        """Leave everything as it is and end the threads."""
        self._ledger.listen(lambda _key, _effects: None)
        self._stopping.set()
        self._clock.join()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _unfinished(self, key: Key) -> list[events.Effect]:
        state = self._ledger.get(key)
        return [
            events.RunAction(execution=execution.id, run=run.id)
            for execution in (state.executions.values() if state else ())
            for run in execution.runs.values()
            if run.status is RunStatus.IN_PROGRESS
        ]

    def _take(self, key: Key, effects: Sequence[events.Effect]) -> None:
        for effect in effects:
            match effect:
                case events.RunAction():
                    with self._lock:
                        is_new = effect.run not in self._taken
                        self._taken.add(effect.run)
                    if is_new and not self._stopping.is_set():
                        self._pool.submit(self._run, key, effect)
                case events.AbandonRun():
                    pass  # the run looks at its own status whenever it pauses
                case _:
                    assert_never(effect)

    def _run(self, key: Key, effect: events.RunAction) -> None:
        try:
            event = self._result(key, effect)
            while event is None and not self._stopping.wait(self._poll):
                event = self._result(key, effect)
            if event:
                self._tell(key, event)
        except InterruptedRunError:
            pass

    def _result(self, key: Key, effect: events.RunAction) -> events.Event | None:
        """Run once; None is to be tried again: the endpoint did not answer."""
        try:
            done = run_action(self._job(key, effect))
        except (HTTPClientError, NoConnectionError):
            LOG.info("No answer from the endpoint in %s; trying again.", effect.run)
            return None
        except ActionFailedError as error:
            failure = Failure(code=error.code, message=error.message)
        except UnresolvedError as error:
            failure = Failure(code="ConfigurationError", message=str(error))
        except (InterruptedRunError, ApiError) as error:
            raise InterruptedRunError from error
        except Exception as error:  # whatever else happens ends the action, not the emulator
            LOG.exception("Action run %s broke.", effect.run)
            failure = Failure(code="SystemUnavailable", message=f"Internal error: {error}")
        else:
            if done is None:
                raise InterruptedRunError
            return events.Succeeded(
                execution=effect.execution,
                run=effect.run,
                summary=done.summary,
                external_id=done.external_id,
                variables=done.variables,
                artifacts=done.artifacts,
            )
        return events.Failed(execution=effect.execution, run=effect.run, failure=failure)

    def _job(self, key: Key, effect: events.RunAction) -> Job:
        self._check(key, effect)
        state = self._ledger.find(key)
        execution = state.executions[effect.execution]
        run = execution.runs[effect.run]
        declared = state.declared(run)
        if declared is None:
            raise InterruptedRunError
        action = declared[1]
        config = resolve(action.configuration, execution, state.pipeline.defaults)
        progressed = partial(events.Progressed, execution=execution.id, run=run.id)
        self._tell(key, progressed(resolved=config))

        def report(
            *,
            checkpoint: str | None = None,
            external_id: str | None = None,
            external_url: str | None = None,
            summary: str | None = None,
        ) -> None:
            self._check(key, effect)
            self._tell(
                key,
                progressed(
                    checkpoint=checkpoint,
                    external_id=external_id,
                    external_url=external_url,
                    summary=summary,
                ),
            )

        def pause() -> None:
            self._stopping.wait(self._poll)
            self._check(key, effect)

        return Job(
            key=key,
            pipeline=state.pipeline,
            execution=execution,
            action=action,
            run=run,
            config=config,
            clients=self._clients,
            report=report,
            pause=pause,
        )

    def _check(self, key: Key, effect: events.RunAction) -> None:
        state = self._ledger.get(key)
        execution = state.executions.get(effect.execution) if state else None
        run = execution.runs.get(effect.run) if execution else None
        if self._stopping.is_set() or run is None or run.status is not RunStatus.IN_PROGRESS:
            raise InterruptedRunError

    def _tell(self, key: Key, event: events.Event) -> None:
        try:
            self._ledger.apply(key, lambda _state: event)
        except ApiError as error:  # the pipeline was deleted meanwhile
            raise InterruptedRunError from error

    def _watch_clock(self) -> None:
        while not self._stopping.wait(4 * self._poll):
            for key in self._ledger.pipelines():
                state = self._ledger.get(key)
                for event in overdue(state, self._ledger.at()) if state else ():
                    try:
                        self._tell(key, event)
                    except InterruptedRunError:
                        break


def run_action(job: Job) -> Done | None:
    """Run an action to its end; None is an approval, whose end comes from outside.

    Raises:
        ActionFailedError: It failed.
    """
    match job.action.provider:
        case Provider.S3:
            return run_source(job)
        case Provider.CLOUDFORMATION:
            return run_cloudformation(job)
        case Provider.MANUAL:
            ask_for_approval(job)
            return None
        case Provider.LAMBDA:
            return invoke_function(job)
        case Provider.STEP_FUNCTIONS:
            return run_state_machine(job)
        case Provider.OTHER:
            message = (
                f"The action provider {job.action.owner}/{job.action.provider_name} is not "
                "emulated by the embedded AWS."
            )
            raise ActionFailedError("ConfigurationError", message)
        case _:
            assert_never(job.action.provider)
