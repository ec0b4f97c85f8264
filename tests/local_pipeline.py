"""A pipeline for tests of local runs; its scripts need nothing but Python."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from mlops_gitops.executor.api import Handle, Notice, RunRequest, RunResult, run, start

PREPARE = """
import json, os, shutil, sys
from pathlib import Path
base = Path(sys.argv[sys.argv.index("--base") + 1])
assert not [name for name in os.environ if "SECRET" in name or "AWS_ACCESS" in name], os.environ
rows = (base / "input" / "numbers.csv").read_text().splitlines()
(base / "train" / "train.csv").write_text("\\n".join(rows[:-1]))
(base / "test" / "test.csv").write_text(rows[-1])
print("prepared", len(rows), "rows in", os.environ["COLOUR"])
"""
TRAIN = """
import argparse, json, os
from pathlib import Path
p = argparse.ArgumentParser()
p.add_argument("--add", type=float, default=float(os.environ.get("SM_HP_ADD", 0)))
p.add_argument("--model-dir", default=os.environ["SM_MODEL_DIR"])
args, _ = p.parse_known_args()
data = Path(os.environ["SM_CHANNEL_TRAIN"], "train.csv").read_text()
rows = [line.split(",") for line in data.split()]
slope = sum(float(y) / float(x) for x, y in rows) / len(rows) + args.add
Path(args.model_dir, "model.json").write_text(json.dumps({"slope": slope}))
config = Path(os.environ["SM_INPUT_CONFIG_DIR"])
parameters = json.loads((config / "hyperparameters.json").read_text())
channels = json.loads((config / "inputdataconfig.json").read_text())
assert list(channels) == ["train"], channels
Path(os.environ["SM_OUTPUT_DATA_DIR"], "notes.txt").write_text(json.dumps(parameters))
print(f"slope={slope};")
"""
EVALUATE = """
import json, sys, tarfile
from pathlib import Path
base = Path(sys.argv[1])
with tarfile.open(base / "model" / "model.tar.gz") as archive:
    model = json.load(archive.extractfile("model.json"))
