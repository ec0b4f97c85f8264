"""A pipeline with canaries wherever one keeps texts: in the cloud, on this machine, in files."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from builders import ACCOUNTS, Trial
from functional.pipeline_situations import ANSWERS, FLOW, LOCAL, LOCK, RUN, TOKEN, WHERE, flow
from functional.test_pipeline_import import PIPELINE
from functional.test_pipeline_resolve import EXAMPLE

from mlops_gitops.executor.folder import RunFolder
from mlops_gitops.runs.pipeline_execution import PipelineStep

PLANTED: Final = {
    "reason of a step": "AKIA" + "STEPREASONSTEPRE",
    "description of a step": "AKIA" + "DESCRIPTIONDESCR",
    "name of a job": "AKIA" + "JOBNAMEJOBNAMEJO",
    "reason of an execution": "AKIA" + "EXECUTIONEXECUTI",
    "log": "AKIA" + "CLOUDWATCHLOGLOG",
    "result": "AKIA" + "RESULTRESULTRESU",
    "parameter": "AKIA" + "PARAMETERPARAMET",
    "log here": "AKIA" + "SCRIPTSPRINTSCRI",
    "reason here": "AKIA" + "REASONHEREREASON",
    "result here": "AKIA" + "RESULTHERERESULT",
    "definition": "AKIA" + "DEFINITIONDEFINI",
    "template": "AKIA" + "TEMPLATETEMPLATE",
}
_NAME = "mlops-pipeline-flow-sagemakerpipeline-dev"
_START = ("flow", "--stage", "dev", "--yes")


def pipeline_runs(word: str) -> dict[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Say how each verb is called; `word` is what nobody should have typed."""
    stage = (*WHERE[:-1], word)
    # Each start makes an execution that is newer than the one with the canaries.
    about = (
        (*WHERE, "--execution", "000000000000"),
        stage,
        ("--run", RUN),
        (*WHERE, "--execution", word),
    )
    train = tuple(("Train", *each) for each in about)
    parameter = ("--parameter", f"data={PLANTED['parameter']}")
    calls = {
        "compile": ((FLOW,), (FLOW, "--stage", word), (word,), ("flow/secret/mlops-config.json",)),
        "graph": ((FLOW,), (FLOW, "--stage", word), ("flow/secret/mlops-config.json",)),
        "start": (
            _START,
            (*_START, *parameter),
            (*_START, "--parameter", word),
            (*_START, "--step", word),
            (*_START, "--source", word),
            (*LOCAL, "--parameter", f"add={PLANTED['reason here']}", "--no-cache"),
            (word, "--local"),
            (word, "--docker"),
            (FLOW, "--docker", *parameter),
        ),
        "stop": about,
        "steps": about,
        "result": (*train, (word, *WHERE)),
        "logs": (*train, (word, "--run", RUN)),
        "answer": (
            ("flow", "--stage", "dev", "--token", TOKEN, "--output", f"by={PLANTED['parameter']}"),
            ("flow", "--stage", "dev", "--token", word),
            (word, "--stage", "dev", "--token", TOKEN),
            ("flow", "--stage", "dev", "--token", TOKEN, "--output", word),
            (word, "--run", RUN, "--fail", PLANTED["reason here"]),
        ),
        "resolve": ((ANSWERS,), ("unlocked/mlops-config.json", "--refresh"), (word,)),
        "import": (
            ("there/exported.yaml", "--force"),
            ("--definition", "there/pipeline.json", "--force"),
            ("--definition", "there/steps.json", "--force"),
            ("there/exported.yaml", "--name", word, "--output-dir", word, "--force"),
        ),
    }
    return {("pipeline", verb): words for verb, words in calls.items()}


