"""Where jobs are kept: they are taken in, end in their time, and survive a restart.

A job's record is plain JSON in the store of SageMaker's parts, one table for each kind. A timer
ends it; a job that was under way when the process stopped is taken up again when somebody looks.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError

from mlops_gitops.emulator.codepipeline import roles
from mlops_gitops.emulator.codepipeline.clients import Credentials
from mlops_gitops.emulator.jobs.bench import Bench, Child, JobFailedError, Outcome
from mlops_gitops.emulator.jobs.kinds import TRAINING, Kind
from mlops_gitops.emulator.jobs.storage import Storage
from mlops_gitops.emulator.sagemaker.plug import Inside, Request, arn
from mlops_gitops.emulator.sagemaker.tags import tag
from mlops_gitops.emulator.wire import CallError, Scope

logger = logging.getLogger(__name__)

Members = dict[str, Any]
"""All that Describe and List choose from."""


class Desk:
    """The jobs of all accounts.

    Args:
        inside: SageMaker's store, and clients of S3.
        seconds: how long a job takes.
        now: seconds since 1970.
    """

    def __init__(
        self, inside: Inside, *, seconds: float, now: Callable[[], float] = time.time
    ) -> None:
        self._inside = inside
        self._seconds = seconds
        self._now = now
        self._timed: set[str] = set()

    def take(self, kind: Kind, scope: Scope, request: Request) -> str:
        """Take a job in; gives its ARN.

        Raises:
            CallError: ResourceInUse, when the name is taken.
        """
        name = request[f"{kind.stem}Name"]
        job_arn = arn(scope, kind.arn_type, name)
        record = {
            **request,
            **kind.opening(request),
            **_times(kind, created=self._now()),
            f"{kind.stem}Arn": job_arn,
            f"{kind.stem}Status": "InProgress",
        }
        store = self._inside.store
        with store.lock:
            table = store.table(scope, kind.stem)
            if name in table:
                raise _in_use(kind, job_arn)
            table[name] = {"Request": dict(request), "Members": record}
            tag(store, scope, job_arn, request.get("Tags", ()))
        self._time(kind, scope, name)
        return job_arn

    def look(self, kind: Kind, scope: Scope, name: str) -> Members:
        """Give all members of a job.

        Raises:
            CallError: there is none of this name.
        """
        with self._inside.store.lock:
            record = self._inside.store.table(scope, kind.stem).get(name)
            if record is None:
                code, words = kind.missing
                raise CallError(code, words.format(name=name))
            members = dict(record["Members"])
        self._take_up(kind, scope, members)
        return members

    def all(self, kind: Kind, scope: Scope) -> list[Members]:
        """Give the members of all jobs of a kind, in the order they came in."""
        with self._inside.store.lock:
            records = self._inside.store.table(scope, kind.stem).values()
            every = [dict(record["Members"]) for record in records]
        for members in every:
            self._take_up(kind, scope, members)
        return every

    def stop(self, kind: Kind, scope: Scope, name: str) -> None:
        """Have a job end as Stopped.

        Raises:
            CallError: there is none of this name, or it has ended.
        """
        self.look(kind, scope, name)
        with self._inside.store.lock:
            members = self._inside.store.table(scope, kind.stem)[name]["Members"]
            status = members[f"{kind.stem}Status"]
            if status not in ("InProgress", "Stopping"):
                message = f"The request was rejected because the {kind.words} is in status {status}"
                raise CallError("ValidationException", f"{message}.")
            members.update(_status(kind, "Stopping"))

    def _take_up(self, kind: Kind, scope: Scope, members: Members) -> None:
        if members[f"{kind.stem}Status"] in ("InProgress", "Stopping"):
            self._time(kind, scope, members[f"{kind.stem}Name"])

    def _time(self, kind: Kind, scope: Scope, name: str) -> None:
        job_arn = arn(scope, kind.arn_type, name)
        with self._inside.store.lock:
            if job_arn in self._timed:
                return
            self._timed.add(job_arn)
        timer = threading.Timer(self._seconds, self._end, (kind, scope, name))
        timer.daemon = True
        timer.start()

    def _end(self, kind: Kind, scope: Scope, name: str) -> None:
        with self._inside.store.lock:
            record = self._inside.store.table(scope, kind.stem).get(name)
        if record is None:  # the state was put aside meanwhile
            return
        bench = self._bench(kind, scope, name, record)
        status, failure, outcome = "Stopped", "", Outcome(members={})
        if record["Members"][f"{kind.stem}Status"] == "InProgress":
            status, failure, outcome = _worked(kind, bench, record["Request"])
        told = {**outcome.members, **_status(kind, status), **_times(kind, ended=self._now())}
        with self._inside.store.lock:
            for child in outcome.children:
                self._keep(child, scope)
            record["Members"].update(told, **({"FailureReason": failure} if failure else {}))

    def _bench(self, kind: Kind, scope: Scope, name: str, record: Mapping[str, Any]) -> Bench:
        clients = self._inside.clients
        who = Credentials(key=scope.account)
        for role in kind.roles(record["Request"])[:1]:
            # A role that was deleted meanwhile had been good enough for AWS to begin.
            with suppress(ClientError):
                who = roles.hop(clients, who, role, "SageMaker", scope.region)
        client = clients.of("s3", who, scope.region)
        return Bench(
            scope=scope,
            name=name,
            arn=arn(scope, kind.arn_type, name),
            created=record["Members"]["CreationTime"],
            storage=Storage(client),
            child_arn=lambda child: arn(scope, TRAINING.arn_type, child),
        )

    def _keep(self, child: Child, scope: Scope) -> None:
        job_arn = arn(scope, TRAINING.arn_type, child.name)
        now = self._now()
        members = {
            **child.request,
            **child.members,
            **_times(TRAINING, created=now),
            **_times(TRAINING, ended=now),
            **_status(TRAINING, "Failed" if child.failure else "Completed"),
            **({"FailureReason": child.failure} if child.failure else {}),
            "TrainingJobArn": job_arn,
        }
        table = self._inside.store.table(scope, TRAINING.stem)
        table[child.name] = {"Request": dict(child.request), "Members": members}
        tag(self._inside.store, scope, job_arn, ())


def _worked(kind: Kind, bench: Bench, request: Request) -> tuple[str, str, Outcome]:
    try:
        return "Completed", "", kind.work(bench, request)
    except JobFailedError as error:
        return "Failed", error.reason, Outcome(members=error.members, children=error.children)
    except Exception:
        logger.exception("The embedded AWS failed on %s", bench.arn)
        reason = "InternalServerError: The embedded AWS failed on this job; its log has more."
        return "Failed", reason, Outcome(members={})


def _in_use(kind: Kind, job_arn: str) -> CallError:
    message = (
        f"{kind.words[:1].upper()}{kind.words[1:]} names must be unique within an AWS account and "
        f"region, and a {kind.words} with this name already exists ({job_arn})"
    )
    return CallError("ResourceInUse", message)


def _status(kind: Kind, status: str) -> Members:
    secondary = {kind.secondary: status} if kind.secondary else {}
    return {f"{kind.stem}Status": status, **secondary}


def _times(kind: Kind, **moments: float) -> Mapping[str, float]:
    told: dict[str, float] = {}
    if "created" in moments:
        told |= {"CreationTime": moments["created"], kind.started: moments["created"]}
    if "ended" in moments:
        told |= {kind.ended: moments["ended"]}
    told["LastModifiedTime"] = max(moments.values())
    return {member: moment for member, moment in told.items() if member}
