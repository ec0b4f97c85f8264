"""Sessions: clients of any account, each by the role that is meant for the job."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from threading import Lock
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from botocore.loaders import create_loader
from botocore.parsers import ResponseParserError
from botocore.session import get_session

from mlops_gitops.adapters.aws.pace import OF_THIS_PROCESS, Paces
from mlops_gitops.config.secrets import masked
from mlops_gitops.errors import AwsError, NotAuthorized

FAILURES = (ClientError, BotoCoreError, ResponseParserError)
"""What boto3 raises where a call fails; the last where an answer was cut, or is somebody else's."""
PLAN_ROLE = "mlops-gitops-plan"
REPAIR_ROLE = "mlops-gitops-repair"
_SESSION = "mlops-gitops"
_MARGIN = timedelta(minutes=5)

_CONFIG = Config(
    # Standard mode retries lost connections, with back-off and jitter. More attempts would make a
    # wrong address, or a server that is not running, look like a slow one. Throttling is `Paces`'.
    retries={"mode": "standard", "total_max_attempts": 4},
    connect_timeout=5,
    read_timeout=60,
    max_pool_connections=20,
    s3={"addressing_style": "path"},
)


@dataclass(frozen=True, slots=True)
class _Assumed:
    """A role's credentials and its clients, which end with them; empty: the caller's own."""

    account: str
    credentials: Mapping[str, str]
    ends: datetime
    clients: dict[str, Any] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        return datetime.now(UTC) > self.ends - _MARGIN


class Accounts:
    """Hands out boto3 clients for the orchestrator and, through roles, for every account.

    A client is made once for each account, role and service, and anew when its credentials are
    about to end. boto3 clients may be shared by threads, sessions may not, so making them is
    guarded. There is one session, because each reads the descriptions of AWS's services anew,
    which for four accounts takes longer than everything else.

    Args:
        region: of everything.
        profile: whose credentials are the caller's own; empty for those of the environment.
        external_id: what whoever assumes the role for plans has to name; empty for nothing.
        paces: how fast each account may be called.
    """

    def __init__(
        self,
        region: str,
        profile: str = "",
        external_id: str = "",
        paces: Paces = OF_THIS_PROCESS,
    ) -> None:
        self.region = region
        self._paces = paces
        self._external_id = external_id
        self._lock = Lock()
        self._session = _own_session(region, profile)
        self._own = _Assumed("", {}, datetime.max.replace(tzinfo=UTC))
        self._assumed: dict[tuple[str, str], _Assumed] = {}

    def own(self, service: str) -> Any:
        """Give a client with the caller's own credentials: the orchestrator account."""
        with self._lock:
            return self._client(self._own, service)

    def client(self, account: str, role: str, service: str, session: str = _SESSION) -> Any:
        """Give a client in an account, by the role for the job.

        Args:
            account: 12 digits.
            role: its name.
            service: as boto3 calls it.
            session: what CloudTrail and CodePipeline will call whoever acts.

        Raises:
            NotAuthorized: the role cannot be assumed.
        """
        with self._lock:
            found = self._assumed.get((account, role))
            if found is None or found.is_over:
                found = self._assumed[account, role] = self._assume(account, role, session)
            return self._client(found, service)

    def _assume(self, account: str, role: str, session: str) -> _Assumed:
        partition = self._session.get_partition_for_region(self.region)
        arn = f"arn:{partition}:iam::{account}:role/{role}"
        sts = self._client(self._own, "sts")
        try:
            answer = sts.assume_role(RoleArn=arn, RoleSessionName=session, **self._named(role))
        except FAILURES as error:
            raise _cannot_assume(arn, account, error) from error
        credentials = answer["Credentials"]
        keys = {
            "aws_access_key_id": credentials["AccessKeyId"],
            "aws_secret_access_key": credentials["SecretAccessKey"],
            "aws_session_token": credentials["SessionToken"],
        }
        return _Assumed(account, keys, credentials["Expiration"])

    def _named(self, role: str) -> dict[str, str]:
        """Give the external id to the one role that asks for it; the others refuse any."""
        named = self._external_id and role == PLAN_ROLE
        return {"ExternalId": self._external_id} if named else {}

    def _client(self, assumed: _Assumed, service: str) -> Any:
        if service not in assumed.clients:
            made = _new_client(self._session, service, assumed.credentials)
            self._paces.hold(assumed.account, made)
            assumed.clients[service] = made
        return assumed.clients[service]


