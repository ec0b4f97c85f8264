"""What the predecessor deployed, and endpoints made by hand, become ours while they serve."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from builders import ACCOUNTS, BUCKET, ORCHESTRATOR
from e2e.conftest import Arrive
from e2e.user import User, eventually, full_name, model, single_account
from embedded_stacks import first_failure, listed, settled
from former_stacks import batch, codepipeline, emulated, realtime, stack_set, stack_set_stack

from mlops_gitops.adapters.memory.stack_sets import MemoryStackSets
from mlops_gitops.desired.stack import DeployableStack, StackId
from mlops_gitops.use_cases.world import World

CAPABILITIES = ["CAPABILITY_NAMED_IAM"]
REGION = "us-east-1"
IMAGE = {"Image": "registry/image:1", "ModelDataUrl": "s3://assets/model.tar.gz"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization(User):
    """A user whose StackSets are in memory: the embedded AWS has none."""

    stack_sets: MemoryStackSets = field(default_factory=MemoryStackSets)

    def world(self) -> World:
        """The world as a command opens it, with the organization's StackSets."""
        return replace(User.world(self), stack_sets=self.stack_sets)

    def made(self, name: str, account: str) -> None:
        """Let a StackSet have made the stack of an account."""
        id_ = StackId(account, REGION, name)
        stack = DeployableStack(id=id_, template={}, parameters={}, tags={}, capabilities=())
        self.stack_sets.units[account] = "ou-1"
        self.stack_sets.create(stack)
        self.stack_sets.add(name, ["ou-1"], [account], REGION)


def deploy(
    user: User, account: str, name: str, template: Mapping[str, Any], **parameters: str
) -> dict[str, Any]:
    """Deploy a stack as the predecessor did."""
    cloudformation = user.aws("cloudformation", account)
    cloudformation.create_stack(
        StackName=name,
        TemplateBody=json.dumps(template),
        Parameters=listed(parameters),
        Tags=[{"Key": "stack_name", "Value": name}],
        Capabilities=CAPABILITIES,
    )
    made = settled(cloudformation, name)
    assert made["StackStatus"] == "CREATE_COMPLETE", first_failure(cloudformation, name)
    return made


def deploy_pipeline(user: User, name: str) -> None:
    """Deploy a delivery stack as the predecessor did; what its creation has started is over."""
    deploy(user, ORCHESTRATOR, name, codepipeline(BUCKET))
    resources = user.aws("cloudformation").describe_stack_resources(StackName=name)
    (pipeline,) = (
        each["PhysicalResourceId"]
        for each in resources["StackResources"]
        if each["ResourceType"] == "AWS::CodePipeline::Pipeline"
    )

    def is_over() -> bool:
        told = user.aws("codepipeline").list_pipeline_executions(pipelineName=pipeline)
        statuses = [each["status"] for each in told["pipelineExecutionSummaries"]]
        return bool(statuses) and not {"InProgress", "Stopping"}.intersection(statuses)

    eventually(is_over)


def serving(user: User, account: str, name: str) -> tuple[Any, ...]:
    """Tell what makes an endpoint the one it is, and that it serves."""
    found = user.aws("sagemaker", account).describe_endpoint(EndpointName=name)
    return found["EndpointArn"], found["CreationTime"], found["EndpointStatus"]


def changes(document: str) -> list[dict[str, Any]]:
    """Read the changes of a plan; `adopt` tells the one afterwards."""
    told = json.loads(document)
    found: list[dict[str, Any]] = told.get("after", told)["changes"]
    return found


def apis(user: User, account: str, stack: str) -> Iterator[str]:
    """List the ids of a stack's APIs."""
    resources = user.aws("cloudformation", account).describe_stack_resources(StackName=stack)
    for each in resources["StackResources"]:
        if each["ResourceType"] == "AWS::ApiGateway::RestApi":
            yield each["PhysicalResourceId"]


def test_a_single_account_is_adopted_while_it_serves(arrive: Arrive, name: str) -> None:
    """Endpoint and API stay, the plan said before is the plan afterwards, and it applies."""
    user = arrive(single_account(ORCHESTRATOR))
    stack = full_name(name)
    deploy(user, ORCHESTRATOR, stack, emulated(realtime()), EndpointName=name, ModelName=name)
    deploy_pipeline(user, f"{stack}-codepipeline")
    user.commit(model(name, endpoint_name=name))
    before, api = serving(user, ORCHESTRATOR, name), list(apis(user, ORCHESTRATOR, stack))

    promised = user.did("adopt", "--plan", "--output", "json")
    assert json.loads(promised)["executed"] is False
    assert user.stack_named(f"{stack}-codepipeline", ORCHESTRATOR)
    adopted = user.did("adopt", name, "--yes", "--output", "json")

    assert changes(adopted) == changes(promised) == changes(user.did("plan", "--output", "json"))
    assert user.did("adopt", "--yes") == "Nothing to adopt.\n"
    assert serving(user, ORCHESTRATOR, name) == before
    assert not user.stack_named(f"{stack}-codepipeline", ORCHESTRATOR)

    user.did("apply", "--wait")

    assert serving(user, ORCHESTRATOR, name) == before
    assert list(apis(user, ORCHESTRATOR, stack)) == api
    assert user.did("adopt", "--yes") == "Nothing to adopt.\n"
    assert {each["action"] for each in changes(user.did("plan", "--output", "json"))} == {"keep"}


