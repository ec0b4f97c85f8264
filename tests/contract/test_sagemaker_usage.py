"""What quotas promise us: what is applied, which metric tells its use, what jobs hold."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from contract.conftest import Side

from mlops_gitops.adapters.aws.sagemaker_usage import AwsSageMakerUsage
from mlops_gitops.errors import AwsError
from mlops_gitops.runs.pipeline_quotas import Instances, Quota, UsageMetric

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
METRIC = UsageMetric(
    namespace="AWS/Usage",
    name="ResourceCount",
    dimensions={"Service": "SageMaker", "Resource": "training-job/ml.m5.large"},
    statistic="Maximum",
)


class Stubbed:
    """Clients that answer as the stubber is told; it holds both sides to the service's shapes."""

    def __init__(self) -> None:
        services = ("service-quotas", "cloudwatch", "sagemaker")
        self.clients = {
            each: boto3.Session(region_name="us-east-1").client(each) for each in services
        }
        self.stubs = {each: Stubber(client) for each, client in self.clients.items()}

    def client(self, account: str, role: str, service: str) -> Any:
        """Give a client of the plan role."""
        assert (account, role) == ("222222222222", "mlops-gitops-plan")
        return self.clients[service]

    def answers(self, service: str, operation: str, asked: Any, answer: Any) -> None:
        """Say what comes of a call."""
        self.stubs[service].add_response(operation, answer, asked)


@pytest.fixture
def stubbed() -> Iterator[Stubbed]:
    """Clients; every answer has to be asked for."""
    made = Stubbed()
    for stub in made.stubs.values():
        stub.activate()
    yield made
    for stub in made.stubs.values():
        stub.assert_no_pending_responses()


def usage(stubbed: Stubbed, most: int = 100) -> AwsSageMakerUsage:
    """Give the adapter."""
    accounts: Any = stubbed
    return AwsSageMakerUsage(accounts, most=most, now=lambda: NOW)


def test_jobs_that_have_ended_hold_nothing(side: Side) -> None:
    """Neither side makes instances up."""
    account = side.settings.stages[0].account
    for kind in ("processing job", "training job", "spot training job", "transform job"):
        assert side.world.sagemaker_usage.instances(account, kind) == Instances()


def test_quotas_name_their_metric(stubbed: Stubbed) -> None:
    """With statistic and dimensions; one without a metric has none."""
    about = {
        "MetricNamespace": METRIC.namespace,
        "MetricName": METRIC.name,
        "MetricDimensions": METRIC.dimensions,
        "MetricStatisticRecommendation": METRIC.statistic,
    }
    first = {"QuotaName": "one", "Value": 4.0, "UsageMetric": about}
    second = {"QuotaName": "other", "Value": 0.0, "UsageMetric": {}}
    asked = {"ServiceCode": "sagemaker"}
    pages = ({"Quotas": [first], "NextToken": "more"}, {"Quotas": [second]})
    stubbed.answers("service-quotas", "list_service_quotas", asked, pages[0])
    more = {**asked, "NextToken": "more"}
    stubbed.answers("service-quotas", "list_service_quotas", more, pages[1])

    found = usage(stubbed).quotas("222222222222")

    assert found == {"one": Quota(value=4, metric=METRIC), "other": Quota(value=0)}


@pytest.mark.parametrize(("values", "told"), [([2.0, 5.0], 2.0), ([0.0], 0.0), ([], None)])
def test_the_newest_value_of_a_metric_counts(
    stubbed: Stubbed, values: list[float], told: float | None
) -> None:
    """Of the last minutes; nothing is no zero."""
    dimensions = [{"Name": key, "Value": value} for key, value in METRIC.dimensions.items()]
    metric = {"Namespace": "AWS/Usage", "MetricName": "ResourceCount", "Dimensions": dimensions}
    stat = {"Metric": metric, "Period": 60, "Stat": "Maximum"}
    asked = {
        "MetricDataQueries": [{"Id": "usage", "MetricStat": stat}],
        "StartTime": NOW - timedelta(minutes=15),
        "EndTime": NOW,
        "ScanBy": "TimestampDescending",
    }
    results = {"MetricDataResults": [{"Id": "usage", "Values": values}]}
    stubbed.answers("cloudwatch", "get_metric_data", asked, results)

    assert usage(stubbed).measured("222222222222", METRIC) == told


