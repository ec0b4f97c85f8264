"""Situations that people call `pipeline …` in, and each verb as it is called."""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any

from builders import ACCOUNTS
from functional.desk import Desk, Words, once
from functional.situations import MINIMAL
from functional.test_pipeline_import import EXPORTED, PIPELINE
from functional.test_pipeline_resolve import EXAMPLE
from local_pipeline import CODE, pipeline

from mlops_gitops.executor.folder import RunFolder
from mlops_gitops.runs.pipeline_execution import PipelineStep

FLOW = "flow/mlops-config.json"
ANSWERS = "answers/mlops-config.json"
RUNS = ".mlops-gitops/pipelines"
RUN = f"{RUNS}/planted"
LOCK = "answers/mlops-gitops.lock.json"
OFFLINE_VERBS = {("pipeline", verb) for verb in ("compile", "graph")}
AWS_VERBS = {("pipeline", verb) for verb in ("start", "stop", "steps", "result", "logs", "answer")}
_NAME = "mlops-pipeline-flow-sagemakerpipeline-dev"
_HERE = ("--data", "s3://assets/code=code", "--data", "s3://bucket/data=data")
LOCAL = (FLOW, "--local", *_HERE)
TOKEN = "aB3dE6gH9k"
WHERE = ("--workload", "flow", "--stage", "dev")
VERBS: dict[Words, Words] = {
    ("pipeline", "compile"): (FLOW,),
    ("pipeline", "graph"): (FLOW,),
    ("pipeline", "start"): ("flow", "--stage", "dev", "--yes"),
    ("pipeline", "stop"): WHERE,
    ("pipeline", "steps"): WHERE,
    ("pipeline", "result"): ("Train", *WHERE),
    ("pipeline", "logs"): ("Train", *WHERE),
    ("pipeline", "resolve"): (ANSWERS,),
    ("pipeline", "import"): ("exported.yaml",),
    ("pipeline", "answer"): ("flow", "--stage", "dev", "--token", TOKEN, "--output", "by=kim"),
}
"""How each verb is called where nothing is wrong with the call."""
CALLS = MINIMAL | VERBS


def flow() -> dict[str, bytes]:
    """Give a pipeline that runs anywhere, with its code and its data."""
    whole = pipeline()
    config = {
        "pipeline_type": "sagemaker_pipeline",
        "model_name": "flow",
        "parameters": whole["Parameters"],
        "steps": whole["Steps"],
    }
    files = {f"code/{name}": text.encode() for name, text in CODE.items()}
    numbers = b"1,2\n2,4\n3,6\n4,8\n"
    return {FLOW: json.dumps(config).encode(), "data/numbers.csv": numbers, **files}


def piped(desk: Desk) -> None:
    """The repository has a pipeline, too."""
    _commit(desk, flow())


def _commit(desk: Desk, files: dict[str, bytes]) -> None:
    desk.made.files |= files
    desk.write()
    desk.save()
    desk.made.remember("main")


def beside(situation: Callable[[Desk], None]) -> Callable[[Desk], None]:
    """Make a situation one in a repository that has a pipeline."""

    @wraps(situation)
    def both(desk: Desk) -> None:
        piped(desk)
        situation(desk)

    return both


@once
def deployed(desk: Desk) -> None:
    """The pipeline is in dev."""
    piped(desk)
    assert desk.types("apply").code == 0


def started(desk: Desk) -> None:
    """An execution is under way."""
    deployed(desk)
    assert desk.types("pipeline", "start", *VERBS["pipeline", "start"]).code == 0


def waits(desk: Desk) -> None:
    """An execution waits for an answer."""
    started(desk)
    pipelines = desk.made.cloud.sagemaker_pipelines
    pipelines.waiting[TOKEN] = pipelines.executions(ACCOUNTS["dev"], _NAME)[0].arn


def waited_here(desk: Desk) -> None:
    """The pipeline of this machine asked once, and has ended since."""
    ran_here(desk)
    RunFolder(desk.folder / RUN).token_of("Ask").parent.mkdir(parents=True)
    RunFolder(desk.folder / RUN).token_of("Ask").write_text(json.dumps({"token": TOKEN}), "utf-8")