@cache
def _descriptions(more: str | None) -> Any:
    """Read what describes AWS's services once, however many repositories a process opens.

    Args:
        more: folders with descriptions of one's own, as AWS_DATA_PATH names them.
    """
    return create_loader(more)


def _own_session(region: str, profile: str) -> boto3.Session:
    try:
        core = get_session()
        loader = _descriptions(core.get_config_variable("data_path"))
        core.register_component("data_loader", loader)
        return boto3.Session(
            region_name=region, botocore_session=core, profile_name=profile or None
        )
    except BotoCoreError as error:  # such as a profile that does not exist
        raise refused("While reading AWS's configuration files", error) from error


def _new_client(session: boto3.Session, service: str, credentials: Mapping[str, str]) -> Any:
    try:
        return session.client(service, config=_CONFIG, **credentials)
    except (BotoCoreError, ValueError) as error:  # ValueError: AWS_ENDPOINT_URL is no URL
        raise refused(f"While preparing to call {service}", error) from error


def _cannot_assume(arn: str, account: str, error: Exception) -> AwsError:
    if isinstance(error, ClientError) and code_of(error) in {
        "AccessDenied",
        "AccessDeniedException",
    }:
        return NotAuthorized(
            f"May not assume {arn}: {said(error)}",
            hint=f"Run `mlops-gitops bootstrap`, which makes the roles of account {account}.",
            code=code_of(error),
        )
    return refused(f"While assuming {arn}", error)


def code_of(error: Exception) -> str:
    """Give AWS's own error code; empty where AWS was not reached."""
    if not isinstance(error, ClientError):
        return ""
    # What stands between here and AWS, such as a proxy, refuses in words of its own.
    return str(error.response.get("Error", {}).get("Code", ""))


def said(error: Exception) -> str:
    """Give what AWS said, without boto3's preface and without secrets."""
    if isinstance(error, ClientError):
        return masked(str(error.response.get("Error", {}).get("Message", error)))
    if isinstance(error, ResponseParserError):
        # It quotes the answer, which may hold credentials.
        return "The answer cannot be read: it was cut off, or it is not AWS's."
    return masked(str(error))


def refused(where: str, error: Exception) -> AwsError:
    """Translate a refusal: where we were, what AWS said, what to do next."""
    code = code_of(error)
    if code in {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}:
        hint = "Grant the permission that AWS names, or use credentials that have it."
        return NotAuthorized(f"{where}, AWS said {code}: {said(error)}", hint=hint, code=code)
    if code in {"ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId"}:
        hint = "Sign in again, then repeat the command; what was done so far is not done twice."
        return NotAuthorized(f"{where}, AWS said {code}: {said(error)}", hint=hint, code=code)
    if isinstance(error, NoCredentialsError):
        hint = "Sign in, for example with `aws sso login`, or name a profile with AWS_PROFILE."
        return NotAuthorized(f"{where}, there are no credentials of AWS.", hint=hint)
    if not code:
        hint = "Check the network, AWS_ENDPOINT_URL and the credentials, then repeat the command."
        return AwsError(f"{where}: {said(error)}", hint=hint)
    hint = "Repeat the command; what was done so far is not done twice."
    return AwsError(f"{where}, AWS said {code}: {said(error)}", hint=hint, code=code)


def call(where: str, operation: Callable[..., Any], **arguments: Any) -> Any:
    """Call AWS and translate what it refuses.

    Raises:
        AwsError: with AWS's own code, for the caller to look at.
    """
    try:
        return operation(**arguments)
    except FAILURES as error:
        raise refused(where, error) from error


def read_body(where: str, answer: Mapping[str, Any]) -> bytes:
    """Read the body of an answer, which comes after it and may not come whole.

    Raises:
        AwsError: the connection ended.
    """
    content: bytes = call(where, answer["Body"].read)
    return content
