"""What breaks each hop of `doctor`, by its twin in memory, and how its lines turn."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from builders import ACCOUNTS, ORCHESTRATOR, SETTINGS, realtime
from ward import ENDPOINTS, IMAGE, PACKAGE, Ward

from mlops_gitops.adapters.memory.identity import MemoryIdentity
from mlops_gitops.desired.bootstrap.parts import PARTS
from mlops_gitops.desired.stack import StackId
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.errors import UsageError
from mlops_gitops.ports.doctor import Version
from mlops_gitops.runs.pipeline_quotas import Instances, Quota
from mlops_gitops.status.finding import Result

DEV = ACCOUNTS["dev"]
ABOUT_DEV = f"dev {DEV}"


def old_program(it: Ward) -> None:
    """boto3 is older than what we need."""
    boto3 = Version(name="boto3", found="1.9.9", needed="1.43")
    it.health.machine.installed = (*it.health.machine.installed, boto3)


def no_commit(it: Ward) -> None:
    """The folder is no git repository."""
    it.made.commits.commit = None


def unreadable_settings(it: Ward) -> None:
    """The settings have a mistake."""
    it.made.files["mlops-gitops.yaml"] = SETTINGS.replace("version: 1", "version: 9").encode()


def unreadable_config(it: Ward) -> None:
    """A config has a mistake."""
    it.made.files["churn/mlops-config.json"] = b"{"


def signed_out(it: Ward) -> None:
    """There are no credentials."""
    it.health.credentials.where = ""


def unplugged(it: Ward) -> None:
    """Nobody answers."""
    it.health.reach.cut = "no route to host"


def late(it: Ward) -> None:
    """The clock is six minutes off."""
    off = it.made.cloud.clock.now() + timedelta(minutes=6)
    it.health.reach.now = lambda: off


def a_little_late(it: Ward) -> None:
    """The clock is two minutes off, which AWS takes."""
    off = it.made.cloud.clock.now() - timedelta(minutes=2)
    it.health.reach.now = lambda: off


def timeless(it: Ward) -> None:
    """The answer names no time."""
    it.health.reach.now = lambda: None


class Expired:
    """Credentials that AWS does not take."""

    def arn(self) -> str:
        """Say no."""
        raise UsageError("AWS said ExpiredToken.", hint="Sign in again.")


def expired(it: Ward) -> None:
    """The credentials are over."""
    it.health.identity = Expired()


def stranger(it: Ward) -> None:
    """The credentials are those of a stage."""
    it.health.identity = MemoryIdentity(caller=f"arn:aws:iam::{DEV}:user/somebody")


@dataclass(frozen=True, slots=True)
class Altered:
    """Stacks as they are, but for one."""

    stacks: Any
    id: StackId
    alter: Callable[[DeployedStack], DeployedStack | None]

    def find(self, id_: StackId) -> DeployedStack | None:
        """Find one stack."""
        there: DeployedStack | None = self.stacks.find(id_)
        return self.alter(there) if there and id_ == self.id else there

    def overview(self, account: str) -> tuple[DeployedStack, ...]:
        """List an account's stacks."""
        found: tuple[DeployedStack, ...] = self.stacks.overview(account)
        return found


def altered(
    account: str, name: str, alter: Callable[[DeployedStack], DeployedStack | None]
) -> Callable[[Ward], None]:
    """Have a stack of bootstrap's look another way; what it made stays, to see one line."""

    def broken(it: Ward) -> None:
        stacks: Any = Altered(it.health.stacks, StackId(account, "us-east-1", name), alter)
        it.health.stacks = stacks

    return broken


def version(number: int) -> Callable[[DeployedStack], DeployedStack]:
    """Have it be of another version."""
    return lambda stack: replace(stack, outputs={**stack.outputs, "BlueprintVersion": str(number)})


def other_prefix(stack: DeployedStack) -> DeployedStack:
    """Have it be made for other settings."""
    return replace(stack, parameters={**stack.parameters, "Prefix": "other"})


def rolled_back(stack: DeployedStack) -> DeployedStack:
    """Have its update be stuck."""
    return replace(stack, status=StackStatus.UPDATE_ROLLBACK_FAILED)


def gone(_stack: DeployedStack) -> None:
    """Have it not be there."""


def alias(stack: DeployedStack) -> DeployedStack:
    """Have the key be named by an alias, wherever it is named."""
    name = {"AssetsKmsKeyArn": "arn:aws:kms:us-east-1:111111111111:alias/mine"}
    return replace(
        stack, outputs={**stack.outputs, **name}, parameters={**stack.parameters, **name}
    )


def by_alias(it: Ward) -> None:
    """Somebody brought a key along by its alias."""
    for account in (ORCHESTRATOR, *ACCOUNTS.values()):
        for part in PARTS:
            altered(account, part.stack, alias)(it)


def role(account: str, name: str, trust: dict[str, Any] | None) -> Callable[[Ward], None]:
    """Have a role trust somebody else, or not be there."""

    def broken(it: Ward) -> None:
        it.health.roles.trusts[account, name] = trust

    return broken


