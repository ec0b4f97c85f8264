"""A commit's way to prod by roles alone, while the embedded AWS enforces IAM as AWS does."""

import base64
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest
from blueprints.blueprint_files import ROOT as CHECKOUT
from blueprints.blueprint_files import load, module_at
from botocore.exceptions import ClientError
from builders import ACCOUNTS, BUCKET, ORCHESTRATOR, SETTINGS
from e2e.every_type import prepare, realtime_custom, training
from e2e.user import User, eventually, full_name, model, upload_artifact
from embedded_aws import client, embedded_aws, in_environment

from mlops_gitops import app
from mlops_gitops.emulator.lifecycle import Iam, Running

ROOT = f"arn:aws:iam::{ORCHESTRATOR}:root"
MANAGERS = f"arn:aws:iam::{ORCHESTRATOR}:role/release-managers"
RELEASE = f"arn:aws:iam::{ORCHESTRATOR}:role/mlops-gitops-release"
WITH_ROLES = (
    SETTINGS.replace(
        "{name: staging,",
        f'{{name: staging, approvers: ["{MANAGERS}", "{RELEASE}"], '
        "require_approval_for: [interrupts],",
    ).replace("{name: prod,", f'{{name: prod, approvers: ["{MANAGERS}"],')
    + "ci: {github: {repository: acme/models}}\n"
)
BRANCH = "repo:acme/models:ref:refs/heads/main"
PULL_REQUEST = "repo:acme/models:pull_request"
NAME, TRAINED, OWN = "enforced", "enforced-trained", "enforced-own"
TABLE = module_at(CHECKOUT / "scripts" / "write_permissions.py", "write_permissions")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the roles' calls are written."""
    return tmp_path_factory.mktemp("record") / "calls.jsonl"


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory, record: Path) -> Iterator[User]:
    """A user in an installation with roles for CI and for approvers."""
    folder = tmp_path_factory.mktemp("repository")
    (folder / "mlops-gitops.yaml").write_text(WITH_ROLES, encoding="utf-8")
    with embedded_aws(iam=Iam(enforced=True, record=record)) as running, in_environment(running):
        app.embedded_up(folder, running.state_dir, 0, lambda _: None)
        upload_artifact(running)
        _managers(running)
        user = User(folder=folder, running=running)
        prepare(user)
        user.git("init", "-q")
        yield user


