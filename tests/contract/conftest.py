"""Two sides of every promise: the adapters against an embedded AWS, and the twin in memory."""

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from builders import trial
from embedded_aws import client, in_environment

from mlops_gitops import app
from mlops_gitops.config.settings import Settings
from mlops_gitops.desired.stack import StackId
from mlops_gitops.diff.plan import Action, ResourceChange, ValueChange
from mlops_gitops.emulator import lifecycle
from mlops_gitops.emulator.lifecycle import Running
from mlops_gitops.ports import (
    Assets,
    Clock,
    Endpoints,
    Identity,
    Models,
    Pipelines,
    Stacks,
)
from mlops_gitops.ports.sagemaker import ModelCards
from mlops_gitops.use_cases.world import World


@dataclass(frozen=True, slots=True)
class Side:
    """One side: its ports, and what somebody else would do there."""

    world: World
    register: Callable[[str], str]
    """Put an approved model package into a new group; give its ARN."""
    set_card_status: Callable[[str, str, str], None]
    """Change a model card's status by hand: account, name, status."""
    ask: Callable[[str], str]
    """Have an execution wait for a callback in an account; give the token of its message."""
    change_note: Callable[[StackId], None]
    """Have somebody write "theirs" into the parameter store's note `Note` of a stack."""

    @property
    def settings(self) -> Settings:
        """The settings both sides were prepared with."""
        return self.world.settings

    @property
    def stacks(self) -> Stacks:
        """CloudFormation."""
        return self.world.stacks

    @property
    def assets(self) -> Assets:
        """The bucket."""
        return self.world.assets

    @property
    def pipelines(self) -> Pipelines:
        """CodePipeline."""
        return self.world.pipelines

    @property
    def models(self) -> Models:
        """The registry."""
        return self.world.models

    @property
    def endpoints(self) -> Endpoints:
        """SageMaker's endpoints."""
        return self.world.endpoints

    @property
    def model_cards(self) -> ModelCards:
        """SageMaker's model cards."""
        return self.world.model_cards

    @property
    def identity(self) -> Identity:
        """Who we are."""
        return self.world.identity

    @property
    def clock(self) -> Clock:
        """Time."""
        return self.world.clock


@pytest.fixture(scope="session")
def embedded(repository: Path) -> Iterator[Running]:
    """A running embedded AWS with all accounts prepared."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        try:
            running = app.embedded_up(repository, state, 0, lambda _: None)
            leave(before)
            yield running
        finally:
            leave(before)
            lifecycle.down(state)


def leave(before: dict[str, str]) -> None:
    """Give this process the environment that it had."""
    app.enter({name: before.get(name) for name in os.environ.keys() | before.keys()})


@pytest.fixture(scope="session")
def on_aws(embedded: Running, repository: Path) -> Side:
    """The adapters, once: making clients takes longer than most tests."""
    with in_environment(embedded):
        return aws_side(embedded, repository)


@pytest.fixture(scope="session")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository on disk without configs; ports need no more than its settings."""
    folder = tmp_path_factory.mktemp("repository")
    for path, content in trial().files.items():
        (folder / path).write_bytes(content)
    return folder


def memory_side() -> Side:
    """The twin, prepared by the same bootstrap."""
    made = trial()

    def register(group: str) -> str:
        arn = f"arn:aws:sagemaker:us-east-1:111111111111:model-package/{group}/1"
        made.cloud.models.packages[arn] = "Approved"
        return arn

    def ask(account: str) -> str:
        token = "aB3dE6gH9k"
        arn = f"arn:aws:sagemaker:us-east-1:{account}:pipeline/asks/execution/abcdefghijkl"
        made.cloud.sagemaker_pipelines.waiting[token] = arn
        return token

    def change_note(id_: StackId) -> None:
        changed = ResourceChange(
            logical_id="Note",
            resource_type="AWS::SSM::Parameter",
            action=Action.UPDATE,
            properties=(ValueChange("Value", "theirs", "ours"),),
        )
        made.cloud.stacks.by_hand[id_] = (changed,)
        made.cloud.live.changed[id_, "Note"] = {"Value": "theirs"}

    return Side(made.world(), register, made.cloud.model_cards.set_status, ask, change_note)


def aws_side(running: Running, repository: Path) -> Side:
    """The adapters, as a command gets them."""

    def register(group: str) -> str:
        sagemaker = client(running, "sagemaker")
        sagemaker.create_model_package_group(ModelPackageGroupName=group)
        made = sagemaker.create_model_package(
            ModelPackageGroupName=group, ModelApprovalStatus="Approved"
        )
        arn: str = made["ModelPackageArn"]
        return arn

    def set_card_status(account: str, name: str, status: str) -> None:
        sagemaker = client(running, "sagemaker", account)
        sagemaker.update_model_card(ModelCardName=name, ModelCardStatus=status)

    def ask(account: str) -> str:
        sqs = client(running, "sqs", account)
        queue = sqs.create_queue(QueueName="asks")["QueueUrl"]
        output = {"OutputName": "by", "OutputType": "String"}
        step = {"Name": "ask", "Type": "Callback", "SqsQueueUrl": queue, "Arguments": {}}
        steps = {"Version": "2020-12-01", "Steps": [{**step, "OutputParameters": [output]}]}
        sagemaker = client(running, "sagemaker", account)
        trust = {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}}
        policy = {"Version": "2012-10-17", "Statement": [{**trust, "Action": "sts:AssumeRole"}]}
        iam = client(running, "iam", account)
        role = iam.create_role(RoleName="asks", AssumeRolePolicyDocument=json.dumps(policy))
        made = {"PipelineDefinition": json.dumps(steps), "RoleArn": role["Role"]["Arn"]}
        sagemaker.create_pipeline(PipelineName="asks", **made)
        sagemaker.start_pipeline_execution(PipelineName="asks")
        (message,) = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=10)["Messages"]
        token: str = json.loads(message["Body"])["token"]
        return token

    def change_note(id_: StackId) -> None:
        ssm = client(running, "ssm", id_.account)
        ssm.put_parameter(Name=id_.name, Value="theirs", Overwrite=True)

    return Side(app.world_on_aws(repository), register, set_card_status, ask, change_note)


@pytest.fixture(params=["memory", "aws"])
def side(request: pytest.FixtureRequest) -> Iterator[Side]:
    """Either side."""
    if request.param == "memory":
        yield memory_side()
        return
    on_aws: Side = request.getfixturevalue("on_aws")
    with in_environment(request.getfixturevalue("embedded")):
        yield on_aws


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """A name that no other test uses, as stacks and models may be called."""
    test: str = request.node.originalname
    return test.removeprefix("test_").replace("_", "-")[:40].strip("-")
