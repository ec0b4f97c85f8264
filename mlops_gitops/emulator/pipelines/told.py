"""What an execution tells others: messages of callbacks in SQS, logs of jobs in CloudWatch Logs."""

import json
import logging
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from mlops_gitops.emulator.sagemaker.plug import Inside
from mlops_gitops.emulator.wire import Scope
from mlops_gitops.executor.folder import RunFolder
from mlops_gitops.executor.language import all_steps
from mlops_gitops.executor.reading import read_steps
from mlops_gitops.executor.request import Notice

logger = logging.getLogger(__name__)

_GROUPS = {
    "processing-job": "/aws/sagemaker/ProcessingJobs",
    "training-job": "/aws/sagemaker/TrainingJobs",
}
_LINES = 5000
_PAGE = 500


class Told:
    """Listens to one execution.

    Args:
        inside: clients of the embedded AWS.
        scope: whose it is.
        folder: its run folder.
    """

    def __init__(self, inside: Inside, scope: Scope, folder: Path) -> None:
        self._inside, self._scope, self._folder = inside, scope, folder
        self._sent: set[str] = set()

    def __call__(self, notice: Notice) -> None:
        """Pass on what is new; what cannot be passed on never holds an execution up."""
        if not notice.step:
            return
        try:
            self._messages(notice.step)
            if notice.status.is_over:
                self._log(notice.step)
        except (ClientError, BotoCoreError):
            logger.exception("The embedded AWS could not tell of %s", self._folder)

    def _messages(self, step: str) -> None:
        messages = self._folder / "queue" / "messages"
        for file in sorted(messages.glob("*.json")) if messages.is_dir() else ():
            if file.name not in self._sent:
                self._sent.add(file.name)
                self._send(step, file.read_text(encoding="utf-8"))

    def _send(self, step: str, body: str) -> None:
        queue = next(_queues(self._folder, step), None)
        if isinstance(queue, str):
            self._client("sqs").send_message(QueueUrl=queue, MessageBody=body)

    def _log(self, step: str) -> None:
        """Put the log of a step's job where SageMaker's jobs write theirs."""
        file, job = RunFolder(self._folder).log(step), self._job(step)
        group = _GROUPS.get(job.rpartition(":")[2].partition("/")[0])
        if group is None or not file.is_file():
            return
        logs, stream = self._client("logs"), f"{job.rpartition('/')[2]}/algo-1"
        with suppress(ClientError):  # it is there from the first job on
            logs.create_log_group(logGroupName=group)
        with suppress(ClientError):  # an attempt before this one made it
            logs.create_log_stream(logGroupName=group, logStreamName=stream)
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()[-_LINES:]
        now = int(time.time() * 1000)
        for begin in range(0, len(lines), _PAGE):
            logs.put_log_events(
                logGroupName=group,
                logStreamName=stream,
                logEvents=[
                    {"timestamp": now, "message": line or " "}
                    for line in lines[begin : begin + _PAGE]
                ],
            )

    def _job(self, step: str) -> str:
        for each in read_steps(self._folder):
            if each.get("StepName") == step:
                metadata = each.get("Metadata")
                about = next(iter(metadata.values()), {}) if isinstance(metadata, dict) else {}
                return str(about.get("Arn", "")) if isinstance(about, dict) else ""
        return ""

    def _client(self, service: str) -> Any:
        return self._inside.clients.of_account(service, self._scope.account, self._scope.region)


def _queues(folder: Path, step: str) -> Iterator[Any]:
    definition = json.loads((folder / "definition.json").read_bytes())
    for found, _ in all_steps(definition["Steps"]):
        if found.get("Name") == step:
            yield found.get("SqsQueueUrl")
