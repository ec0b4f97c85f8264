"""One attempt at a step: its arguments are resolved, the cache is asked, its work is done."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from mlops_gitops.executor import cache
from mlops_gitops.executor.facts import Facts
from mlops_gitops.executor.folder import token
from mlops_gitops.executor.graph import Node
from mlops_gitops.executor.language import Json, Unresolved, resolve
from mlops_gitops.executor.request import RunRequest
from mlops_gitops.executor.retries import SERVICE_FAULT
from mlops_gitops.executor.storage import BadUri, Writer
from mlops_gitops.executor.work.by_type import work_of
from mlops_gitops.executor.work.desk import (
    Desk,
    Done,
    House,
    How,
    Object,
    StepFailed,
    StepStopped,
    an_object,
)
from mlops_gitops.executor.work.function import known_function

_SUFFIX = 10
_AS_WRITTEN = frozenset({"Arguments", "DependsOn", "Name", "Type"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What one attempt at a step starts with.

    Attributes:
        house: what all steps share.
        request: what runs.
        node: the step.
        number: which attempt it is, from 1.
        facts: what its references name.
        stop: set when it has to stop.
        tell: says something to whoever watches.
    """

    house: House
    request: RunRequest
    node: Node
    number: int
    facts: Facts
    stop: threading.Event
    tell: Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an attempt ended: exactly one of these.

    Attributes:
        done: it succeeded.
        failed: it failed.
        stopped: it was told to stop.
        source: ARN of the execution that the result is from, if it is from the cache.
    """

    done: Done | None = None
    failed: StepFailed | None = None
    stopped: StepStopped | None = None
    source: str = ""


def attempt(given: Attempt) -> Outcome:
    """Make an attempt; whatever goes wrong is its outcome."""
    try:
        return _attempt(given)
    except StepFailed as failed:
        return Outcome(failed=failed)
    except StepStopped as stopped:
        return Outcome(stopped=stopped)
    except (Unresolved, BadUri) as error:
        return Outcome(failed=StepFailed(f"ClientError: {error}"))
    except OSError as error:
        reason = f"ServiceFault: this machine refused: {error}."
        return Outcome(failed=StepFailed(reason, error=SERVICE_FAULT))
    except Exception as error:  # noqa: BLE001 - a defect of ours must not leave the run hanging
        reason = f"InternalServerError: a defect of the executor: {type(error).__name__}: {error}"
        return Outcome(failed=StepFailed(reason))


def _attempt(given: Attempt) -> Outcome:
    faults = given.request.faults.get(given.node.name, ())
    if given.number <= len(faults):
        error = faults[given.number - 1]
        raise StepFailed(f"{error}: asked for by the request.", error=error)
    desk = _desk(given)
    storing = given.request.cache if cache.enabled(given.node.step) else None
    if storing is None:
        return Outcome(done=work_of(given.node.type)(desk))
    key = cache.key_of(desk.step, desk.arguments, given.facts.storage, _code(desk))
    kept = cache.find(
        storing, key, desk.step.get("CacheConfig"), given.facts.storage, given.house.now()
    )
    if kept is not None:
        why = f"The same was {kept.how} by {kept.source.rpartition('/')[2]}."
        done = Done(properties=kept.properties, metadata=kept.metadata, how=How.CACHED, why=why)
        return Outcome(done=done, source=kept.source)
    done = work_of(given.node.type)(desk)
    keeping = cache.Kept(
        properties=done.properties,
        metadata=done.metadata,
        how=done.how.value,
        source=given.house.identity.arn_of_execution,
    )
    cache.keep(storing, key, keeping, desk.writer.written, given.facts.storage, given.house.now())
    return Outcome(done=done)


def _desk(given: Attempt) -> Desk:
    job = given.house.identity.job_name(given.node.name, token(_SUFFIX))
    facts = replace(given.facts, job_name=job)
    raw: Json = given.node.step.get("Arguments")
    arguments: Object = {}
    if given.node.type == "ForEach":
        arguments = {"IterableItems": resolve(an_object(raw).get("IterableItems"), facts)}
    elif given.node.type != "Condition":  # which reads no more than it needs to decide
        arguments = an_object(resolve(raw, facts))
    return Desk(
        house=given.house,
        name=given.node.name,
        step={
            key: value if key in _AS_WRITTEN else resolve(value, facts)
            for key, value in given.node.step.items()
        },
        arguments=arguments,
        facts=facts,
        job=job,
        writer=Writer(given.facts.storage),
        stop=given.stop,
        tell=given.tell,
    )


def _code(desk: Desk) -> Path | None:
    if desk.step.get("Type") != "Lambda":
        return None
    function = known_function(desk, str(desk.step.get("FunctionArn") or ""))
    return function.folder if function else None