def succeeded(desk: Desk) -> None:
    """An execution has ended; one step gave a result and wrote a log."""
    started(desk)
    _end(desk, "Succeeded")
    name = "pipelines-000000000000-train-abc"
    pipelines = desk.made.cloud.sagemaker_pipelines
    pipelines.objects[f"s3://bucket/models/{name}/output/model/result.json"] = b'{"rmse": 1}'
    pipelines.logs["/aws/sagemaker/TrainingJobs", f"{name}/algo-1-17"] = ("epoch 1",)


def failed(desk: Desk) -> None:
    """An execution has ended; a step failed, and wrote no log."""
    started(desk)
    _end(desk, "Failed")


def fails_at_once(desk: Desk) -> None:
    """What is started next fails."""
    _ends_at_once(desk, "Failed")


def succeeds_at_once(desk: Desk) -> None:
    """What is started next succeeds."""
    _ends_at_once(desk, "Succeeded")


def _ends_at_once(desk: Desk, status: str) -> None:
    deployed(desk)
    pipelines = desk.made.cloud.sagemaker_pipelines
    start = pipelines.start

    def starting(*request: Any) -> str:
        arn = start(*request)
        pipelines.end(arn, status, _train(desk, status))
        return arn

    desk.set.setattr(pipelines, "start", starting)


def _end(desk: Desk, status: str) -> None:
    pipelines = desk.made.cloud.sagemaker_pipelines
    newest = pipelines.executions(ACCOUNTS["dev"], _NAME)[0]
    pipelines.end(newest.arn, status, _train(desk, status))


def _train(desk: Desk, status: str) -> PipelineStep:
    ended = desk.made.cloud.clock.now()
    account = ACCOUNTS["dev"]
    job = f"arn:aws:sagemaker:us-east-1:{account}:training-job/pipelines-000000000000-train-abc"
    return PipelineStep(
        name="Train",
        status=status,
        started_at=ended - timedelta(seconds=90),
        ended_at=ended,
        kind="TrainingJob",
        job=job,
        attempts=1,
    )


def ran_here(desk: Desk) -> None:
    """The pipeline was run on this machine; its last step gave no result."""
    piped(desk)
    assert desk.types("pipeline", "start", *LOCAL).code == 0
    (made,) = [file.parent for file in (desk.folder / RUNS).glob("*/run.json")]
    made.rename(desk.folder / RUN)


def broken_flow(desk: Desk) -> None:
    """The pipeline's config cannot be read, nor can that of a model to be looked up."""
    _commit(desk, {FLOW: b"{", ANSWERS: b"{"})


def locked(desk: Desk) -> None:
    """A pipeline fine-tunes a model that was looked up."""
    folder = EXAMPLE / "fine-tuning"
    lock = (folder / Path(LOCK).name).read_bytes()
    _commit(desk, {ANSWERS: (folder / Path(ANSWERS).name).read_bytes(), LOCK: lock})


def unlocked(desk: Desk) -> None:
    """A pipeline fine-tunes a model that was never looked up."""
    _commit(desk, {ANSWERS: (EXAMPLE / "fine-tuning" / Path(ANSWERS).name).read_bytes()})


def modelless(desk: Desk) -> None:
    """A config fine-tunes nothing."""
    _commit(desk, {ANSWERS: flow()[FLOW]})


def unlocked_with(situation: Callable[[Desk], None]) -> Callable[[Desk], None]:
    """Make a situation one in which a model has to be looked up."""

    @wraps(situation)
    def both(desk: Desk) -> None:
        unlocked(desk)
        situation(desk)

    return both


def exported(desk: Desk) -> None:
    """Somebody exported a workflow and a pipeline."""
    (desk.folder / "exported.yaml").write_bytes(EXPORTED.read_bytes())
    (desk.folder / "pipeline.json").write_text(json.dumps(PIPELINE), "utf-8")


def imported(desk: Desk) -> None:
    """What was exported is there already."""
    exported(desk)
    assert desk.types("pipeline", "import", "exported.yaml").code == 0


def nothing_exported(desk: Desk) -> None:
    """The files are something else."""
    for name in ("exported.yaml", "pipeline.json"):
        (desk.folder / name).write_text("{}", "utf-8")