def trusting(**principal: str) -> dict[str, Any]:
    """Write a document that trusts one, for whatever action."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": "*"}
    return {"Statement": [statement]}


def closed(it: Ward) -> None:
    """Dev's plan role lets nobody in."""
    it.health.roles.closed.add(DEV)


def bucket(**said: Any) -> Callable[[Ward], None]:
    """Have the bucket be set up another way."""

    def broken(it: Ward) -> None:
        for name, value in said.items():
            setattr(it.health.bucket, name, value)

    return broken


def unfriendly(it: Ward) -> None:
    """The bucket's policy leaves dev out."""
    it.health.bucket.document = _without(it.health.bucket.policy())


def selfish(it: Ward) -> None:
    """The key's policy leaves dev out."""
    it.health.keys.document = _without(it.health.keys.policy("any"))


def _without(policy: Mapping[str, Any]) -> Any:
    """Strike dev from a policy."""
    others = [each for each in (ORCHESTRATOR, *ACCOUNTS.values()) if each != DEV]
    return {
        "Statement": [
            {**each, "Principal": {"AWS": others}}
            if DEV
            in (each["Principal"] if isinstance(each["Principal"], dict) else {}).get("AWS", ())
            else each
            for each in policy["Statement"]
        ]
    }


def plain_http(it: Ward) -> None:
    """Nobody is refused who comes without TLS."""
    statements = it.health.bucket.policy()["Statement"]
    kept = [each for each in statements if each["Sid"] != "TlsOnly"]
    it.health.bucket.document = {"Statement": kept}


def disabled_key(it: Ward) -> None:
    """The key was disabled."""
    outputs = it.made.cloud.stacks.find(ORCHESTRATOR_STACK)
    assert outputs
    it.health.keys.states[outputs.outputs["AssetsKmsKeyArn"]] = "PendingDeletion"


def unconfirmed(it: Ward) -> None:
    """Nobody followed the link in the mail."""
    it.health.topics.pending.add("ml-team@example.com")


def unsubscribed(it: Ward) -> None:
    """Somebody followed the link at the end of a mail."""
    it.health.topics.gone.add("ml-team@example.com")


def no_secret(it: Ward) -> None:
    """The secret of the chat room is not there."""
    it.health.secrets.kept.clear()


def no_log_role(it: Ward) -> None:
    """Somebody took API Gateway's role away in dev."""
    it.health.rest_apis.cleared.add(DEV)


def no_artifact(it: Ward) -> None:
    """A config names a key that holds nothing."""
    text = json.dumps(realtime("churn", model_artifact_location="churn/v2.tar.gz"))
    it.made.files["churn/mlops-config.json"] = text.encode()


def no_image(it: Ward) -> None:
    """Nobody pushed the image."""
    it.made.cloud.images.pushed.clear()


def image_elsewhere(it: Ward) -> None:
    """The image is in another region."""
    path = "own/mlops-config.json"
    it.made.files[path] = it.made.files[path].replace(b"ecr.us-east-1", b"ecr.eu-west-1")


def unshared(it: Ward) -> None:
    """The repository's policy leaves dev out."""
    policy = it.health.repositories.policy("own")
    assert DEV in str(policy)
    it.health.repositories.policies["own"] = _without(policy)


def no_package(it: Ward) -> None:
    """Dev does not see the package."""
    it.health.packages.hidden_from.add(DEV)


def pending_package(it: Ward) -> None:
    """The package waits for approval, which is so for all who see it."""
    it.made.cloud.models.packages[PACKAGE] = "PendingManualApproval"


def quota(value: float | None, held: int = 0) -> Callable[[Ward], None]:
    """Have every account have so much; None where Service Quotas does not tell."""

    def broken(it: Ward) -> None:
        usage = it.made.cloud.sagemaker_usage
        usage.limits = None if value is None else {ENDPOINTS: Quota(value=value)}
        usage.held = {"endpoint": Instances(counts={"ml.m5.large": held})}

    return broken


def pipelines(others: int, most: int | None = 1_000) -> Callable[[Ward], None]:
    """Have others have so many pipelines."""

    def broken(it: Ward) -> None:
        it.health.limits.others, it.health.limits.quota = others, most

    return broken


ORCHESTRATOR_STACK = StackId(ORCHESTRATOR, "us-east-1", "mlops-gitops-orchestrator")
STAGES = tuple(f"{stage} {account}" for stage, account in ACCOUNTS.items())
F, W = Result.FAILED, Result.WARNING
ONE, DEV_ONLY = ("",), (ABOUT_DEV,)


@dataclass(frozen=True, slots=True)
class Breaking:
    """A hop, what breaks it, how its lines turn, and what they say.

    Attributes:
        about: what the lines that turn are about.
    """

    hop: str
    breaks: Callable[[Ward], None]
    says: str
    result: Result = F
    about: tuple[str, ...] = ONE

    def __str__(self) -> str:
        """Name it."""
        return f"{self.hop}: {self.says}"