def job(name: str, *, spot: bool, **config: Any) -> dict[str, Any]:
    """Write a training job as it is described."""
    needed = {
        "TrainingJobArn": f"arn:aws:sagemaker:us-east-1:222222222222:training-job/{name}",
        "ModelArtifacts": {"S3ModelArtifacts": "s3://b/k"},
        "TrainingJobStatus": "InProgress",
        "SecondaryStatus": "Training",
        "AlgorithmSpecification": {"TrainingInputMode": "File"},
        "StoppingCondition": {},
        "CreationTime": NOW,
    }
    config = {"VolumeSizeInGB": 1, **config}
    return {"TrainingJobName": name, "EnableManagedSpotTraining": spot, **needed} | {
        "ResourceConfig": config
    }


GROUPS = [
    {"InstanceType": "ml.m5.large", "InstanceCount": 1, "InstanceGroupName": "a"},
    {"InstanceType": "ml.g5.xlarge", "InstanceCount": 3, "InstanceGroupName": "b"},
]
JOBS = {
    "one": job("one", spot=False, InstanceType="ml.m5.large", InstanceCount=2),
    "groups": job("groups", spot=False, InstanceGroups=GROUPS),
    "spot": job("spot", spot=True, InstanceType="ml.m5.large", InstanceCount=7),
}


def listed(stubbed: Stubbed, status: str, *names: str) -> None:
    """Say which jobs have a status."""
    summaries = [
        {
            "TrainingJobName": name,
            "TrainingJobArn": JOBS[name]["TrainingJobArn"],
            "CreationTime": NOW,
            "TrainingJobStatus": status,
        }
        for name in names
    ]
    answer = {"TrainingJobSummaries": summaries}
    stubbed.answers("sagemaker", "list_training_jobs", {"StatusEquals": status}, answer)


@pytest.mark.parametrize(
    ("kind", "counts"),
    [
        ("training job", {"ml.m5.large": 3, "ml.g5.xlarge": 3}),
        ("spot training job", {"ml.m5.large": 7}),
    ],
)
def test_jobs_hold_what_they_asked_for(stubbed: Stubbed, kind: str, counts: dict[str, int]) -> None:
    """Also in groups of instances, also while they are stopped; spot instances count apart."""
    listed(stubbed, "InProgress", "one", "spot")
    listed(stubbed, "Stopping", "groups")
    for name in ("one", "spot", "groups"):
        stubbed.answers("sagemaker", "describe_training_job", {"TrainingJobName": name}, JOBS[name])

    assert usage(stubbed).instances("222222222222", kind) == Instances(counts=counts)


def test_more_jobs_than_are_looked_at_are_said(stubbed: Stubbed) -> None:
    """The count is then the least that is in use."""
    listed(stubbed, "InProgress", "one", "spot")
    stubbed.answers("sagemaker", "describe_training_job", {"TrainingJobName": "one"}, JOBS["one"])

    found = usage(stubbed, most=1).instances("222222222222", "training job")

    assert found == Instances(counts={"ml.m5.large": 2}, is_cut=True)


@pytest.mark.parametrize("kind", ["processing job", "transform job"])
def test_a_refusal_is_none_of_nothing(stubbed: Stubbed, kind: str) -> None:
    """What may not be listed is not counted as zero."""
    operation = f"list_{kind.replace(' ', '_')}s"
    stubbed.stubs["sagemaker"].add_client_error(operation, "AccessDeniedException", "no")

    with pytest.raises(AwsError, match="AccessDenied"):
        usage(stubbed).instances("222222222222", kind)


def test_endpoints_hold_what_runs(stubbed: Stubbed) -> None:
    """The count is the endpoint's, the type its configuration's; what is serverless holds none."""
    named, config = {"EndpointName": "churn"}, {"EndpointConfigName": "churn-1"}
    arn = "arn:aws:sagemaker:us-east-1:222222222222:endpoint/churn"
    times = {"CreationTime": NOW, "LastModifiedTime": NOW}
    about = {"EndpointArn": arn, "EndpointStatus": "InService", **times, **named}
    variant = {"VariantName": "main", "CurrentInstanceCount": 2}
    serverless = {"VariantName": "small"}
    typed = {"VariantName": "main", "ModelName": "m", "InstanceType": "ml.m5.large"}
    stubbed.answers("sagemaker", "list_endpoints", {}, {"Endpoints": [about]})
    running = {**about, **config, "ProductionVariants": [variant, serverless]}
    stubbed.answers("sagemaker", "describe_endpoint", named, running)
    described = {
        **config,
        "EndpointConfigArn": f"{arn}-config",
        "ProductionVariants": [typed, {**serverless, "ModelName": "m"}],
        "CreationTime": NOW,
    }
    stubbed.answers("sagemaker", "describe_endpoint_config", config, described)

    found = usage(stubbed).instances("222222222222", "endpoint")

    assert found == Instances(counts={"ml.m5.large": 2})
