"""What a job works with: whose it is, S3 as its account, and how it tells that it failed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mlops_gitops.emulator.jobs.storage import Storage, StorageError
from mlops_gitops.emulator.wire import Scope

LABEL = "emulated by the embedded AWS: nothing was computed"
"""Stands in every file that a job leaves."""

Request = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A training job that another job ran."""

    name: str
    request: Request
    failure: str
    members: Mapping[str, Any]


class JobFailedError(Exception):
    """A job cannot end well.

    Args:
        reason: its FailureReason.
        members: what Describe tells besides.
        children: the training jobs that it ran.
    """

    def __init__(
        self,
        reason: str,
        members: Mapping[str, Any] | None = None,
        children: tuple[Child, ...] = (),
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.members = dict(members or {})
        self.children = children


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a job leaves: the members that Describe tells from now on, and its children."""

    members: Mapping[str, Any]
    children: tuple[Child, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """The place of one job."""

    scope: Scope
    name: str
    arn: str
    created: float
    storage: Storage
    child_arn: Callable[[str], str]
    """The ARN of a training job of this account."""

    def find(self, uri: str) -> list[str]:
        """The keys under an input's prefix.

        The sentences are those of SageMaker's FailureReason. AWS refuses some missing inputs of
        training and transform jobs when they are created ("No S3 objects found under S3 URL");
        here each is found out while the job runs.

        Raises:
            JobFailedError: nothing is there, or it may not be read.
        """
        try:
            keys = self.storage.keys(uri)
        except StorageError as error:
            reason = f"ClientError: Failed to download data. ListObjectsV2 failed for {uri}: "
            raise JobFailedError(f"{reason}{error}") from error
        if not keys:
            reason = f"ClientError: Data download failed:S3 key: {uri} matched no files on s3"
            raise JobFailedError(reason)
        return keys

    def leave(self, uri: str, content: bytes) -> None:
        """Write an output.

        Raises:
            JobFailedError: the bucket does not exist or may not be written. The words are inferred.
        """
        try:
            self.storage.write(uri, content)
        except StorageError as error:
            reason = f"ClientError: Artifact upload failed:{uri}: {error}"
            raise JobFailedError(reason) from error


Work = Callable[[Bench, Request], Outcome]
"""Do a job's work: raises JobFailedError, or gives what it leaves."""
