"""ParameterOverrides, with the two functions that only CodePipeline knows.

After AWS's page "Using parameter override functions with CodePipeline pipelines".
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mlops_gitops.emulator.codepipeline.actions.job import ActionFailedError
from mlops_gitops.emulator.codepipeline.actions.template import read_overrides

if TYPE_CHECKING:
    from mlops_gitops.emulator.codepipeline.actions.job import Job


def parameter_overrides(job: Job) -> dict[str, str]:
    """Give the parameters that the action's configuration sets.

    Raises:
        ActionFailedError: They are too long, no JSON, or a function has no value.
    """
    raw = read_overrides(job.config.get("ParameterOverrides", "{}"))
    return {name: _value(job, name, value) for name, value in raw.items()}


def _value(job: Job, name: str, value: Any) -> str:
    match value:
        case str():
            return value
        case {"Fn::GetParam": [str(artifact), str(path), str(key)]}:
            return _from_file(job, f"{artifact}::{path}", key)
        case {"Fn::GetArtifactAtt": [str(artifact), str(attribute)]}:
            return _attribute(job, artifact, attribute)
        case _:
            message = f"ParameterOverrides: the value of {name} must be a string or a function."
            raise ActionFailedError("ConfigurationError", message)


def _from_file(job: Job, reference: str, key: str) -> str:
    try:
        return str(json.loads(job.read_file(reference))[key])
    except (ValueError, KeyError, TypeError) as error:
        message = f"Fn::GetParam: {reference} is no JSON object with the key {key}."
        raise ActionFailedError("JobFailed", message) from error


def _attribute(job: Job, name: str, attribute: str) -> str:
    artifact = job.execution.artifacts.get(name)
    if artifact is None or name not in job.action.inputs:
        message = f"Fn::GetArtifactAtt: {name} is no input artifact of the action."
        raise ActionFailedError("ConfigurationError", message)
    attributes = {
        "BucketName": artifact.bucket,
        "ObjectKey": artifact.key,
        "URL": f"{job.clients.endpoint_url.rstrip('/')}/{artifact.bucket}/{artifact.key}",
    }
    if attribute not in attributes:
        message = f"Fn::GetArtifactAtt: {attribute} is none of {', '.join(attributes)}."
        raise ActionFailedError("ConfigurationError", message)
    return attributes[attribute]
