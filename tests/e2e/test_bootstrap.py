"""Accounts are prepared, upgraded and left alone, by the templates that real ones get."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from builders import ACCOUNTS, BUCKET, ORCHESTRATOR, SETTINGS
from e2e.user import Answer, User
from embedded_aws import client, embedded_aws, in_environment
from functional.published import hold
from listening_aws import listening_aws

from mlops_gitops.adapters.aws.session import PLAN_ROLE, Accounts
from mlops_gitops.emulator.lifecycle import Running
from mlops_gitops.errors import NotAuthorized

BEFORE = Path(__file__).with_name("bootstrap-2")
ORCHESTRATOR_STACK, ACCOUNT_STACK = "mlops-gitops-orchestrator", "mlops-gitops-account"
KEPT = {"AWS::KMS::Key", "AWS::S3::Bucket", "AWS::SNS::Topic"}
DEV, STAGING, PROD = ACCOUNTS.values()
PASSED = {
    "Prefix": "mlops-pipeline",
    "AssetsBucketName": BUCKET,
    "StageAccounts": ",".join(sorted({ORCHESTRATOR, *ACCOUNTS.values()})),
    "NotificationEmail": "ml-team@example.com",
}

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Administrator:
    """Somebody with credentials of every account."""

    user: User
    monkeypatch: pytest.MonkeyPatch

    def bootstrap(self, account: str, *words: str) -> Answer:
        """Run the command in an account."""
        self.monkeypatch.setenv("AWS_ACCESS_KEY_ID", account)
        return self.user.run("bootstrap", *words)


@pytest.fixture(scope="module")
def empty() -> Iterator[Running]:
    """An AWS in which nothing is prepared yet."""
    with embedded_aws() as running, in_environment(running):
        yield running


@pytest.fixture
def administrator(empty: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Administrator:
    """An administrator with a repository."""
    (tmp_path / "mlops-gitops.yaml").write_text(SETTINGS, encoding="utf-8")
    return Administrator(User(folder=tmp_path, running=empty), monkeypatch)


def prepared_before(running: Running, account: str, stack: str, values: dict[str, str]) -> None:
    """Deploy what the version before made of an account."""
    name = "orchestrator" if stack == ORCHESTRATOR_STACK else "account"
    cloudformation = client(running, "cloudformation", account)
    cloudformation.create_stack(
        StackName=stack,
        TemplateBody=(BEFORE / f"{name}.yaml").read_text(encoding="utf-8"),
        Parameters=[
            {"ParameterKey": key, "ParameterValue": value} for key, value in values.items()
        ],
        Tags=[{"Key": "mlops-gitops:installation", "Value": "mlops-pipeline"}],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName=stack, WaiterConfig={"Delay": 1, "MaxAttempts": 30}
    )


def physical(running: Running, stack: str) -> dict[str, str]:
    """Give what holds people's things: logical id -> what AWS calls it."""
    cloudformation = client(running, "cloudformation")
    found = cloudformation.list_stack_resources(StackName=stack)["StackResourceSummaries"]
    return {
        each["LogicalResourceId"]: each["PhysicalResourceId"]
        for each in found
        if each["ResourceType"] in KEPT
    }


def test_an_upgrade_keeps_what_holds_things(empty: Running, administrator: Administrator) -> None:
    """From the version before nothing is lost or renamed; a second run writes nothing at all."""
    prepared_before(empty, ORCHESTRATOR, ORCHESTRATOR_STACK, PASSED)
    before = physical(empty, ORCHESTRATOR_STACK)
    key = f"arn:aws:kms:us-east-1:{ORCHESTRATOR}:key/{before['AssetsKey']}"
    given = {"OrchestratorAccount": ORCHESTRATOR, "AssetsBucket": BUCKET, "AssetsKmsKeyArn": key}
    prepared_before(empty, DEV, ACCOUNT_STACK, given)
    client(empty, "s3").put_object(Bucket=BUCKET, Key="churn/model.tar.gz", Body=b"a model")

    shown = administrator.bootstrap(ORCHESTRATOR, "--plan")
    upgraded = administrator.bootstrap(ORCHESTRATOR, "--yes")
    stage = administrator.bootstrap(DEV, "--yes")

    assert "~ mlops-gitops-orchestrator  CREATE_COMPLETE, method change-set" in shown.out
    assert "blueprint bootstrap-orchestrator  2 -> 3" in shown.out
    assert "+ mlops-gitops-account  new" in shown.out
    assert (upgraded.code, stage.code) == (0, 0), (upgraded, stage)
    assert "± " not in upgraded.out
    assert "no longer denied" not in upgraded.out
    after = physical(empty, ORCHESTRATOR_STACK)
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {"AccessLogsBucket"}
    held = client(empty, "s3").get_object(Bucket=BUCKET, Key="churn/model.tar.gz")
    assert held["Body"].read() == b"a model"

    for account in (ORCHESTRATOR, DEV):
        with listening_aws(empty.endpoint_url) as heard:
            administrator.monkeypatch.setenv("AWS_ENDPOINT_URL", heard.address)
            again = administrator.bootstrap(account, "--yes")
        assert again.code == 0
        assert "No change" in again.out
        assert "DescribeStacks" in heard.calls
        assert heard.writing == []
    left = client(empty, "cloudformation").list_change_sets(StackName=ORCHESTRATOR_STACK)
    assert [each["ExecutionStatus"] for each in left["Summaries"]] == ["EXECUTE_COMPLETE"]


def test_who_plans_has_to_name_the_id_of_the_settings(administrator: Administrator) -> None:
    """Nobody becomes the role without it; the program names it."""
    administrator.bootstrap(ORCHESTRATOR, "--yes")
    said = f"{SETTINGS}external_id: acme-4711\n"
    (administrator.user.folder / "mlops-gitops.yaml").write_text(said, encoding="utf-8")

    done = administrator.bootstrap(STAGING, "--yes")

    assert done.code == 0, done.err
    administrator.monkeypatch.setenv("AWS_ACCESS_KEY_ID", ORCHESTRATOR)
    role = (STAGING, PLAN_ROLE, "cloudformation")
    with pytest.raises(NotAuthorized):
        Accounts("us-east-1").client(*role)
    reader = Accounts("us-east-1", external_id="acme-4711").client(*role)
    assert reader.describe_stacks()["Stacks"]


def test_a_stage_finds_the_key_by_itself(administrator: Administrator) -> None:
    """The bucket tells the stages its key, so nobody has to carry it from account to account."""
    administrator.bootstrap(ORCHESTRATOR, "--yes")
    unanswered = administrator.bootstrap(PROD)

    done = administrator.bootstrap(PROD, "--yes", "--output", "json")

    assert (unanswered.code, done.code) == (4, 0), done.err
    assert "Say --yes where nobody can be asked." in unanswered.err
    hold(("bootstrap",), done.out)
    told = json.loads(done.out)
    assert told["executed"]
    assert [part["action"] for plan in told["plans"] for part in plan["parts"]] == ["create"]
    assert told["outputs"]["PlanRoleArn"] == f"arn:aws:iam::{PROD}:role/mlops-gitops-plan"
