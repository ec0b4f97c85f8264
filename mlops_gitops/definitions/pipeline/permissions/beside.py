"""What steps ask of other services: Lambda, SQS, EMR."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.pipeline.permissions.statement import (
    Statement,
    allow,
    arn,
    member,
    text_of,
)

Step = Mapping[str, Json]

_QUEUE = re.compile(
    r"https://(?:sqs\.(?P<region>[a-z0-9-]+)|queue)\.amazonaws\.com[a-z.]*/"
    r"(?P<account>\d{12})/(?P<name>[A-Za-z0-9_.-]+)"
)
_RULES = tuple(
    arn("events", f"rule/SageMakerPipelineExecution{name}StatusUpdateRule")
    for name in ("EMRStep", "EMRCluster")
)
"""One pair of rules for the account: Pipelines makes them, and they are nobody's to delete."""


def beside(steps: Iterable[Step]) -> Iterator[Statement]:
    """Give the statements about services other than SageMaker and S3."""
    for step in steps:
        find = _BY_TYPE.get(str(step.get("Type")))
        if find is not None:
            yield from find(step)


def _lambda(step: Step) -> Iterator[Statement]:
    function = text_of(step.get("FunctionArn"))
    if function:
        yield allow("CallFunctions", "lambda:InvokeFunction", function)


def _callback(step: Step) -> Iterator[Statement]:
    queue = _QUEUE.fullmatch(text_of(step.get("SqsQueueUrl")))
    if queue:
        place = f"{queue['region'] or '${AWS::Region}'}:{queue['account']}:{queue['name']}"
        yield allow("SendMessages", "sqs:SendMessage", f"arn:${{AWS::Partition}}:sqs:{place}")


def _emr(step: Step) -> Iterator[Statement]:
    cluster = text_of(member(step, "ClusterId")) or text_of(step.get("ClusterId"))
    own = member(step, "ClusterConfig")
    known = cluster if re.fullmatch(r"j-[A-Z0-9]+", cluster) else "*"
    yield allow(
        "RunClusterSteps",
        "elasticmapreduce:AddJobFlowSteps CancelSteps DescribeCluster DescribeStep ListSteps",
        arn("elasticmapreduce", f"cluster/{known}"),
    )
    yield _listen()
    if isinstance(own, dict):
        yield from _own_cluster(own)


def _own_cluster(config: Mapping[str, Json]) -> Iterator[Statement]:
    yield allow("StartClusters", "elasticmapreduce:RunJobFlow", "*")
    yield allow(
        "EndClusters",
        "elasticmapreduce:AddTags TerminateJobFlows",
        arn("elasticmapreduce", "cluster/*"),
    )
    for key, service in (("ServiceRole", "elasticmapreduce"), ("JobFlowRole", "ec2")):
        role = text_of(config.get(key))
        if role:
            to: Json = {"StringEquals": {"iam:PassedToService": f"{service}.amazonaws.com"}}
            yield allow(f"Pass{key}", "iam:PassRole", _role(role), condition=to)


def _emr_serverless(step: Step) -> Iterator[Statement]:
    given = text_of(member(step, "ApplicationId")) or text_of(step.get("ApplicationId"))
    known = given if re.fullmatch(r"[0-9a-z]+", given) else "*"
    place = arn("emr-serverless", f"/applications/{known}")
    yield allow("StartServerlessJobs", "emr-serverless:GetApplication StartJobRun", place)
    yield allow(
        "FollowServerlessJobs", "emr-serverless:CancelJobRun GetJobRun", f"{place}/jobruns/*"
    )
    if member(step, "ApplicationConfig") is not None:
        yield allow("MakeApplications", "emr-serverless:CreateApplication", "*")
        yield allow(
            "EndApplications",
            "emr-serverless:DeleteApplication StartApplication StopApplication TagResource",
            place,
        )
    role = text_of(member(step, "ExecutionRoleArn"))
    if role:
        to: Json = {"StringEquals": {"iam:PassedToService": "emr-serverless.amazonaws.com"}}
        yield allow("PassServerlessRole", "iam:PassRole", role, condition=to)
    yield _listen()


def _listen() -> Statement:
    """Pipelines hears of a step's end by these rules."""
    return allow("HearOfClusters", "events:DescribeRule PutRule PutTargets", *_RULES)


def _role(role: str) -> str:
    whole = role.startswith("arn:")
    return role if whole else f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/{role}"


_BY_TYPE: Mapping[str, Callable[[Step], Iterator[Statement]]] = {
    "Callback": _callback,
    "EMR": _emr,
    "EMRServerless": _emr_serverless,
    "Lambda": _lambda,
}
