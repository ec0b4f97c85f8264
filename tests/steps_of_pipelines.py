"""Pipelines for tests: steps as a config has them, compiled or refused."""

import json
from collections.abc import Mapping
from typing import Any

from builders import ACCOUNTS, BUCKET, DATA, SETTINGS

from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.definitions.pipeline.compile import compile_pipeline
from mlops_gitops.definitions.pipeline.definition import Definition
from mlops_gitops.definitions.pipeline.requests import request_mistakes
from mlops_gitops.definitions.scope import Scope
from mlops_gitops.use_cases.validate import load_repository, validate

NAME = "churn"
STACK = f"mlops-pipeline-{NAME}-sagemakerpipeline"
FOLDER = f"s3://{BUCKET}/mlops_gitops_pipelines/{STACK}"
ROLE = f"arn:aws:iam::{ACCOUNTS['dev']}:role/mlops-gitops/{STACK}"
IMAGE = f"{ACCOUNTS['dev']}.dkr.ecr.us-east-1.amazonaws.com/own:1"
Step = Mapping[str, Any]
Contents = Mapping[str, bytes]


def _files(steps: tuple[Step, ...], files: Contents, fields: Mapping[str, Any]) -> MemoryFiles:
    config = {"pipeline_type": "sagemaker_pipeline", "model_name": NAME, "steps": steps, **fields}
    beside = {f"{NAME}/{name}": content for name, content in files.items()}
    return MemoryFiles(
        {
            "mlops-gitops.yaml": SETTINGS.encode(),
            f"{NAME}/mlops-config.json": json.dumps(config, indent=2).encode(),
            **beside,
        }
    )


def compiled(*steps: Step, files: Contents | None = None, **fields: Any) -> Definition:
    """Compile steps for the first stage.

    Args:
        steps: as configs spell them.
        files: what stands beside the config, by path.
        fields: of the config.
    """
    repository = load_repository(_files(steps, files or {}, fields), DATA)
    (config,) = repository.configs
    return compile_pipeline(
        Scope(
            config=config,
            stage="dev",
            account=ACCOUNTS["dev"],
            stack=STACK,
            region="us-east-1",
            assets_bucket=BUCKET,
            contents={},
        )
    )


def step_of(*steps: Step, files: Contents | None = None, **fields: Any) -> dict[str, Any]:
    """Compile steps and give the last one, whose request the API would take."""
    definition = compiled(*steps, files=files, **fields)
    step: dict[str, Any] = definition.steps[-1]  # type: ignore[assignment] - JSON is anything
    assert not list(request_mistakes(step["Type"], step["Arguments"]))
    return step


def told(*steps: Step, files: Contents | None = None, **fields: Any) -> list[tuple[str, str]]:
    """Say what is wrong with steps: codes and JSON pointers."""
    found = validate(_files(steps, files or {}, fields), DATA).problems
    return [(problem.code, problem.pointer) for problem in found]


def get(text: str) -> dict[str, str]:
    """Write a reference."""
    return {"Get": text}


def joined(*values: Any) -> dict[str, Any]:
    """Write a joined address."""
    return {"Std:Join": {"On": "/", "Values": list(values)}}


def as_text(reference: Any) -> dict[str, Any]:
    """Write a reference to a number where a text is wanted."""
    return {"Std:Join": {"On": "", "Values": [reference]}}


def own_output(step: str) -> dict[str, Any]:
    """Write where a step's results go by default."""
    return joined(FOLDER, get("Execution.PipelineExecutionId"), step)


def channel(name: str, uri: Any, **beside: Any) -> dict[str, Any]:
    """Write a channel of data."""
    source = {"S3DataType": "S3Prefix", "S3Uri": uri, "S3DataDistributionType": "FullyReplicated"}
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}, **beside}