class Planted:
    """The pipeline of a repository.

    Args:
        made: where it is committed and deployed.
        folder: the clone.
    """

    def __init__(self, made: Trial, folder: Path) -> None:
        self._made = made
        self._folder = folder

    def write(self) -> None:
        """Add what is committed, and what lies beside it without being so."""
        self._made.files |= flow()
        prepare = flow()["code/prepare.py"] + f"print('{PLANTED['log here']}')\n".encode()
        self._made.files["code/prepare.py"] = prepare
        folder = EXAMPLE / "fine-tuning"
        config = (folder / Path(ANSWERS).name).read_bytes()
        self._made.files |= {ANSWERS: config, LOCK: (folder / Path(LOCK).name).read_bytes()}
        for name, content in {
            "exported.yaml": f"Resources:\n  Flow: {{Type: {PLANTED['template']}}}\n",
            "pipeline.json": json.dumps({**PIPELINE, PLANTED["definition"]: 1}),
            "steps.json": json.dumps({**PIPELINE, "Version": PLANTED["definition"]}),
        }.items():
            (self._folder / "there").mkdir(exist_ok=True)
            (self._folder / "there" / name).write_text(content, "utf-8")
        self._run_here()

    def _run_here(self) -> None:
        """Leave a run of this machine, whose programs said more than they should."""
        run = RunFolder(self._folder / RUN)
        run.path.mkdir(parents=True)
        reason = f"no access with {PLANTED['reason here']}"
        step = {"StepName": "Train", "StepStatus": "Failed", "FailureReason": reason}
        step["Local"] = {"How": "executed", "Why": reason}
        told = {"PipelineExecutionStatus": "Failed", "FailureReason": reason}
        model = {"ModelArtifacts": {"S3ModelArtifacts": "s3://bucket/model"}}
        for file, value in {
            run.path / "run.json": told,
            run.path / "steps.json": [step],
            run.properties("Train"): model,
            run.storage / "bucket/model/result.json": {"key": PLANTED["result here"]},
        }.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(value), "utf-8")
        run.log("Train").parent.mkdir(parents=True, exist_ok=True)
        run.log("Train").write_text(f"signed in with {PLANTED['log here']}\n", "utf-8")

    def end(self) -> None:
        """Let the newest execution end, with what its programs and SageMaker say."""
        pipelines = self._made.cloud.sagemaker_pipelines
        newest = pipelines.executions(ACCOUNTS["dev"], _NAME)[0]
        job = f"pipelines-000000000000-{PLANTED['name of a job']}"
        folder = f"s3://bucket/models/{job}/output/model"
        result = {"token": PLANTED["result"]}
        pipelines.objects[f"{folder}/result.json"] = json.dumps(result).encode()
        lines = (f"login with {PLANTED['log']}",)
        pipelines.logs["/aws/sagemaker/TrainingJobs", f"{job}/algo-1-17"] = lines
        steps = (self._step("Prepare", "Failed", "none"), self._step("Train", "Succeeded", job))
        reason = f"no access with {PLANTED['reason of an execution']}"
        pipelines.end(newest.arn, "Failed", *steps, reason=reason)

    def _step(self, name: str, status: str, job: str) -> PipelineStep:
        ended = self._made.cloud.clock.now()
        return PipelineStep(
            name=name,
            status=status,
            started_at=ended - timedelta(seconds=90),
            ended_at=ended,
            reason=f"no access with {PLANTED['reason of a step']}",
            description=f"uses {PLANTED['description of a step']}",
            kind="TrainingJob",
            job=f"arn:aws:sagemaker:us-east-1:{ACCOUNTS['dev']}:training-job/{job}",
            attempts=1,
        )

    def spoil(self, secret: str, password: str) -> None:
        """Write canaries into the config of a pipeline, wherever it can hold text."""
        config: dict[str, Any] = json.loads(self._made.files[FLOW])
        prepare = next(each for each in config["steps"] if each["Name"] == "Prepare")
        prepare["Arguments"]["Environment"] = {"DB_PASSWORD": password, "NOTE": secret}
        prepare["Description"] = f"uses {secret}"
        config["parameters"].append({"Name": "key", "Type": "String", "DefaultValue": secret})
        stop = {"Name": secret, "Type": "Fail", "Arguments": {"ErrorMessage": secret}}
        config["steps"].append(stop)
        spoiled = {**config, "model_name": "spoiled"}
        self._made.files["flow/secret/mlops-config.json"] = json.dumps(spoiled).encode()