_STACK, _PART, _OF_DEV = "mlops-gitops-orchestrator", "mlops-gitops-ci", "mlops-gitops-account"
BREAKINGS = (
    Breaking("program", old_program, "boto3 1.43 or newer"),
    Breaking("repository", no_commit, "no git repository", W),
    Breaking("settings", unreadable_settings, "mlops-gitops.yaml:1:"),
    Breaking("configs", unreadable_config, "churn/mlops-config.json:1:"),
    Breaking("credentials", signed_out, "aws sso login"),
    Breaking("reach", unplugged, "no route to host"),
    Breaking("clock", late, "360 s"),
    Breaking("clock", a_little_late, "120 s", W),
    Breaking("clock", timeless, "no time", W),
    Breaking("caller", expired, "ExpiredToken"),
    Breaking("account", stranger, f"are of account {DEV}"),
    Breaking("orchestrator-stack", altered(ORCHESTRATOR, _STACK, gone), "is not there"),
    Breaking("orchestrator-stack", altered(ORCHESTRATOR, _STACK, version(1)), "is older"),
    Breaking("orchestrator-stack", altered(ORCHESTRATOR, _STACK, version(99)), "is newer", W),
    Breaking("orchestrator-stack", altered(ORCHESTRATOR, _STACK, rolled_back), "ROLLBACK_FAILED"),
    Breaking("orchestrator-stack", altered(ORCHESTRATOR, _STACK, other_prefix), "Prefix"),
    Breaking("part-stack", altered(ORCHESTRATOR, _PART, gone), "bootstrap", about=(_PART,)),
    Breaking("account-stack", altered(DEV, _OF_DEV, version(1)), "older", about=DEV_ONLY),
    Breaking("account-stack", altered(DEV, _OF_DEV, other_prefix), "Prefix", about=DEV_ONLY),
    Breaking("pipeline-role", role(ORCHESTRATOR, "mlops-gitops-pipeline", None), "is not there"),
    Breaking(
        "ci-role",
        role(ORCHESTRATOR, "mlops-gitops-apply", trusting(Federated="arn:aws:iam::1:user/x")),
        "no OIDC provider",
        about=("mlops-gitops-apply",),
    ),
    Breaking(
        "ci-role",
        role(
            ORCHESTRATOR,
            "mlops-gitops-release",
            trusting(Federated="arn:aws:iam::1:oidc-provider/x"),
        ),
        "does not trust acme/models",
        about=("mlops-gitops-release",),
    ),
    Breaking("assets-bucket", bucket(place=""), "no bucket"),
    Breaking("assets-bucket", bucket(place="eu-west-1"), "eu-west-1"),
    Breaking("assets-versioning", bucket(versions=False), "put-bucket-versioning"),
    Breaking("assets-public", bucket(blocked=False), "not all"),
    Breaking("assets-tls", plain_http, "without it"),
    Breaking("assets-key", disabled_key, "PendingDeletion"),
    Breaking("assets-key", by_alias, "alias"),
    Breaking("plan-role", closed, "May not assume", about=DEV_ONLY),
    Breaking(
        "deploy-role",
        role(DEV, "mlops-gitops-deploy", trusting(AWS="arn:aws:iam::999999999999:root")),
        "does not trust arn:aws:iam::111111111111:role/mlops-gitops-pipeline",
        about=DEV_ONLY,
    ),
    Breaking(
        "cfn-role",
        role(DEV, "mlops-gitops-cfn", trusting(Service="ec2.amazonaws.com")),
        "cloudformation.amazonaws.com",
        about=DEV_ONLY,
    ),
    Breaking("repair-role", role(DEV, "mlops-gitops-repair", None), "is not there", about=DEV_ONLY),
    Breaking("assets-read", unfriendly, "leaves out: deploy role, workloads", about=DEV_ONLY),
    Breaking("key-use", selfish, "leaves out: deploy role, workloads", about=DEV_ONLY),
    Breaking("api-log-role", no_log_role, "none is set", about=DEV_ONLY),
    Breaking("subscription", unconfirmed, "Subscription Confirmation"),
    Breaking("subscription", unsubscribed, "is not subscribed"),
    Breaking("secret", no_secret, "no secret", about=("webhook chat",)),
    Breaking("artifacts", no_artifact, "aws s3 cp"),
    Breaking("images", no_image, IMAGE),
    Breaking("images", image_elsewhere, "not in us-east-1"),
    Breaking("image-use", unshared, "may not pull from own", about=DEV_ONLY),
    Breaking("model-packages", no_package, "not to be seen", about=DEV_ONLY),
    Breaking("model-packages", pending_package, "not approved", about=STAGES),
    Breaking("quotas", quota(2), "needs 3, may have 2", about=STAGES),
    Breaking("quotas", quota(4, held=2), "2 in use", W, STAGES),
    Breaking("quotas", quota(None), "did not tell", W, STAGES),
    Breaking("pipelines", pipelines(998), "998 there, 3 to come"),
    Breaking("pipelines", pipelines(950), "at most 1,000", W),
    Breaking("pipelines", pipelines(1_000, None), "AWS's default"),
)