def _managers(running: Running) -> None:
    """A role of people, which may become the approvers' and nothing else."""
    iam, role = client(running, "iam"), MANAGERS.rpartition("/")[2]
    become = f"arn:aws:iam::{ORCHESTRATOR}:role/mlops-gitops-approve-*"
    trust = {"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "sts:AssumeRole"}
    may = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": become}
    iam.create_role(RoleName=role, AssumeRolePolicyDocument=_policy(trust))
    iam.put_role_policy(RoleName=role, PolicyName="become", PolicyDocument=_policy(may))


def _policy(statement: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture(scope="module")
def led(team: User) -> User:
    """The user, whose commits others have led to prod by their roles, and by nothing else."""
    planner = ci(team, "mlops-gitops-ci-plan", PULL_REQUEST)
    applier = ci(team, "mlops-gitops-apply", BRANCH)
    team.commit(model(NAME), training(TRAINED), realtime_custom(OWN))
    as_who(team, planner, "plan")
    as_who(team, applier, "apply", "--wait")
    as_who(team, applier, "suspend", "--stage", "prod", "--reason", "a test")
    for stage in ("staging", "prod"):
        digest = _digest(team, planner)
        words = ("approve", NAME, "--stage", stage, "--digest", digest, "--yes", "--wait")
        if stage == "prod":
            assert team.ran(*words, **_approver(team, stage)).code == 4
            as_who(team, applier, "resume", "--stage", "prod")
        as_who(team, _approver(team, stage), *words)
    team.commit(model(NAME, inference_instance="ml.m5.xlarge"), training(TRAINED))
    as_who(team, planner, "plan", "--method", "change-set")
    as_who(team, applier, "apply", "--wait")
    team.commit(model(NAME), training(TRAINED, instance_type="ml.m5.2xlarge"))
    as_who(team, planner, "plan", "--method", "change-set")
    as_who(team, applier, "apply", "--wait")
    as_who(team, applier, "suspend", "--stage", "prod", "--reason", "a test")
    as_who(team, ci(team, "mlops-gitops-release", BRANCH), "approve", NAME, "--by-settings")
    as_who(team, planner, "suspend")
    assert team.ran("resume", "--stage", "prod", **planner).code == 1
    as_who(team, applier, "resume", "--stage", "prod")
    as_who(team, planner, "status")
    as_who(team, planner, "history", NAME)
    return team


def ci(user: User, role: str, subject: str) -> dict[str, str]:
    """Sign in as a job of CI, by a token of GitHub's."""
    claims = {
        "iss": "https://token.actions.githubusercontent.com",
        "aud": "sts.amazonaws.com",
        "sub": subject,
    }
    parts = ({"alg": "RS256"}, claims, "signed")
    token = ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts
    )
    given = user.aws("sts").assume_role_with_web_identity(
        RoleArn=f"arn:aws:iam::{ORCHESTRATOR}:role/{role}",
        RoleSessionName="run-1",
        WebIdentityToken=token,
    )
    return _environment(given["Credentials"])


def become(who: Any, role: str, session: str) -> dict[str, str]:
    """Assume a role."""
    return _environment(who.assume_role(RoleArn=role, RoleSessionName=session)["Credentials"])


def _environment(credentials: Mapping[str, str]) -> dict[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": credentials["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": credentials["SecretAccessKey"],
        "AWS_SESSION_TOKEN": credentials["SessionToken"],
    }


def acting(user: User, who: Mapping[str, str], service: str) -> Any:
    """A client of whoever has signed in."""
    return boto3.client(
        service,
        endpoint_url=user.running.endpoint_url,
        region_name="us-east-1",
        aws_access_key_id=who["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=who["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=who["AWS_SESSION_TOKEN"],
    )


@pytest.mark.usefixtures("led")
def test_roles_of_ci_and_approvers_bring_commits_to_prod(record: Path) -> None:
    """Plan, apply, decide, look: none of it as the account, and all of it is in the table."""
    if folder := os.environ.get("RECORD_IAM"):  # `make permissions`
        shutil.copy(record, Path(folder) / f"enforced-{os.getpid()}.jsonl")
        return
    # What another test asks as a role may be what no deployment here shows.
    unknown = TABLE.seen_in([record]) - TABLE.recorded() - set(TABLE.beyond())
    assert not unknown, "Run `make permissions`, and read what has changed."


def as_who(user: User, who: Mapping[str, str], *words: str) -> str:
    """Run a command that must succeed as somebody; give what it printed."""
    answer = user.ran(*words, **who)
    assert answer.code == 0, (words, answer)
    return answer.out


def _digest(user: User, who: Mapping[str, str]) -> str:
    shown = as_who(user, who, "plan", "--output", "json")
    return str(json.loads(shown)["digests"][full_name(NAME)])


def _approver(user: User, stage: str) -> dict[str, str]:
    """Sign in as a person, and go on as the approver of a stage."""
    person = become(user.aws("sts"), MANAGERS, "jane@example.com")
    role = f"arn:aws:iam::{ORCHESTRATOR}:role/mlops-gitops-approve-{stage}"
    return become(acting(user, person, "sts"), role, "jane@example.com")


def test_the_plan_role_is_refused_a_deployment(team: User) -> None:
    """It asks what would change, and nobody who plans carries it out."""
    plan = f"arn:aws:iam::{ACCOUNTS['dev']}:role/mlops-gitops-plan"
    stack = f"{full_name('refused')}-dev"
    cloudformation = acting(team, become(team.aws("sts"), plan, "me"), "cloudformation")
    template = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
    cloudformation.create_change_set(
        StackName=stack,
        ChangeSetName="mg-plan-1",
        ChangeSetType="CREATE",
        TemplateBody=json.dumps(template),
    )

    with pytest.raises(ClientError) as refused:
        cloudformation.execute_change_set(StackName=stack, ChangeSetName="mg-plan-1")
    assert refused.value.response["Error"] == {
        "Type": "Sender",
        "Code": "AccessDenied",
        "Message": (
            f"User: arn:aws:sts::{ACCOUNTS['dev']}:assumed-role/mlops-gitops-plan/me is not "
            "authorized to perform: cloudformation:ExecuteChangeSet on resource: "
            f"arn:aws:cloudformation:us-east-1:{ACCOUNTS['dev']}:stack/{stack}/* because no "
            "identity-based policy allows the cloudformation:ExecuteChangeSet action"
        ),
    }
    with pytest.raises(ClientError, match="CreateChangeSet action"):
        cloudformation.create_change_set(
            StackName=stack, ChangeSetName="mine", TemplateBody=json.dumps(template)
        )


def test_the_deploy_role_reads_what_its_pipeline_made_and_nothing_else(team: User) -> None:
    """Models, bundles and other accounts' buckets are not its to read."""
    pipeline = become(
        team.aws("sts"), f"arn:aws:iam::{ORCHESTRATOR}:role/mlops-gitops-pipeline", "me"
    )
    deploy = f"arn:aws:iam::{ACCOUNTS['dev']}:role/mlops-gitops-deploy"
    s3 = acting(team, become(acting(team, pipeline, "sts"), deploy, "me"), "s3")
    own = f"{full_name(NAME)}/BuildArtifact/1"
    for key in (own, "other/model.tar.gz", "mlops_provisioned_pipelines/other/template.zip"):
        team.aws("s3").put_object(Bucket=BUCKET, Key=key, Body=b"x")

    assert s3.get_object(Bucket=BUCKET, Key=own)["Body"].read() == b"x"
    for key in ("other/model.tar.gz", "mlops_provisioned_pipelines/other/template.zip"):
        with pytest.raises(ClientError, match="AccessDenied"):
            s3.get_object(Bucket=BUCKET, Key=key)
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.put_object(Bucket=BUCKET, Key=own, Body=b"y")


def test_roles_that_nobody_made_or_that_trust_others_cannot_be_assumed(team: User) -> None:
    """A role that is unknown, one of another branch, one of the pipelines."""
    apply = acting(team, ci(team, "mlops-gitops-apply", BRANCH), "sts")
    for role in (
        f"arn:aws:iam::{ACCOUNTS['dev']}:role/unknown",
        f"arn:aws:iam::{ACCOUNTS['dev']}:role/mlops-gitops-deploy",
        f"arn:aws:iam::{ORCHESTRATOR}:role/mlops-gitops-approve-prod",
    ):
        with pytest.raises(ClientError, match=f"perform: sts:AssumeRole on resource: {role}"):
            become(apply, role, "me")
    for subject in (PULL_REQUEST, "repo:acme/models:ref:refs/heads/mine", "repo:other/models"):
        with pytest.raises(ClientError, match="AssumeRoleWithWebIdentity"):
            ci(team, "mlops-gitops-apply", subject)


def test_who_plans_in_ci_starts_nothing_and_decides_nothing(team: User) -> None:
    """Neither pipelines nor gates, and no bundle is written."""
    who = ci(team, "mlops-gitops-ci-plan", PULL_REQUEST)
    pipelines = acting(team, who, "codepipeline")

    with pytest.raises(ClientError, match="codepipeline:StartPipelineExecution action"):
        pipelines.start_pipeline_execution(name=full_name(NAME))
    with pytest.raises(ClientError, match="AccessDenied"):
        acting(team, who, "s3").put_object(
            Bucket=BUCKET, Key=f"mlops_provisioned_pipelines/{full_name(NAME)}/template.zip"
        )


def test_the_plan_role_may_all_that_doctor_reads(led: User) -> None:
    """It reads in every account; the only failure is true: nobody shared the image's repository."""
    lines = json.loads(led.run("doctor", "--output", "json").out)["checks"]

    assert {each["check"] for each in lines if each["result"] == "failed"} == {"image-use"}
    assert not [each for each in lines if each["result"] == "not checked"]
    assert len([each for each in lines if each["check"] == "repair-role"]) == len(ACCOUNTS) + 1


def test_the_repair_role_takes_over_and_deploys_nothing(team: User, name: str) -> None:
    """It imports what exists, lets old stacks let go in its own name, and passes no gate."""
    dev, account = team.aws("sagemaker", ACCOUNTS["dev"]), ACCOUNTS["dev"]
    variant = {"VariantName": "AllTraffic", "ModelName": name, "InstanceType": "ml.m5.large"}
    role = f"arn:aws:iam::{account}:role/some"
    image = {"Image": "registry/image:1", "ModelDataUrl": "s3://assets/model.tar.gz"}
    dev.create_model(ModelName=name, ExecutionRoleArn=role, PrimaryContainer=image)
    variants = [{**variant, "InitialInstanceCount": 1}]
    dev.create_endpoint_config(EndpointConfigName=name, ProductionVariants=variants)
    dev.create_endpoint(EndpointName=f"{name}-dev", EndpointConfigName=name)
    team.commit(model(name))

    team.did("adopt", name, "--yes")

    repair = f"arn:aws:iam::{account}:role/mlops-gitops-repair"
    cloudformation = acting(team, become(team.aws("sts"), repair, "me"), "cloudformation")
    template = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    cfn = f"arn:aws:iam::{account}:role/mlops-gitops-cfn"
    for stack, more in (
        (f"{full_name(name)}-dev", {}),
        (f"{full_name(name)}-dev", {"RoleARN": cfn}),
        (f"StackSet-{full_name(name)}-dev", {"RoleARN": cfn}),
    ):
        with pytest.raises(ClientError, match="CreateChangeSet action"):
            cloudformation.create_change_set(
                StackName=stack, ChangeSetName="mg-adopt-1", TemplateBody=template, **more
            )


@pytest.mark.parametrize("role", ["DispatcherRole", "TellerRole"])
def test_what_tells_people_asks_for_what_it_is_granted(led: User, record: Path, role: str) -> None:
    """By the deliveries of these tests: no action more, and none less."""
    resources = load(CHECKOUT / "blueprints/bootstrap/notifications.yaml")["Resources"]
    (policy,) = resources[role]["Properties"]["Policies"]
    named = [one["Action"] for one in policy["PolicyDocument"]["Statement"]]
    granted = {each for one in named for each in ([one] if isinstance(one, str) else one)}
    assert led.executions(NAME)

    def asked() -> set[str]:
        calls = [json.loads(line) for line in record.read_text().splitlines()]
        return {action for who, action, _ in calls if f"/mlops-gitops-notifications-{role}" in who}

    eventually(lambda: asked() >= granted)
    assert asked() == granted
