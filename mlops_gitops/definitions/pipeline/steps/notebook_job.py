"""Notebook job: a notebook, run from its first cell to its last, as a training job.

Names and members are those that `NotebookJobStep` of the SageMaker SDK writes, except that what it
stamps with the time is addressed by its content here.
"""

import re
from collections.abc import Iterator

from mlops_gitops.config import pipeline_job_problems as say
from mlops_gitops.config.document import Json
from mlops_gitops.definitions.pipeline import training_jobs
from mlops_gitops.definitions.pipeline.code import code_of
from mlops_gitops.definitions.pipeline.envelope import single
from mlops_gitops.definitions.pipeline.shorthand import Compiled, Mistake, Shorthand, given
from mlops_gitops.definitions.pipeline.source import files_of, path_of, source_mistakes
from mlops_gitops.definitions.pipeline.text import as_text

_CHANNEL = "sagemaker_headless_execution_pipelinestep"
_RUNTIME = 172_800
_IMAGE = re.compile(
    r"/sagemaker-(distribution|data-science|base-python|sparkanalytics)[a-z0-9.-]*([:@]|$)"
)
"""Source: "Image constraints for SageMaker AI Python SDK notebook jobs", developer guide."""


def compile_step(step: Shorthand) -> Compiled:
    """Give a step of type `Training` whose container runs the notebook."""
    code = code_of(files_of(step), step.around)
    given_ = {name: as_text(step, value) for name, value in step.mapped("parameters").items()}
    arguments: dict[str, Json] = {
        "TrainingJobName": _job_name(step),
        "RoleArn": step.around.role_arn,
        "RetryStrategy": {"MaximumRetryAttempts": step.value.get("max_retry_attempts", 1)},
        "AlgorithmSpecification": {
            "TrainingImage": step.scalar("image_uri"),
            "TrainingInputMode": "File",
            "ContainerEntrypoint": ["amazon_sagemaker_scheduler"],
        },
        **given(HyperParameters=given_),
        "InputDataConfig": [training_jobs.channel(_CHANNEL, {"s3_uri": code.uri})],
        "OutputDataConfig": training_jobs.output(step),
        "ResourceConfig": training_jobs.resources(step),
        "StoppingCondition": {
            "MaxRuntimeInSeconds": step.value.get("max_runtime_seconds", _RUNTIME)
        },
        **training_jobs.surroundings(step),
        "Environment": {**step.mapped("environment"), **_environment(step)},
        "Tags": _tags(step),
    }
    made = single(step, "Training", arguments)
    return Compiled(steps=made.steps, origins=made.origins, assets=code.assets)


def mistakes(step: Shorthand) -> Iterator[Mistake]:
    """Say what is wrong: files, and images that notebook jobs are not known to run in."""
    yield from source_mistakes(step)
    image = step.value.get("image_uri")
    if isinstance(image, str) and not _IMAGE.search(image):
        yield step.mistake(say.notebook_image(image), "image_uri")


def _job_name(step: Shorthand) -> str:
    """Give what the job's name begins with; SageMaker adds what makes it unique."""
    return re.sub(r"[^a-zA-Z0-9-]", "-", re.sub(r"^[^a-zA-Z0-9]+", "", step.name)) or "notebook"


def _environment(step: Shorthand) -> dict[str, Json]:
    return {
        "AWS_DEFAULT_REGION": step.around.scope.region,
        "SM_JOB_DEF_VERSION": "1.0",
        "SM_ENV_NAME": "sagemaker-default-env",
        "SM_SKIP_EFS_SIMULATION": "true",
        "SM_EXECUTION_INPUT_PATH": f"/opt/ml/input/data/{_CHANNEL}",
        "SM_KERNEL_NAME": step.scalar("kernel"),
        "SM_INPUT_NOTEBOOK_NAME": path_of(step, "notebook"),
        "SM_OUTPUT_NOTEBOOK_NAME": f"{_job_name(step)}.ipynb",
        **given(SM_INIT_SCRIPT=path_of(step, "init_script")),
    }


def _tags(step: Shorthand) -> list[Json]:
    """Give the tags by which the dashboard of notebook jobs knows the job."""
    tags = {
        **step.mapped("tags"),
        "sagemaker:name": step.name,
        "sagemaker:notebook-name": path_of(step, "notebook"),
        "sagemaker:notebook-job-origin": "PIPELINE_STEP",
        "sagemaker:is-studio-archived": "false",
    }
    return [{"Key": key, "Value": value} for key, value in tags.items()]
