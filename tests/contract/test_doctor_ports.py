"""What the ports of `doctor` promise us: each side shows what bootstrap has made."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from contract.conftest import Side
from embedded_aws import DEV, ORCHESTRATOR, client

from mlops_gitops import app
from mlops_gitops.adapters.aws.pipeline_limits import CodePipelineLimits
from mlops_gitops.adapters.aws.topics import SnsTopics
from mlops_gitops.adapters.machine import InstalledPrograms
from mlops_gitops.adapters.memory.doctor import MemoryWorkers
from mlops_gitops.adapters.threads import ThreadWorkers
from mlops_gitops.desired.bootstrap.orchestrator import PART
from mlops_gitops.desired.stack import StackId
from mlops_gitops.emulator.lifecycle import Running
from mlops_gitops.errors import AwsError, NotAuthorized
from mlops_gitops.ports.doctor import Instruments, Services, Subscription, Workers
from mlops_gitops.status.finding import Finding, ok
from mlops_gitops.status.policies import allows, refuses_plain_http, trusts

PIPELINE_ROLE = f"arn:aws:iam::{ORCHESTRATOR}:role/mlops-gitops-pipeline"
WORKLOAD_ROLE = f"arn:aws:iam::{DEV}:role/mlops-gitops/mlops-pipeline-x"
NOBODY = "mlops-gitops-nobody"


@pytest.fixture(scope="module")
def of_aws() -> Instruments:
    """The adapters, once: making clients takes longer than most tests."""
    return app.instruments(Path())


@pytest.fixture
def instruments(side: Side, of_aws: Instruments) -> Instruments:
    """Either side's."""
    return side.world.instruments or of_aws


@pytest.fixture
def services(side: Side, instruments: Instruments) -> Services:
    """Either side's AWS."""
    return instruments.services(side.settings)


@pytest.fixture
def outputs(side: Side) -> dict[str, str]:
    """Give the outputs of the orchestrator's stack."""
    there = side.stacks.find(StackId(ORCHESTRATOR, side.settings.region, PART.stack))
    assert there
    return dict(there.outputs)


def test_aws_is_reached_and_tells_its_time(side: Side, instruments: Instruments) -> None:
    """Without credentials; on one machine the times are the same."""
    theirs = instruments.reach.date(side.settings.region)

    assert theirs is not None
    assert abs(theirs - instruments.clock.now()) < timedelta(minutes=1)


def test_credentials_tell_where_they_are_from(instruments: Instruments) -> None:
    """The tests' own are in the environment."""
    assert instruments.credentials.source() == "env"


def test_the_plan_role_is_entered(services: Services) -> None:
    """In the account that is asked for; an account without one does not let us in."""
    assert f":{DEV}:assumed-role/mlops-gitops-plan/" in services.roles.enter(DEV)
    with pytest.raises(NotAuthorized):
        services.roles.enter("999999999999")


def test_a_role_tells_who_may_assume_it(services: Services) -> None:
    """In a stage's account and in our own; one that is not there is None."""
    deploy = services.roles.trust(DEV, "mlops-gitops-deploy")
    pipeline = services.roles.own_trust("mlops-gitops-pipeline")

    assert deploy
    assert allows(deploy, "sts:AssumeRole", "", PIPELINE_ROLE)
    assert not allows(deploy, "sts:AssumeRole", "", f"{PIPELINE_ROLE}s")
    assert pipeline
    assert trusts(pipeline, "Service", "codepipeline.amazonaws.com", "sts:AssumeRole")
    assert services.roles.trust(DEV, NOBODY) is services.roles.own_trust(NOBODY) is None


def test_the_bucket_tells_how_it_is_set_up(side: Side, services: Services) -> None:
    """As bootstrap has made it."""
    bucket, arn = services.bucket, f"arn:aws:s3:::{side.settings.assets_bucket}"

    assert bucket.region() == side.settings.region
    assert bucket.is_versioned()
    assert bucket.blocks_public_access()
    assert refuses_plain_http(bucket.policy())
    assert allows(bucket.policy(), "s3:GetObject", f"{arn}/model.tar.gz", WORKLOAD_ROLE)
    assert not allows(bucket.policy(), "s3:DeleteBucket", arn, WORKLOAD_ROLE)


