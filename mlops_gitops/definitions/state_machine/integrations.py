"""Integrations: what a Task state's `Resource` asks for, and which permissions that takes.

Source: "IAM policies for integrated services", Step Functions developer guide, service by service.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a task may be."""

    OPTIMIZED = "optimized"
    SDK = "sdk"
    FUNCTION = "function"
    ACTIVITY = "activity"


class Waits(Enum):
    """How long a task takes."""

    NOT = ""
    FOR_THE_JOB = ".sync"
    FOR_AN_ANSWER = ".waitForTaskToken"


@dataclass(frozen=True, slots=True)
class Integration:
    """A parsed `Resource`.

    Attributes:
        service: such as `sagemaker`; empty for functions and activities.
        action: such as `createTrainingJob`.
        arn: as it was, for functions and activities.
    """

    kind: Kind
    partition: str
    service: str
    action: str
    waits: Waits
    arn: str


_OPTIMIZED = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):states:::(?P<sdk>aws-sdk:)?(?P<service>[a-z0-9-]+):"
    r"(?P<action>[A-Za-z0-9]+)(?P<waits>\.sync(?::2)?|\.waitForTaskToken)?"
)
_FUNCTION = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9-_.:$]+"
)
_ACTIVITY = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):states:[a-z0-9-]+:[0-9]{12}:activity:[^\s:]{1,80}"
)


def read_integration(arn: str) -> Integration | None:
    """Read a `Resource`; None where it has no form that Step Functions knows."""
    for kind, form in ((Kind.FUNCTION, _FUNCTION), (Kind.ACTIVITY, _ACTIVITY)):
        if found := form.fullmatch(arn):
            return Integration(kind, found["partition"], "", "", Waits.NOT, arn)
    found = _OPTIMIZED.fullmatch(arn)
    if found is None:
        return None
    kind = Kind.SDK if found["sdk"] else Kind.OPTIMIZED
    waits = Waits((found["waits"] or "").removesuffix(":2"))
    if kind is Kind.SDK and waits is Waits.FOR_THE_JOB:
        return None
    return Integration(kind, found["partition"], found["service"], found["action"], waits, arn)


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """Which permissions an optimized integration takes.

    Attributes:
        actions: what starts it.
        waiting: what waiting for the job and stopping it takes.
        resources: ARNs without partition and with CloudFormation's `${AWS::...}`; `{}` is where
            the argument stands.
        argument: path of the argument that names the resource; empty where none does.
        rule: the EventBridge rule by which Step Functions hears of the job's end.
        passes_role: whether it hands a role to SageMaker.
    """

    actions: tuple[str, ...]
    waiting: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    argument: str = ""
    rule: str = ""
    passes_role: bool = False


_HERE = "${AWS::Region}:${AWS::AccountId}"


def _job(name: str, kind: str, rule: str, *, passes_role: bool = True) -> Needs:
    return Needs(
        actions=("sagemaker:AddTags", f"sagemaker:Create{name}"),
        waiting=(f"sagemaker:Describe{name}", "sagemaker:ListTags", f"sagemaker:Stop{name}"),
        resources=(f"sagemaker:{_HERE}:{kind}/*",),
        rule=f"StepFunctionsGetEventsForSageMaker{rule}Rule",
        passes_role=passes_role,
    )


def _thing(action: str, *kinds: str, passes_role: bool = False) -> Needs:
    return Needs(
        actions=("sagemaker:AddTags", f"sagemaker:{action}"),
        resources=tuple(f"sagemaker:{_HERE}:{kind}/*" for kind in kinds),
        passes_role=passes_role,
    )


NEEDS: Mapping[tuple[str, str], Needs] = {
    ("sagemaker", "createTrainingJob"): _job("TrainingJob", "training-job", "TrainingJobs"),
    ("sagemaker", "createProcessingJob"): _job("ProcessingJob", "processing-job", "ProcessingJobs"),
    ("sagemaker", "createTransformJob"): _job(
        "TransformJob", "transform-job", "TransformJobs", passes_role=False
    ),
    ("sagemaker", "createHyperParameterTuningJob"): _job(
        "HyperParameterTuningJob", "hyper-parameter-tuning-job", "TuningJobs"
    ),
    ("sagemaker", "createLabelingJob"): _job("LabelingJob", "labeling-job", "LabelingJobs"),
    ("sagemaker", "createModel"): _thing("CreateModel", "model", passes_role=True),
    ("sagemaker", "createEndpointConfig"): _thing("CreateEndpointConfig", "endpoint-config"),
    ("sagemaker", "createEndpoint"): _thing("CreateEndpoint", "endpoint", "endpoint-config"),
    ("sagemaker", "updateEndpoint"): _thing("UpdateEndpoint", "endpoint", "endpoint-config"),
    ("lambda", "invoke"): Needs(
        actions=("lambda:InvokeFunction",),
        resources=(f"lambda:{_HERE}:function:{{}}", f"lambda:{_HERE}:function:{{}}:*"),
        argument="FunctionName",
    ),
    ("glue", "startJobRun"): Needs(
        actions=("glue:StartJobRun",),
        waiting=("glue:BatchStopJobRun", "glue:GetJobRun", "glue:GetJobRuns"),
        resources=(f"glue:{_HERE}:job/{{}}",),
        argument="JobName",
    ),
    ("sns", "publish"): Needs(
        actions=("sns:Publish",), resources=(f"sns:{_HERE}:{{}}",), argument="TopicArn"
    ),
    ("dynamodb", "getItem"): Needs(
        actions=("dynamodb:GetItem",),
        resources=(f"dynamodb:{_HERE}:table/{{}}",),
        argument="TableName",
    ),
    ("dynamodb", "putItem"): Needs(
        actions=("dynamodb:PutItem",),
        resources=(f"dynamodb:{_HERE}:table/{{}}",),
        argument="TableName",
    ),
    ("dynamodb", "updateItem"): Needs(
        actions=("dynamodb:UpdateItem",),
        resources=(f"dynamodb:{_HERE}:table/{{}}",),
        argument="TableName",
    ),
    ("dynamodb", "deleteItem"): Needs(
        actions=("dynamodb:DeleteItem",),
        resources=(f"dynamodb:{_HERE}:table/{{}}",),
        argument="TableName",
    ),
    ("states", "startExecution"): Needs(
        actions=("states:StartExecution",),
        waiting=("states:DescribeExecution", "states:StopExecution"),
        resources=(f"states:{_HERE}:stateMachine:{{}}", f"states:{_HERE}:execution:{{}}:*"),
        argument="StateMachineArn",
        rule="StepFunctionsGetEventsForStepFunctionsExecutionRule",
    ),
}
"""What is derived; anything else a config allows by `permissions`."""

PREFIXES: Mapping[str, str] = {"sfn": "states", "cloudwatchlogs": "logs", "eventbridge": "events"}
"""SDK names of services that IAM calls otherwise."""


def iam_service(integration: Integration) -> str:
    """Name the first part of an integration's actions in IAM."""
    return PREFIXES.get(integration.service, integration.service)
