"""What settings say of an installation as a whole: what bootstrap makes, and who may reach it."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """VPC of an account's models, endpoints and jobs; ids of AWS."""

    subnets: tuple[str, ...]
    security_groups: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """What bootstrap makes in the orchestrator's account for all stages to read: names."""

    model_package_groups: tuple[str, ...] = ()
    ecr_repositories: tuple[str, ...] = ()


class Organizations(Enum):
    """As whom service-managed StackSets are made.

    Source: `CallAs` in the CloudFormation API reference.
    """

    SELF = "self"
    DELEGATED_ADMIN = "delegated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bootstrap:
    """What bootstrap finds in the accounts, and how it gets to them.

    Attributes:
        existing_bucket: whether the assets bucket is not bootstrap's to make.
        assets_key: ARN of a key that is there already; empty for one that bootstrap makes.
        access_logs_bucket: where the assets bucket logs to; empty for one that bootstrap makes.
        organizations: how StackSets are made; None where each account is prepared by itself.
    """

    existing_bucket: bool = False
    assets_key: str = ""
    access_logs_bucket: str = ""
    organizations: Organizations | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GitHubTrust:
    """A repository at GitHub whose workflows get roles.

    Attributes:
        repository: owner and name.
        branch: which one is applied.
        environment: which the applying job names; empty where the branch counts.
        provider: ARN of an OIDC provider that is there already; empty for one of bootstrap's.
        token_secret: ARN of the secret with a token for opening pull requests; empty for none.
        subject: the repository as tokens call it, with ids; empty where they say its name alone.
    """

    repository: str
    branch: str
    environment: str
    provider: str
    token_secret: str
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GitLabTrust:
    """A project at GitLab whose pipelines get roles.

    Attributes:
        project: its path, with groups.
        host: where GitLab runs.
        branch: which one is applied.
        provider: ARN of an OIDC provider that is there already; empty for one of bootstrap's.
    """

    project: str
    host: str
    branch: str
    provider: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectedSource:
    """A repository that a CodeConnections connection reaches."""

    connection: str
    repository: str
    branch: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ZippedSource:
    """A zip of the repository in the assets bucket, by its key."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ci:
    """Who plans and applies from where; None for what there is not.

    Attributes:
        pipeline: source of a pipeline in AWS that runs `ci`.
    """

    github: GitHubTrust | None = None
    gitlab: GitLabTrust | None = None
    pipeline: ConnectedSource | ZippedSource | None = None


class ApiMode(Enum):
    """What the API does with a config that it is given."""

    DEPLOY = "deploy"
    PULL_REQUEST = "pull-request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A chat room that is told.

    Attributes:
        name: what it is called in the settings.
        secret: ARN of the secret that holds its address.
    """

    name: str
    secret: str