def test_the_key_tells_its_state_and_policy(services: Services, outputs: dict[str, str]) -> None:
    """One that is not there has no state."""
    arn = outputs["AssetsKmsKeyArn"]

    assert services.keys.state(arn) == "Enabled"
    assert services.keys.state(f"{arn[:-4]}ffff") == ""
    assert allows(services.keys.policy(arn), "kms:Decrypt", arn, WORKLOAD_ROLE)
    assert not allows(services.keys.policy(arn), "kms:PutKeyPolicy", arn, WORKLOAD_ROLE)


def test_the_topic_tells_who_is_told(services: Services, outputs: dict[str, str]) -> None:
    """The address of the settings, which both sides take for confirmed."""
    found = services.topics.subscriptions(outputs["NotificationTopicArn"])

    assert found == (Subscription(endpoint="ml-team@example.com", is_confirmed=True),)


def test_a_package_is_seen_or_not(side: Side, services: Services, name: str) -> None:
    """Its status is told where it is seen."""
    arn = side.register(name)

    assert services.packages.status(ORCHESTRATOR, arn) == "Approved"
    assert services.packages.status(ORCHESTRATOR, arn.replace(name, "nobody-made-it")) == ""


def test_api_gateway_has_its_role(services: Services) -> None:
    """In every account that bootstrap has prepared."""
    assert services.rest_apis.log_role(DEV).startswith("arn:aws:")


def test_pipelines_are_counted(services: Services) -> None:
    """Those that there are; the quota may not be told."""
    assert isinstance(services.limits.names(), tuple)
    assert services.limits.most() in {None, 1_000}


@pytest.mark.parametrize("side", ["aws"], indirect=True)  # the twin has what a test puts there
def test_secrets_are_found_until_they_are_deleted(services: Services, embedded: Running) -> None:
    """One that is about to go is of no use."""
    theirs = client(embedded, "secretsmanager")
    arn = theirs.create_secret(Name="chat", SecretString="https://example.com")["ARN"]

    before = services.secrets.is_there(arn)
    theirs.delete_secret(SecretId=arn, RecoveryWindowInDays=7)

    assert before
    assert not services.secrets.is_there(arn)
    assert not services.secrets.is_there(f"{arn}x")


@pytest.mark.parametrize("side", ["aws"], indirect=True)  # the twin is told to say so
def test_what_was_changed_by_hand_is_seen(
    side: Side, services: Services, outputs: dict[str, str], embedded: Running
) -> None:
    """Nothing is remembered from the last look."""
    s3, name = client(embedded, "s3"), side.settings.assets_bucket
    topic = outputs["NotificationTopicArn"]
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Suspended"})
    s3.delete_public_access_block(Bucket=name)
    try:
        assert not services.bucket.is_versioned()
        assert not services.bucket.blocks_public_access()
    finally:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        blocks = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls")
        on = dict.fromkeys((*blocks, "RestrictPublicBuckets"), True)
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=on)
    assert not app.instruments(Path()).services(_elsewhere(side)).bucket.region()
    assert services.topics.subscriptions(topic)


def _elsewhere(side: Side) -> Any:
    """Give settings that name a bucket that nobody made."""
    return replace(side.settings, assets_bucket="nobody-made-this-bucket")


class _Stubbed:
    """Clients that answer as the stubber is told."""

    def __init__(self) -> None:
        services = ("codepipeline", "service-quotas", "sns")
        self.clients = {
            each: boto3.Session(region_name="us-east-1").client(each) for each in services
        }

    def own(self, service: str) -> Any:
        """Give a client."""
        return self.clients[service]


