"""What an action is given to run, and how it says that it could not."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import ClientError

from mlops_gitops.emulator.codepipeline import roles
from mlops_gitops.emulator.codepipeline.clients import Clients, Credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mlops_gitops.emulator.codepipeline.declaration import Action, Pipeline
    from mlops_gitops.emulator.codepipeline.ledger import Key
    from mlops_gitops.emulator.codepipeline.state import ActionRun, Artifact, Execution


class ActionFailedError(Exception):
    """The action fails; `code` is one of the model's FailureType."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Report(Protocol):
    """Tells the pipeline's state how far a run is."""

    def __call__(
        self,
        *,
        checkpoint: str | None = None,
        external_id: str | None = None,
        external_url: str | None = None,
        summary: str | None = None,
    ) -> None:
        """Record it; None leaves a field as it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """An action that went well."""

    summary: str = ""
    external_id: str = ""
    variables: Mapping[str, str]
    artifacts: tuple[Artifact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One run of one action, its configuration resolved.

    `pause` waits for one poll, and raises when the run no longer matters.
    """

    key: Key
    pipeline: Pipeline
    execution: Execution
    action: Action
    run: ActionRun
    config: Mapping[str, str]
    clients: Clients
    report: Report
    pause: Callable[[], None]

    @property
    def region(self) -> str:
        """Where the action acts."""
        return self.action.region or self.key.region

    @property
    def account(self) -> str:
        """Whose account the action acts in."""
        return roles.account_of(self.action.role_arn) if self.action.role_arn else self.key.account

    def client(self, service: str) -> Any:
        """Reach a service as the pipeline's role, or from there as the action's role.

        Raises:
            ActionFailedError: A role does not exist or does not trust the one before it.
        """
        return self.clients.of(service, self._credentials(), self.region)

    def _credentials(self) -> Credentials:
        region, own, other = self.region, self.pipeline.role_arn, self.action.role_arn
        account = Credentials(key=self.key.account)
        session = self.run.id.replace("-", "")
        try:
            roles.check_service_role(self.clients, own, roles.PIPELINE_SERVICE, region)
            who = roles.hop(self.clients, account, own, session, region)
            if other and other != own:
                roles.check_role_trusts_role(self.clients, other, own, region)
                who = roles.hop(self.clients, who, other, session, region)
        except roles.RoleError as error:
            refused = other or own
            message = f"The provided role cannot be assumed: {refused}. {error}."
            raise ActionFailedError("PermissionError", message) from error
        return who

    def read_file(self, reference: str) -> bytes:
        """Read `Artifact::path` out of an input artifact.

        Raises:
            ActionFailedError: There is no such artifact or file.
        """
        name, colons, path = reference.partition("::")
        if not colons or name not in self.action.inputs:
            message = f"{reference} does not name a file of an input artifact of the action."
            raise ActionFailedError("ConfigurationError", message)
        artifact = self.execution.artifacts.get(name)
        if artifact is None:
            raise ActionFailedError("ConfigurationError", f"Artifact {name} was not made.")
        try:
            with zipfile.ZipFile(io.BytesIO(self._bytes(artifact))) as archive:
                return archive.read(path)
        except zipfile.BadZipFile as error:
            message = f"Artifact {name} is not a ZIP file."
            raise ActionFailedError("ConfigurationError", message) from error
        except KeyError as error:
            message = f"File [{path}] does not exist in artifact [{name}]"
            raise ActionFailedError("JobFailed", message) from error

    def _bytes(self, artifact: Artifact) -> bytes:
        # Read as the account that holds it: the embedded S3 knows no bucket policies that
        # cross accounts, which is what a real pipeline's key and bucket are set up for.
        s3 = self.clients.of_account("s3", artifact.account, self.key.region)
        version = {"VersionId": artifact.revision} if artifact.revision else {}
        try:
            got = s3.get_object(Bucket=artifact.bucket, Key=artifact.key, **version)
        except ClientError as error:
            message = f"Artifact {artifact.name} can no longer be read: {error}"
            raise ActionFailedError("RevisionUnavailable", message) from error
        return bytes(got["Body"].read())


def refused(error: ClientError) -> ActionFailedError:
    """Word what a service refused as a failed action."""
    told = error.response["Error"]
    service = error.operation_name
    return ActionFailedError(
        "JobFailed", f"{told.get('Message')} (Error Code: {told.get('Code')}; {service})"
    )
