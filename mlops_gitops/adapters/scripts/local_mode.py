"""What runs a user's pipeline in local mode of the SageMaker SDK: by the interpreter that has it.

Run by its path, alone: `python -I local_mode.py ORDER`. The order is JSON: `folder`, `script` and
`call` as `worker.py` has them, `parameters` as texts, and `mark`. What the SDK and its containers
write goes to standard output; a line that begins with the mark is an event of ours, as JSON:
`begins` with `definition`, `parameters` and `sdk`, `step` with the `name` of a step that begins,
`ends` with `execution` and `steps`, `fails` with what `worker.py` tells of an error.

The script makes its own session, so `PipelineSession` is the local one for it. Version 3 has two:
one that steps are made with, and one that runs pipelines; its `Pipeline.create` fails locally.
It holds to Python 3.9, the oldest that the SDK runs with.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import logging
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_OLD, _NEW = "sagemaker.workflow.pipeline_context", "sagemaker.core.workflow.pipeline_context"
_RUNS_NEW = "sagemaker.mlops.local"
_STARTING = "Starting pipeline step: '%s'"
"""The SDK's own words in its log; what ends a step is told when everything has ended, too."""


def main(order_file: str) -> None:
    """Follow an order."""
    order: dict[str, Any] = json.loads(Path(order_file).read_text(encoding="utf-8"))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    begun: list[int] = []
    worker = _worker()
    events = _Events(order["mark"])
    folder = os.path.realpath(order["folder"])
    try:
        os.chdir(folder)
        sys.addaudithook(worker.stay_here)
        _run(order, folder, worker, events, begun)
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
    except BaseException as error:  # noqa: BLE001 - whatever a user's code raises is told
        events.tell("fails", **worker.told(error, folder, order["script"], begun))


def _worker() -> Any:
    """Import what lies beside us; an isolated interpreter does not look there by itself."""
    spec = importlib.util.spec_from_file_location("worker", Path(__file__).with_name("worker.py"))
    if spec is None or spec.loader is None:
        raise ImportError("worker")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class _Events(logging.Handler):
    """Tells events, those too that the SDK says in its log alone."""

    def __init__(self, mark: str) -> None:
        super().__init__()
        self._mark = mark

    def tell(self, event: str, **about: Any) -> None:
        """Write an event as a line of its own."""
        text = json.dumps({"event": event, **about}, default=str)
        sys.stdout.write(f"\n{self._mark}{text}\n")
        sys.stdout.flush()

    def emit(self, record: logging.LogRecord) -> None:
        """Tell that a step begins."""
        if record.msg == _STARTING and isinstance(record.args, tuple):
            self.tell("step", name=str(record.args[0]))


def _run(
    order: dict[str, Any], folder: str, worker: Any, events: _Events, begun: list[int]
) -> None:
    call = order["call"]
    os.environ.update(call["environment"])
    worker.find_beside(folder, order["script"])
    _make_sessions_local()
    function = worker.function_of(worker.load(folder, order["script"]))
    begun.append(worker.line_of(function))
    pipeline = function(**worker.keywords(function, call))
    definition = worker.definition_of(pipeline)
    parameters = _typed(definition, order["parameters"], worker)
    events.tell("begins", definition=definition, sdk=worker.version(), parameters=parameters)
    # Each version has a logger of its own that hands nothing on to the root.
    for name in ("", "sagemaker", "sagemaker.core", "sagemaker.mlops"):
        logging.getLogger(name).setLevel(logging.INFO)
    for name in ("sagemaker.local.entities", "sagemaker.mlops.local.pipeline_entities"):
        logging.getLogger(name).addHandler(events)
    execution = _start(pipeline, parameters, call["arguments"].get("role"))
    steps = execution.list_steps()["PipelineExecutionSteps"]
    events.tell("ends", execution=execution.describe(), steps=steps)


def _make_sessions_local() -> None:
    """Let `PipelineSession` be the local one, which takes what that of AWS takes."""
    context = importlib.import_module(_NEW if _is_new() else _OLD)

    class Local(context.LocalPipelineSession):  # type: ignore[misc, name-defined] # the SDK's
        """A session that runs on this machine."""

        def __init__(
            self,
            boto_session: Any = None,
            sagemaker_client: Any = None,  # noqa: ARG002 - there is a local one
            default_bucket: Any = None,
            settings: Any = None,  # noqa: ARG002 - local sessions have none
            sagemaker_config: Any = None,  # noqa: ARG002 - local sessions have one of their own
            default_bucket_prefix: Any = None,
        ) -> None:
            super().__init__(
                boto_session=boto_session,
                default_bucket=default_bucket,
                default_bucket_prefix=default_bucket_prefix,
            )

    vars(context)["PipelineSession"] = Local


def _is_new() -> bool:
    try:
        return importlib.util.find_spec(_NEW) is not None
    except ModuleNotFoundError:
        return False


def _typed(definition: dict[str, Any], given: dict[str, str], worker: Any) -> dict[str, Any]:
    """Read parameters as their types want them: local mode takes no texts for numbers."""
    kinds = {each["Name"]: each["Type"] for each in definition.get("Parameters") or ()}
    readers: dict[str, Callable[[str], Any]] = {"Integer": int, "Float": float, "Boolean": _truth}
    found = {}
    for name, text in given.items():
        if name not in kinds:
            raise worker.Refusal("parameter", f"The pipeline has no parameter {name}.")
        try:
            found[name] = readers.get(kinds[name], str)(text)
        except ValueError:
            said = f"Parameter {name} is of type {kinds[name]}, and {text!r} is none."
            raise worker.Refusal("parameter", said) from None
    return found


def _truth(text: str) -> bool:
    known = {"true": True, "false": False}
    if text.lower() not in known:
        raise ValueError(text)
    return known[text.lower()]


def _start(pipeline: Any, parameters: dict[str, Any], role: Any) -> Any:
    """Run a pipeline to its end."""
    if not _is_new():
        session = importlib.import_module(_OLD).PipelineSession()
        pipeline.sagemaker_session = session
        pipeline.create(role_arn=role)
        return pipeline.start(parameters=parameters)
    session = importlib.import_module(_RUNS_NEW).LocalPipelineSession()
    session.create_pipeline(pipeline, "")
    return session.start_pipeline_execution(pipeline.name, PipelineParameters=parameters)


if __name__ == "__main__":
    main(sys.argv[1])
