"""The run folder of a pipeline that local mode of the SageMaker SDK runs.

It has the form of the executor's, as far as the SDK tells anything, so that what reads the one
reads the other. Its steps run one after the other: one that begins says that the last one is over.
"""

import shutil
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from mlops_gitops.executor.api import IN_DOCKER
from mlops_gitops.executor.facts import iso
from mlops_gitops.executor.folder import RunFolder
from mlops_gitops.executor.language import all_steps

_BUSY = "Executing"
_NEVER = "It was not reached."
_TIMES = ("StartTime", "EndTime")


class DockerFolder:
    """Writes down what happens.

    Args:
        folder: of the run, just made.
        name: the pipeline's.
        begins: the event that says what runs.
    """

    def __init__(self, folder: RunFolder, name: str, begins: Mapping[str, Any]) -> None:
        self._folder = folder
        self._name = name
        self._sdk = begins["sdk"] or "of an unknown version"
        self._parameters = begins["parameters"]
        steps = (each for each, _ in all_steps(begins["definition"].get("Steps")))
        self._types = {str(each.get("Name")): str(each.get("Type")) for each in steps}
        self._steps: dict[str, dict[str, Any]] = {}
        self._began = time.time()
        self._now: str | None = None
        (folder.path / "logs").mkdir()
        folder.write("definition.json", begins["definition"])
        self._write(_BUSY, "")

    @property
    def path(self) -> Path:
        """The run folder."""
        return self._folder.path

    def step(self, name: str) -> None:
        """Write down that a step begins."""
        self._close("Succeeded", "")
        self._now = name
        began = iso(time.time())
        self._steps[name] = {"StepName": name, "StepStatus": _BUSY, "StartTime": began}
        self._write(_BUSY, "")

    def log(self, line: str) -> None:
        """Keep a line that was written, with the step that runs."""
        file = self._folder.path / "log.txt" if self._now is None else self._folder.log(self._now)
        with file.open("a", encoding="utf-8") as opened:
            opened.write(f"{line}\n")

    def end(self, execution: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> None:
        """Write down how everything ended, as the SDK tells it."""
        self._steps = {str(each["StepName"]): _dated(each) for each in steps}
        status = str(execution["PipelineExecutionStatus"])
        self._write(status, str(execution.get("FailureReason") or ""))

    def break_off(self, status: str, reason: str) -> None:
        """Write down that it ended without the SDK's telling it: `Failed` or `Stopped`."""
        self._close(status, reason)
        self._write(status, reason)

    def keep(self, objects: Iterable[tuple[str, bytes]]) -> None:
        """Keep objects that were written, by their addresses on S3."""
        for uri, content in objects:
            path = PurePosixPath(uri.removeprefix("s3://"))
            if path.is_absolute() or ".." in path.parts:
                continue
            file = self._folder.storage / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)

    def remove(self) -> None:
        """Take the folder back."""
        shutil.rmtree(self._folder.path, ignore_errors=True)

    def _close(self, status: str, reason: str) -> None:
        if self._now is None or self._steps[self._now]["StepStatus"] != _BUSY:
            return
        ended = {"StepStatus": status, "EndTime": iso(time.time())}
        self._steps[self._now] |= ended | ({"FailureReason": reason} if reason else {})

    def _write(self, status: str, reason: str) -> None:
        is_over = status != _BUSY
        names = [*self._types, *(name for name in self._steps if name not in self._types)]
        self._folder.write("steps.json", [self._told(name, is_over=is_over) for name in names])
        self._folder.write(
            "run.json",
            {
                "PipelineName": self._name,
                "PipelineExecutionId": self._folder.path.name,
                "PipelineExecutionStatus": status,
                "FailureReason": reason,
                "CreationTime": iso(self._began),
                "LastModifiedTime": iso(time.time()),
                "Parameters": self._parameters,
                "CanRetry": False,
                "Isolation": IN_DOCKER,
                "IsolationMeaning": "Jobs ran in containers, in local mode of the SageMaker SDK "
                f"{self._sdk}.",
            },
        )

    def _told(self, name: str, *, is_over: bool) -> dict[str, Any]:
        step = self._steps.get(name, {"StepName": name})
        status = str(step.get("StepStatus") or ("Skipped" if is_over else "Waiting"))
        how = {"Failed": "failed", "Skipped": "skipped", "Succeeded": "executed"}.get(status, "")
        why = _NEVER if status == "Skipped" else ""
        local = {"Type": self._types.get(name, ""), "Status": status, "How": how, "Why": why}
        return {**step, "Local": local}


def _dated(step: Mapping[str, Any]) -> dict[str, Any]:
    """Write times as they stand in run folders; the SDK gives seconds."""
    times = {key: iso(float(step[key])) for key in _TIMES if key in step}
    return {**step, **times}
