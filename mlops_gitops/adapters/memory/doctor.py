"""What `doctor` reads, in memory: what bootstrap's stacks made, and what became of it since.

Each twin shows what the stacks say until its attributes say otherwise; tests break it there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mlops_gitops.adapters.memory.atomic import atomic
from mlops_gitops.adapters.memory.bootstrapped import Bootstrapped
from mlops_gitops.errors import AwsError, NotAuthorized
from mlops_gitops.ports.doctor import Subscription, Version
from mlops_gitops.status.finding import Finding

_HINT = "Check the network."
_BLOCKS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
Policy = Mapping[str, Any]


@atomic
@dataclass(slots=True)
class MemoryMachine:
    """A machine with whatever is said to be installed."""

    installed: tuple[Version, ...] = (
        Version(name="mlops-gitops", found="1.0"),
        Version(name="Python", found="3.11.2", needed="3.11"),
        Version(name="boto3", found="1.43.106", needed="1.43"),
    )

    def versions(self) -> tuple[Version, ...]:
        """List what counts of what is installed, ourselves first."""
        return self.installed


@atomic
@dataclass(slots=True)
class MemoryReach:
    """A way to AWS.

    Attributes:
        now: gives AWS's time.
        cut: why nobody answers; empty where somebody does.
    """

    now: Callable[[], datetime | None]
    cut: str = ""

    def date(self, region: str) -> datetime | None:
        """Give the time that AWS has; None where the answer names none."""
        if self.cut:
            raise AwsError(f"While asking {region} for its time: {self.cut}", hint=_HINT)
        return self.now()


@atomic
@dataclass(slots=True)
class MemoryCredentials:
    """Credentials, or none."""

    where: str = "env"

    def source(self) -> str:
        """Say where they come from; empty where there are none."""
        return self.where


@atomic
@dataclass(slots=True)
class MemoryRoles:
    """Roles of the stacks.

    Attributes:
        caller: whose own credentials are in use: an account.
        closed: accounts whose plan role lets nobody in.
        trusts: by account and role, instead of what the stacks say; None for no such role.
    """

    made: Bootstrapped
    caller: str
    closed: set[str] = field(default_factory=set)
    trusts: dict[tuple[str, str], Policy | None] = field(default_factory=dict)

    def enter(self, account: str) -> str:
        """Assume the plan role of an account; give the ARN that we have there."""
        role = "mlops-gitops-plan"
        if account in self.closed or self._trust(account, role) is None:
            message = f"May not assume arn:aws:iam::{account}:role/{role}: AWS said no."
            raise NotAuthorized(message, hint="Run bootstrap there.", code="AccessDenied")
        return f"arn:aws:sts::{account}:assumed-role/{role}/mlops-gitops"

    def trust(self, account: str, role: str) -> Policy | None:
        """Give who may assume a role of bootstrap's; None if there is no such role."""
        self.enter(account)
        return self._trust(account, role)

    def own_trust(self, role: str) -> Policy | None:
        """Give who may assume a role of the caller's account; None if there is no such role."""
        return self._trust(self.caller, role)

    def _trust(self, account: str, role: str) -> Policy | None:
        if (account, role) in self.trusts:
            return self.trusts[account, role]
        found = self.made.one(account, "AWS::IAM::Role", RoleName=role)
        return found["AssumeRolePolicyDocument"] if found else None


@atomic
@dataclass(slots=True)
class MemoryBucketSettings:
    """The bucket of the stacks; attributes that are not None say otherwise."""

    made: Bootstrapped
    account: str
    name: str
    place: str | None = None
    versions: bool | None = None
    blocked: bool | None = None
    document: Policy | None = None

    def region(self) -> str:
        """Say where it is; empty if there is no such bucket."""
        if self.place is not None:
            return self.place
        return "us-east-1" if self._bucket() else ""

    def is_versioned(self) -> bool:
        """Tell whether it keeps every version."""
        status = self._bucket().get("VersioningConfiguration", {}).get("Status")
        return status == "Enabled" if self.versions is None else self.versions

    def blocks_public_access(self) -> bool:
        """Tell whether all four blocks of public access are on."""
        blocks = self._bucket().get("PublicAccessBlockConfiguration", {})
        are_on = all(str(blocks.get(each)) == "true" for each in _BLOCKS)
        return are_on if self.blocked is None else self.blocked

    def policy(self) -> Policy:
        """Give its policy; empty if it has none."""
        if self.document is not None:
            return self.document
        found = self.made.one(self.account, "AWS::S3::BucketPolicy", Bucket=self.name)
        document: Policy = found["PolicyDocument"] if found else {}
        return document

    def _bucket(self) -> Policy:
        return self.made.one(self.account, "AWS::S3::Bucket", BucketName=self.name) or {}


