"""What `doctor` reads, and no command else: small ports, one for each service."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from mlops_gitops.config.settings import Settings
from mlops_gitops.ports import Assets, Blueprints, Clock, Commits, Identity, Images, Stacks
from mlops_gitops.ports.sagemaker import SageMakerUsage
from mlops_gitops.status.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A program, or a part of one, that is installed.

    Attributes:
        needed: the oldest that will do; empty where any does.
    """

    name: str
    found: str
    needed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Who is told by a topic; until it is confirmed, nothing."""

    endpoint: str
    is_confirmed: bool


class Machine(Protocol):
    """The machine that we run on."""

    def versions(self) -> tuple[Version, ...]:
        """List what counts of what is installed, ourselves first."""


class Reach(Protocol):
    """The way to AWS, asked without credentials."""

    def date(self, region: str) -> datetime | None:
        """Give the time that AWS has; None where the answer names none.

        Raises:
            AwsError: nobody answered.
        """


class Credentials(Protocol):
    """Credentials as they lie on this machine."""

    def source(self) -> str:
        """Say where they come from; empty where there are none.

        Raises:
            AwsError: the configuration files cannot be read, or name a profile that is not there.
        """


class Roles(Protocol):
    """Roles in any account."""

    def enter(self, account: str) -> str:
        """Assume the plan role of an account; give the ARN that we have there.

        Raises:
            NotAuthorized: it does not let us, or there is none.
        """

    def trust(self, account: str, role: str) -> Mapping[str, Any] | None:
        """Give who may assume a role of bootstrap's; None if there is no such role."""

    def own_trust(self, role: str) -> Mapping[str, Any] | None:
        """Give who may assume a role of the caller's account; None if there is no such role."""


class BucketSettings(Protocol):
    """How the assets bucket is set up."""

    def region(self) -> str:
        """Say where it is; empty if there is no such bucket."""

    def is_versioned(self) -> bool:
        """Tell whether it keeps every version."""

    def blocks_public_access(self) -> bool:
        """Tell whether all four blocks of public access are on."""

    def policy(self) -> Mapping[str, Any]:
        """Give its policy; empty if it has none."""


class Keys(Protocol):
    """Keys of KMS in the orchestrator account."""

    def state(self, arn: str) -> str:
        """Give a key's state, `Enabled` if it can be used; empty if there is no such key."""

    def policy(self, arn: str) -> Mapping[str, Any]:
        """Give the key's policy."""


class Topics(Protocol):
    """SNS topics in the orchestrator account."""

    def subscriptions(self, arn: str) -> tuple[Subscription, ...]:
        """List who subscribed, page by page."""


class Secrets(Protocol):
    """Secrets of AWS Secrets Manager; their values are not read."""

    def is_there(self, arn: str) -> bool:
        """Tell whether there is one, and it is not about to be deleted."""


class PipelineLimits(Protocol):
    """How many pipelines CodePipeline has in the orchestrator account, and may have."""

    def names(self) -> tuple[str, ...]:
        """List all pipelines, page by page."""

    def most(self) -> int | None:
        """Give the quota; None where Service Quotas does not tell."""


class SharedPackages(Protocol):
    """Model packages as stage accounts see them."""

    def status(self, account: str, arn: str) -> str:
        """Give a package's approval status; empty if it is not there."""


class Repositories(Protocol):
    """Repositories of images in the orchestrator account."""

    def policy(self, repository: str) -> Mapping[str, Any]:
        """Give a repository's policy; empty if it has none, or there is no such repository."""


class RestApis(Protocol):
    """What API Gateway has for a whole account."""

    def log_role(self, account: str) -> str:
        """Give the ARN of the role that writes its logs; empty if none is set."""


class Workers(Protocol):
    """Whoever does several things at once."""

    def start(self, number: int, look: Callable[[], Finding]) -> None:
        """Begin with something; its number is given back when it has ended."""

    def next(self, seconds: float) -> tuple[int, Finding] | None:
        """Wait for whatever ends next; None if nothing does in time.

        Whatever a look raises is raised here.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """AWS, as far as it is read."""

    identity: Identity
    stacks: Stacks
    assets: Assets
    images: Images
    usage: SageMakerUsage
    roles: Roles
    bucket: BucketSettings
    keys: Keys
    topics: Topics
    secrets: Secrets
    limits: PipelineLimits
    packages: SharedPackages
    repositories: Repositories
    rest_apis: RestApis


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruments:
    """Every port that is read here.

    Attributes:
        services: reaches AWS; may raise AwsError, so it is asked once credentials are known.
    """

    machine: Machine
    commits: Commits
    blueprints: Blueprints
    reach: Reach
    credentials: Credentials
    clock: Clock
    workers: Workers
    services: Callable[[Settings], Services]