@pytest.mark.parametrize(
    ("quotas", "most"),
    [
        ([{"QuotaName": "Total pipelines per Region", "Value": 1200.0}], 1_200),
        ([{"QuotaName": "Number of stages", "Value": 50.0}], None),
        ([], None),
    ],
)
def test_the_quota_of_pipelines_is_found_by_its_name(
    quotas: list[dict[str, Any]], most: int | None
) -> None:
    """Other quotas of CodePipeline are none of it."""
    accounts: Any = _Stubbed()
    asked = {"ServiceCode": "codepipeline"}
    with Stubber(accounts.own("service-quotas")) as stub:
        stub.add_response("list_service_quotas", {"Quotas": quotas}, asked)

        assert CodePipelineLimits(accounts).most() == most


def test_a_subscription_that_waits_is_not_confirmed() -> None:
    """Instead of an ARN there is a word."""
    accounts: Any = _Stubbed()
    arn = "arn:aws:sns:us-east-1:111111111111:any"
    waiting = {"SubscriptionArn": "PendingConfirmation", "Endpoint": "a@example.com"}
    with Stubber(accounts.own("sns")) as stub:
        stub.add_response("list_subscriptions_by_topic", {"Subscriptions": [waiting]}, None)

        found = SnsTopics(accounts).subscriptions(arn)

    assert found == (Subscription(endpoint="a@example.com", is_confirmed=False),)


def test_nobody_who_answers_is_a_failure_and_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said after one attempt: a dead network is not tried again and again."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_PROFILE", "nobody-wrote-this-profile")

    with pytest.raises(AwsError, match="AWS for its time"):
        app.instruments(Path()).reach.date("us-east-1")


def test_a_profile_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """By its name."""
    monkeypatch.setenv("AWS_PROFILE", "nobody-wrote-this-profile")

    with pytest.raises(AwsError, match="nobody-wrote-this-profile"):
        app.instruments(Path()).credentials.source()


def test_what_is_installed_is_what_the_package_asks_for() -> None:
    """Ourselves first, and what we need of the others."""
    versions = {each.name: each for each in InstalledPrograms().versions()}

    assert next(iter(versions)) == "mlops-gitops"
    assert versions["Python"].needed == "3.11"
    assert versions["boto3"].needed
    assert all(each.found[0].isdigit() for each in versions.values())


@pytest.mark.parametrize("make", [ThreadWorkers, MemoryWorkers])
def test_workers_give_back_what_was_begun(make: Callable[[], Workers]) -> None:
    """Each number once, with what was found; then nothing comes any more."""
    workers = make()
    for number in range(12):
        workers.start(number, lambda number=number: ok(str(number)))  # type: ignore[misc]  # its own

    found = dict(filter(None, (workers.next(5) for _ in range(12))))

    assert found == {number: ok(str(number)) for number in range(12)}
    assert workers.next(0.01) is None


@pytest.mark.parametrize("make", [ThreadWorkers, MemoryWorkers])
def test_a_defect_reaches_whoever_waits(make: Callable[[], Workers]) -> None:
    """It is not lost in a thread."""

    def broken() -> Finding:
        raise ZeroDivisionError

    workers = make()
    workers.start(0, broken)

    with pytest.raises(ZeroDivisionError):
        workers.next(5)


@pytest.mark.parametrize("side", ["aws"], indirect=True)  # the twin shows what the stacks say
def test_a_repository_tells_who_may_pull(services: Services, embedded: Running) -> None:
    """Without a policy nobody from elsewhere, as with one that is not there."""
    ecr = client(embedded, "ecr")
    ecr.create_repository(repositoryName="pulled")
    before = services.repositories.policy("pulled")
    pull = {"Effect": "Allow", "Principal": {"AWS": DEV}, "Action": "ecr:BatchGetImage"}
    ecr.set_repository_policy(repositoryName="pulled", policyText=json.dumps({"Statement": [pull]}))

    after = services.repositories.policy("pulled")

    assert before == services.repositories.policy("nobody-made-it") == {}
    assert allows(after, "ecr:BatchGetImage", "", WORKLOAD_ROLE)
    assert not allows(after, "ecr:GetDownloadUrlForLayer", "", WORKLOAD_ROLE)