@atomic
@dataclass(slots=True)
class MemoryKeys:
    """The key of the stacks.

    Attributes:
        states: state of a key, instead of `Enabled`; empty for none.
        document: its policy, instead of what the stacks say.
    """

    made: Bootstrapped
    account: str
    states: dict[str, str] = field(default_factory=dict)
    document: Policy | None = None

    def state(self, arn: str) -> str:
        """Give a key's state, `Enabled` if it can be used; empty if there is no such key."""
        return self.states.get(arn, "Enabled" if arn.endswith("/AssetsKey") else "")

    def policy(self, arn: str) -> Policy:
        """Give the key's policy."""
        if self.document is not None:
            return self.document
        found = self.made.one(self.account, "AWS::KMS::Key")
        if found is None:
            raise AwsError(f"There is no key {arn}.", hint=_HINT, code="NotFoundException")
        document: Policy = found["KeyPolicy"]
        return document


@atomic
@dataclass(slots=True)
class MemoryTopics:
    """Subscriptions of the stacks; those of `pending` nobody has confirmed."""

    made: Bootstrapped
    account: str
    pending: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)

    def subscriptions(self, arn: str) -> tuple[Subscription, ...]:  # noqa: ARG002 - there is one topic
        """List who subscribed."""
        found = self.made.each(self.account, "AWS::SNS::Subscription")
        named = (str(each["Endpoint"]) for each in found)
        return tuple(
            Subscription(endpoint=each, is_confirmed=each not in self.pending)
            for each in named
            if each not in self.gone
        )


@atomic
@dataclass(slots=True)
class MemorySecrets:
    """Secrets by their ARNs."""

    kept: set[str] = field(default_factory=set)

    def is_there(self, arn: str) -> bool:
        """Tell whether there is one, and it is not about to be deleted."""
        return arn in self.kept


@atomic
@dataclass(slots=True)
class MemoryPipelineLimits:
    """Pipelines of others, beside our own."""

    own: Callable[[], tuple[str, ...]]
    others: int = 0
    quota: int | None = 1_000

    def names(self) -> tuple[str, ...]:
        """List all pipelines."""
        return (*self.own(), *(f"other-{number}" for number in range(self.others)))

    def most(self) -> int | None:
        """Give the quota; None where Service Quotas does not tell."""
        return self.quota


@atomic
@dataclass(slots=True)
class MemorySharedPackages:
    """The registry's packages, which some accounts do not see."""

    packages: Mapping[str, str]
    hidden_from: set[str] = field(default_factory=set)

    def status(self, account: str, arn: str) -> str:
        """Give a package's approval status; empty if it is not there."""
        return "" if account in self.hidden_from else self.packages.get(arn, "")


@atomic
@dataclass(slots=True)
class MemoryRepositories:
    """Policies of repositories: those of the stacks, and what is said beside."""

    made: Bootstrapped
    account: str
    policies: dict[str, Policy] = field(default_factory=dict)

    def policy(self, repository: str) -> Policy:
        """Give a repository's policy; empty if it has none, or there is no such repository."""
        if repository in self.policies:
            return self.policies[repository]
        found = self.made.one(self.account, "AWS::ECR::Repository", RepositoryName=repository)
        policy: Policy = found.get("RepositoryPolicyText", {}) if found else {}
        return policy


@atomic
@dataclass(slots=True)
class MemoryRestApis:
    """API Gateway's settings, as the stacks made them."""

    made: Bootstrapped
    cleared: set[str] = field(default_factory=set)

    def log_role(self, account: str) -> str:
        """Give the ARN of the role that writes its logs; empty if none is set."""
        found = self.made.one(account, "AWS::ApiGateway::Account")
        return "" if found is None or account in self.cleared else str(found["CloudWatchRoleArn"])


@atomic
@dataclass(slots=True)
class MemoryWorkers:
    """Somebody who does one thing after the other, when it is waited for.

    Attributes:
        asleep: numbers of what never ends.
    """

    asleep: set[int] = field(default_factory=set)
    waiting: list[tuple[int, Callable[[], Finding]]] = field(default_factory=list)
    sleep: Callable[[float], None] = lambda _: None

    def start(self, number: int, look: Callable[[], Finding]) -> None:
        """Begin with something."""
        self.waiting.append((number, look))

    def next(self, seconds: float) -> tuple[int, Finding] | None:
        """Do the next thing; where only such is left as never ends, time goes by."""
        for place, (number, look) in enumerate(self.waiting):
            if number not in self.asleep:
                del self.waiting[place]
                return number, look()
        self.sleep(seconds)
        return None
