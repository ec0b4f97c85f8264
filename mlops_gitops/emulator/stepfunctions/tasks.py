"""Which tasks are ours, as whom they call, and how `.sync` waits for a job."""

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from mlops_gitops.emulator.codepipeline import roles
from mlops_gitops.emulator.codepipeline.clients import Clients, Credentials
from mlops_gitops.emulator.stepfunctions.call import SDK, TAILORED, Service, TaskError
from mlops_gitops.emulator.stepfunctions.resource import Integration, read_resource
from mlops_gitops.emulator.wire import Scope

_PRINCIPAL = "states.amazonaws.com"
_POLL_SECONDS = 0.1
_SPELLED = {
    "codepipeline": "CodePipeline",
    "eventbridge": "EventBridge",
    "s3": "S3",
    "sagemaker": "SageMaker",
    "sfn": "Sfn",
    "sns": "Sns",
}
_CLIENTS = {"eventbridge": "events", "sfn": "stepfunctions"}
"""Where botocore calls a service by another name than the AWS SDK for Java."""
_WAITED_FOR = ("HyperParameterTuningJob", "ProcessingJob", "TrainingJob", "TransformJob")
_TAILORED = frozenset(
    {"CreateEndpoint", "CreateEndpointConfig", "CreateModel", "UpdateEndpoint"}
    | {f"Create{stem}" for stem in _WAITED_FOR}
)
"""Developer guide, "Create and manage Amazon SageMaker AI jobs"; labelling jobs are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A task of an execution under way."""

    resource: str
    arguments: Any
    state: str
    """The state's name."""
    scope: Scope
    role: str
    """The state machine's role."""
    stopped: Callable[[], bool]
    """Whether the execution has been stopped meanwhile."""


class Tasks:
    """Runs tasks against the embedded AWS."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def run(self, task: Task) -> Any:
        """Run a task that `handles` agreed to; gives its output.

        Raises:
            TaskError: the task failed.
        """
        asked = read_resource(task.resource)
        if asked is None or not _is_known(asked):
            message = (
                f"The resource provided {task.resource} is not recognized. The value is not a "
                "valid resource ARN, or the resource is not available in this region."
            )
            raise TaskError("States.Runtime", message)
        if asked.service == "codebuild":
            message = "CodeBuild builds are not emulated by the embedded AWS."
            raise TaskError("States.TaskFailed", message)
        service = Service(
            client=self._clients.of(
                _CLIENTS.get(asked.service, asked.service), self._as_role(task), task.scope.region
            ),
            name=_SPELLED[asked.service],
            dialect=SDK if asked.generic else TAILORED,
        )
        answer = service.call(asked.operation, task.arguments, task.state)
        return answer if not asked.pattern else _ended(service, asked, task)

    def _as_role(self, task: Task) -> Credentials:
        region, account = task.scope.region, Credentials(key=task.scope.account)
        try:
            roles.check_service_role(self._clients, task.role, _PRINCIPAL, region)
            return roles.hop(self._clients, account, task.role, uuid.uuid4().hex, region)
        except (roles.RoleError, ClientError) as error:
            # AWS says so when the machine is made; roles of a template may come after it here.
            message = (
                f"Neither the global service principal {_PRINCIPAL}, nor the regional one is "
                f"authorized to assume the provided role. ({error})"
            )
            raise TaskError("States.Runtime", message) from error


def handles(resource: str) -> bool:
    """Whether a task's resource is ours to run, or to refuse."""
    asked = read_resource(resource)
    if asked is None:
        return False
    generic = asked.service in _SPELLED and asked.generic
    return generic or asked.service in ("sagemaker", "codebuild")


def _is_known(asked: Integration) -> bool:
    if asked.service == "codebuild":
        return True
    if asked.generic:
        return not asked.pattern
    waits = asked.operation.removeprefix("Create") in _WAITED_FOR
    return asked.operation in _TAILORED and (not asked.pattern or waits)


def _ended(service: Service, asked: Integration, task: Task) -> Any:
    """The description of a job that completed; a job whose execution was stopped is stopped too."""
    stem = asked.operation.removeprefix("Create")
    named = {f"{stem}Name": task.arguments[f"{stem}Name"]}
    while True:
        told = service.call(f"Describe{stem}", named, task.state)
        status = told[f"{stem}Status"]
        if status == "Completed":
            return told
        if status in ("Failed", "Stopped"):
            raise TaskError("States.TaskFailed", json.dumps(told))
        if task.stopped():
            service.call(f"Stop{stem}", named, task.state)
            return told  # an error would turn the execution's status from ABORTED to FAILED
        time.sleep(_POLL_SECONDS)