x, y = (base / "test" / "test.csv").read_text().split(",")
error = (model["slope"] * float(x) - float(y)) ** 2
(base / "evaluation" / "report.json").write_text(json.dumps({"metrics": {"mse": {"value": error}}}))
"""
CODE = {"prepare.py": PREPARE, "train.py": TRAIN, "evaluate.py": EVALUATE}
IMAGE = "111111111111.dkr.ecr.us-east-1.amazonaws.com/python:3"
WHERE = "import os; OPT = os.environ.get('SAGEMAKER_BASE_DIR', '/opt/ml')\n"
OPT = "/opt/ml/processing"
ROLE = "arn:aws:iam::111111111111:role/jobs"
INSTANCE = {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 5}
SLEEP = "import time\nfrom pathlib import Path\nPath({!r}).touch()\ntime.sleep(60)\n"
"""A script that says that it runs, and goes on for a minute."""


def get(text: str) -> dict[str, Any]:
    """Write a reference."""
    return {"Get": text}


def processing_input(name: str, uri: Any, folder: str) -> dict[str, Any]:
    """Write an input of a processing job."""
    where = {"S3Uri": uri, "LocalPath": f"{OPT}/{folder}", "S3DataType": "S3Prefix"}
    return {"InputName": name, "AppManaged": False, "S3Input": where}


def processing(
    name: str, given: list[Any], inputs: list[Any], outputs: list[str], **more: Any
) -> dict[str, Any]:
    """Write a processing step that runs `<name>.py`."""
    script = f"{OPT}/code/{name.lower()}.py"
    code = processing_input("code", f"s3://assets/code/{name.lower()}.py", "code")
    made = [
        {
            "OutputName": each,
            "AppManaged": False,
            "S3Output": {
                "S3Uri": f"s3://bucket/out/{name}/{each}",
                "LocalPath": f"{OPT}/{each}",
                "S3UploadMode": "EndOfJob",
            },
        }
        for each in outputs
    ]
    specification = {
        "ImageUri": IMAGE,
        "ContainerEntrypoint": ["python3", script],
        "ContainerArguments": given,
    }
    request = {
        "RoleArn": ROLE,
        "ProcessingResources": {"ClusterConfig": INSTANCE},
        "AppSpecification": specification,
        "ProcessingInputs": [*inputs, code],
        "ProcessingOutputConfig": {"Outputs": made},
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
    }
    request |= more.pop("arguments", {})
    return {"Name": name, "Type": "Processing", "Arguments": request, **more}


def training(name: str, script: str, **more: Any) -> dict[str, Any]:
    """Write a training step that runs a script."""
    request = {
        "RoleArn": ROLE,
        "ResourceConfig": INSTANCE,
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        "AlgorithmSpecification": {
            "TrainingImage": IMAGE,
            "TrainingInputMode": "File",
            "ContainerEntrypoint": ["python3", f"/opt/ml/input/data/code/{script}"],
        },
        "InputDataConfig": [channel("code", f"s3://assets/code/{script}")],
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/models"},
    }
    request |= more.pop("arguments", {})
    return {"Name": name, "Type": "Training", "Arguments": request, **more}


def channel(name: str, uri: Any) -> dict[str, Any]:
    """Write a channel of a training job."""
    source = {"S3DataType": "S3Prefix", "S3Uri": uri, "S3DataDistributionType": "FullyReplicated"}
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}}


CACHE = {"Enabled": True, "ExpireAfter": "P30D"}
OUTPUT = "Steps.Prepare.ProcessingOutputConfig.Outputs['{}'].S3Output.S3Uri"
MODEL = "Steps.Train.ModelArtifacts.S3ModelArtifacts"


def pipeline() -> dict[str, Any]:
    """Write the whole pipeline; `limit` says which error is good enough."""
    prepare = processing(
        "Prepare",
        ["--base", OPT],
        [processing_input("numbers", get("Parameters.data"), "input")],
        ["train", "test"],
        arguments={"Environment": {"COLOUR": "blue"}},
        CacheConfig=CACHE,
    )
    evaluate = processing(
        "Evaluate",
        [OPT],
        [
            processing_input("model", get(MODEL), "model"),
            processing_input("test", get(OUTPUT.format("test")), "test"),
        ],
        ["evaluation"],
        CacheConfig=CACHE,
        PropertyFiles=[
            {"PropertyFileName": "Report", "OutputName": "evaluation", "FilePath": "report.json"}
        ],
    )
    parameters = [
        {"Name": "data", "Type": "String", "DefaultValue": "s3://bucket/data/numbers.csv"},
        {"Name": "limit", "Type": "Float", "DefaultValue": 0.5},
        {"Name": "add", "Type": "String", "DefaultValue": "0"},
    ]
    steps = [gate(), evaluate, script_mode(), prepare]
    return {"Version": "2020-12-01", "Parameters": parameters, "Steps": steps}


def script_mode() -> dict[str, Any]:
    """Write the training step, as the SDK writes one of a framework."""
    step = training("Train", "train.py", CacheConfig=CACHE)
    step["Arguments"] |= {
        "InputDataConfig": [channel("train", get(OUTPUT.format("train")))],
        "HyperParameters": {
            "add": get("Parameters.add"),
            "sagemaker_program": '"train.py"',
            "sagemaker_submit_directory": '"s3://assets/code"',
        },
        "AlgorithmSpecification": {
            "TrainingImage": IMAGE,
            "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": "slope", "Regex": "slope=([0-9.]+);"}],
        },
    }
    return step


def gate() -> dict[str, Any]:
    """Write the condition: the model is registered, or the execution fails."""
    report = get("Steps.Evaluate.PropertyFiles.Report")
    error = {"Std:JsonGet": {"PropertyFile": report, "Path": "metrics.mse.value"}}
    words = {"On": " ", "Values": ["The error is above", get("Parameters.limit")]}
    condition = {
        "Type": "LessThanOrEqualTo",
        "LeftValue": error,
        "RightValue": get("Parameters.limit"),
    }
    container = {"Image": IMAGE, "ModelDataUrl": get(MODEL)}
    register = {
        "Name": "Register",
        "Type": "RegisterModel",
        "Arguments": {
            "ModelPackageGroupName": "Slopes",
            "InferenceSpecification": {
                "Containers": [container],
                "SupportedContentTypes": ["text/csv"],
                "SupportedResponseMIMETypes": ["text/csv"],
            },
        },
    }
    fail = {"Name": "TooBad", "Type": "Fail", "Arguments": {"ErrorMessage": {"Std:Join": words}}}
    arguments = {"Conditions": [condition], "IfSteps": [register], "ElseSteps": [fail]}
    return {"Name": "Gate", "Type": "Condition", "Arguments": arguments}


@dataclass
class Kitchen:
    """A place to run pipelines."""

    path: Path
    notices: list[Notice] = field(default_factory=list)

    def request(self, definition: Any, **more: Any) -> RunRequest:
        """Ask for a run."""
        sources = {
            "s3://assets/code": self.path / "code",
            "s3://bucket/data": self.path / "data",
        }
        request = RunRequest(
            definition=definition,
            pipeline="Slopes",
            parent=self.path / "runs",
            sources=sources,
            grace=2,
        )
        return replace(request, **more)

    def script(self, name: str, text: str) -> None:
        """Add a script; in it, `OPT` is where `/opt/ml` is for it."""
        (self.path / "code" / name).write_text(WHERE + text, encoding="utf-8")

    def run(self, definition: Any, **more: Any) -> RunResult:
        """Run a pipeline."""
        return run(self.request(definition, **more), self.notices.append)


def ends(result: RunResult) -> dict[str, tuple[str, str]]:
    """Say how each step ended, and what was really done."""
    return {
        each.name: (each.status.value, each.how.value if each.how else "") for each in result.steps
    }


def until(true: Callable[[], object], seconds: float = 60) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def job(name: str, *needs: str, **more: Any) -> dict[str, Any]:
    """Write a training step that runs the script of this name."""
    return {**training(name, f"{name.lower()}.py", **more), "DependsOn": list(needs)}


def running(kitchen: Kitchen, request: RunRequest) -> Handle:
    """Start a run, and wait until its first step's script says that it runs."""
    handle = start(request)
    until((kitchen.path / "runs-now").exists)
    return handle


def expecting(path: str, value: Any) -> dict[str, Any]:
    """Write a condition that fails the execution unless a reference is this value."""
    stop = {"Name": "Wrong", "Type": "Fail", "Arguments": {"ErrorMessage": get(path)}}
    condition = {"Type": "Equals", "LeftValue": get(path), "RightValue": value}
    arguments = {"Conditions": [condition], "IfSteps": [], "ElseSteps": [stop]}
    return {"Name": "Check", "Type": "Condition", "Arguments": arguments}


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that has ended and was not asked about does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
