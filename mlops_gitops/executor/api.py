"""What others use of the executor; the package says how."""

from mlops_gitops.executor.answers import answer_failure, answer_success
from mlops_gitops.executor.handle import Handle, run, silent, start
from mlops_gitops.executor.reading import (
    IN_DOCKER,
    ask_to_stop,
    read_log,
    read_result,
    read_run,
    read_steps,
)
from mlops_gitops.executor.request import (
    Listener,
    Notice,
    RunRequest,
    RunResult,
    StepReport,
    SystemClock,
)
from mlops_gitops.executor.sandbox import Isolation
from mlops_gitops.executor.state import Status
from mlops_gitops.executor.work.desk import How, LocalFunction

__all__ = [
    "IN_DOCKER",
    "Handle",
    "How",
    "Isolation",
    "Listener",
    "LocalFunction",
    "Notice",
    "RunRequest",
    "RunResult",
    "Status",
    "StepReport",
    "SystemClock",
    "answer_failure",
    "answer_success",
    "ask_to_stop",
    "read_log",
    "read_result",
    "read_run",
    "read_steps",
    "run",
    "silent",
    "start",
]