def test_a_stack_of_a_stack_set_gives_what_it_has_to_ours(arrive: Arrive, name: str) -> None:
    """It is detached, loses the endpoint, and stays until the rollout; ours holds the endpoint."""
    settings = (
        single_account(ACCOUNTS["dev"])
        .replace("name: live", "name: dev")
        .replace(
            "notifications:", f"  - {{name: prod, account: '{ACCOUNTS['prod']}'}}\nnotifications:"
        )
    )
    settings = settings.replace(
        f'stages: [{{name: dev, account: "{ACCOUNTS["dev"]}"}}]\n',
        f'stages:\n  - {{name: dev, account: "{ACCOUNTS["dev"]}", approval: none}}\n',
    )
    user = arrive(settings)
    user = Organization(folder=user.folder, running=user.running, opened=user.opened)
    workload, dev = full_name(name), ACCOUNTS["dev"]
    old, ours = stack_set_stack(workload, "dev"), f"{workload}-dev"
    deploy(user, dev, old, emulated(realtime()), EndpointName=f"{name}-dev")
    user.made(stack_set(workload, "dev"), dev)
    user.commit(model(name, stages=["dev"], endpoint_name=f"{name}-dev"))
    before, api = serving(user, dev, f"{name}-dev"), list(apis(user, dev, old))

    promised = changes(user.did("adopt", "--plan", "--output", "json"))
    user.did("adopt", "--yes")

    assert promised == changes(user.did("plan", "--output", "json"))
    assert user.stack_sets.calls[-1] == "detach"
    assert list(apis(user, dev, ours)) == api
    assert not list(apis(user, dev, old))
    assert f"stack {old}; keep it until apply is through" in user.did("adopt")
    user.did("apply", "--wait")
    assert f"delete-stack --stack-name {old}" in user.did("adopt", "--yes")
    user.aws("cloudformation", dev).delete_stack(StackName=old)
    assert serving(user, dev, f"{name}-dev") == before


def test_an_endpoint_made_by_hand_becomes_ours(arrive: Arrive, name: str) -> None:
    """By its name; one that another stack holds stays there, and leaves nothing of ours behind."""
    user = arrive(single_account(ACCOUNTS["prod"]))
    prod, stack = ACCOUNTS["prod"], full_name(name)
    sagemaker = user.aws("sagemaker", prod)
    variant = {
        "VariantName": "AllTraffic",
        "ModelName": name,
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 1,
    }
    sagemaker.create_model(
        ModelName=name, ExecutionRoleArn=f"arn:aws:iam::{prod}:role/some", PrimaryContainer=IMAGE
    )
    sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
    sagemaker.get_waiter("endpoint_in_service").wait(
        EndpointName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30}
    )
    user.commit(model(name, endpoint_name=name))
    before = serving(user, prod, name)

    user.did("adopt", "--yes")
    assert user.stack_named(stack, prod)["StackStatus"] == "IMPORT_COMPLETE"
    user.did("apply", "--wait")
    assert serving(user, prod, name) == before

    user.commit(model(f"{name}-b", endpoint_name=f"{name}-b"))
    deploy(user, prod, f"somebody-{name}", emulated(realtime()), EndpointName=f"{name}-b")
    refused = user.run("adopt", f"{name}-b", "--yes")
    assert refused.code == 1
    assert "already exists in stack" in refused.err
    assert not user.stack_named(full_name(f"{name}-b"), prod)


def test_a_batch_workload_is_adopted_by_stopping_its_old_pipeline(
    arrive: Arrive, name: str
) -> None:
    """Nothing of its stack has to stay; the plan says before what will be there instead."""
    user = arrive(single_account(ORCHESTRATOR))
    stack = f"mlops-pipeline-{name}-byompipelinebatchbuiltin"
    deploy(user, ORCHESTRATOR, stack, emulated(batch()), ModelName=name)
    deploy_pipeline(user, f"{stack}-codepipeline")
    own = {"batch_inference_data": "acme-data/in.csv", "batch_job_output_location": "a-out/x"}
    unwanted = ("endpoint_name", "data_capture_location")
    declared = {key: value for key, value in model(name, **own).items() if key not in unwanted}
    user.commit({**declared, "pipeline_type": "byom_batch_builtin"})
    assert user.run("apply").code == 4

    promised = changes(user.did("adopt", "--yes", "--output", "json"))

    assert promised == changes(user.did("plan", "--output", "json"))
    gone = {each["logical_id"] for each in promised[0]["resources"] if each["action"] == "delete"}
    assert gone == set(batch()["Resources"])
    assert not user.stack_named(f"{stack}-codepipeline", ORCHESTRATOR)
    assert user.did("adopt", "--yes") == "Nothing to adopt.\n"
