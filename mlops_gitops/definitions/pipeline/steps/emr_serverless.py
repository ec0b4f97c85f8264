"""EMR Serverless: a job of an application that is there, or of one for this step only.

Source: `EMRServerlessStep`, SageMaker Python SDK 3.27.0; StartJobRun, EMR Serverless API reference.
"""

from collections.abc import Iterator

from mlops_gitops.config.document import Json
from mlops_gitops.config.pipeline_loop_problems import application_choice
from mlops_gitops.definitions.pipeline.cluster import values
from mlops_gitops.definitions.pipeline.envelope import single
from mlops_gitops.definitions.pipeline.shorthand import Compiled, Mistake, Shorthand, given

_CHOICE = ("application_id", "application_config")


def compile_step(step: Shorthand) -> Compiled:
    """Give the step of type `EMRServerless`; the role stands in it twice, as the SDK has it."""
    return single(step, "EMRServerless", _arguments(step))


def mistakes(step: Shorthand) -> Iterator[Mistake]:
    """Say that it names no application, or two."""
    found = [key for key in _CHOICE if key in step.value]
    if len(found) != 1:
        yield step.mistake(application_choice(len(found)), *found[1:2])


def _arguments(step: Shorthand) -> dict[str, Json]:
    role = step.scalar("execution_role_arn")
    minutes = step.value.get("execution_timeout_minutes")
    limit: dict[str, Json] = {} if minutes is None else {"executionTimeoutMinutes": minutes}
    application = step.scalar("application_id")
    job: dict[str, Json] = {
        "executionRoleArn": role,
        "jobDriver": values(step.value["job_driver"]),
        **given(
            applicationId=application,
            configurationOverrides=values(step.value.get("configuration_overrides")),
            name=step.value.get("job_name"),
            tags=step.value.get("job_tags"),
        ),
        **limit,
    }
    return {
        "ExecutionRoleArn": role,
        "JobConfig": job,
        **given(
            ApplicationId=application,
            ApplicationConfig=values(step.value.get("application_config")),
        ),
    }
