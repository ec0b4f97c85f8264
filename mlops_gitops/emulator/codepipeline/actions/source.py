"""The S3 source: takes one version of an object as the artifact.

Output variables after AWS's page "Amazon S3 source action reference".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from mlops_gitops.emulator.codepipeline.actions.job import ActionFailedError, Done, Job
from mlops_gitops.emulator.codepipeline.state import Artifact

if TYPE_CHECKING:
    from collections.abc import Mapping


def run_source(job: Job) -> Done:
    """Find the revision; the artifact is a reference to it, its bytes stay where they are."""
    bucket, key, version = job.config["S3Bucket"], job.config["S3ObjectKey"], None
    override = job.execution.overrides.get(job.action.name)
    if override and override.revision_type == "S3_OBJECT_KEY":
        key = override.value
    elif override:
        version = override.value
    found = _head(job, bucket, key, version)
    revision = found["VersionId"]
    summary = found["Metadata"].get(
        "codepipeline-artifact-revision-summary", f"Amazon S3 version id: {revision}"
    )
    artifact = Artifact(
        name=job.action.outputs[0],
        action=job.action.name,
        account=job.account,
        bucket=bucket,
        key=key,
        revision=revision,
        summary=summary,
        created=found["LastModified"].timestamp(),
    )
    return Done(
        summary=summary,
        external_id=revision,
        artifacts=(artifact,),
        variables={
            "BucketName": bucket,
            "ETag": found["ETag"].strip('"'),
            "ObjectKey": key,
            "VersionId": revision,
        },
    )


def _head(job: Job, bucket: str, key: str, version: str | None) -> Mapping[str, Any]:
    s3 = job.client("s3")
    pinned = {"VersionId": version} if version else {}
    try:
        versioning = s3.get_bucket_versioning(Bucket=bucket)
        found: dict[str, Any] = s3.head_object(Bucket=bucket, Key=key, **pinned)
    except ClientError as error:
        raise _unavailable(error, bucket, key, version) from error
    if versioning.get("Status") != "Enabled" or not found.get("VersionId"):
        message = f"Versioning must be enabled on the Amazon S3 bucket {bucket}."
        raise ActionFailedError("ConfigurationError", message)
    return found


def _unavailable(
    error: ClientError, bucket: str, key: str, version: str | None
) -> ActionFailedError:
    status = error.response["ResponseMetadata"].get("HTTPStatusCode")
    if status == 403:  # noqa: PLR2004  HTTP's own number
        return ActionFailedError(
            "PermissionError",
            "Insufficient permissions: The service role or action role doesn't have the "
            f"permissions required to access the Amazon S3 bucket named {bucket}. Update the IAM "
            "role permissions, and then try again. Error: Amazon S3:AccessDenied",
        )
    which = f"version {version} of the object {key}" if version else f"the object {key}"
    return ActionFailedError(
        "RevisionUnavailable",
        f"The Amazon S3 bucket {bucket} or {which} in it does not exist.",
    )
