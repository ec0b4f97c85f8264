"""Clouds in memory as the predecessor, or somebody by hand, left them."""

from collections.abc import Mapping
from typing import Any

from builders import ACCOUNTS, BUCKET, ORCHESTRATOR, SINGLE_ACCOUNT, Trial, realtime, trial
from former_stacks import codepipeline, stack_set, stack_set_stack
from former_stacks import realtime as template

from mlops_gitops.desired.stack import DeployableStack, StackId
from mlops_gitops.ports.adopting import LiveEndpoint

WORKLOAD = "mlops-pipeline-churn-byompipelinerealtimebuiltin"
REGION = "us-east-1"
ALONE = StackId(ORCHESTRATOR, REGION, WORKLOAD)
DELIVERY = StackId(ORCHESTRATOR, REGION, f"{WORKLOAD}-codepipeline")
OLD_DEV = StackId(ACCOUNTS["dev"], REGION, stack_set_stack(WORKLOAD, "dev"))


def predecessor() -> Trial:
    """The predecessor deployed a realtime workload into one account."""
    made = trial(realtime("churn", endpoint_name="churn"), settings=SINGLE_ACCOUNT)
    deploy(made, ALONE, template(), EndpointName="churn")
    deploy(made, DELIVERY, codepipeline(BUCKET))
    return made


def stack_sets() -> Trial:
    """The predecessor's StackSets deployed a realtime workload into two accounts."""
    made = trial(realtime("churn"))
    for stage in ("dev", "prod"):
        account, name = ACCOUNTS[stage], stack_set(WORKLOAD, stage)
        deploy(made, old(stage), template(), EndpointName=f"churn-{stage}")
        made.cloud.stack_sets.units[account] = "ou-1"
        id_ = StackId(account, REGION, name)
        nothing = DeployableStack(id=id_, template={}, parameters={}, tags={}, capabilities=())
        made.cloud.stack_sets.create(nothing)
        made.cloud.stack_sets.add(name, ["ou-1"], [account], REGION)
    return made


def hand_made() -> Trial:
    """Somebody made an endpoint by hand."""
    made = trial(realtime("churn"))
    arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNTS['prod']}:endpoint/churn-prod"
    made.cloud.adopting.made[arn] = LiveEndpoint(arn, "by-hand", made.cloud.clock.now())
    return made


def old(stage: str) -> StackId:
    """Name the stack that a StackSet made in a stage."""
    return StackId(ACCOUNTS[stage], REGION, stack_set_stack(WORKLOAD, stage))


def deploy(made: Trial, id_: StackId, wanted: Mapping[str, Any], **parameters: str) -> None:
    """Deploy a stack as the predecessor did, with all its parameters."""
    defaults = {name: each["Default"] for name, each in wanted.get("Parameters", {}).items()}
    made.cloud.stacks.create(
        DeployableStack(
            id=id_,
            template=wanted,
            parameters={**defaults, **parameters},
            tags={"stack_name": id_.name},
            capabilities=("CAPABILITY_NAMED_IAM",),
        )
    )
    made.cloud.settle()
