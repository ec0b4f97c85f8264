"""SageMaker's jobs on a running embedded AWS: what they need, how they end, what they leave."""

import io
import json
import tarfile
from typing import Any

import pytest
from botocore.exceptions import ClientError
from embedded_aws import DEV, STAGING, client
from emulator.job_requests import (
    BUCKET,
    NOWHERE,
    OUTPUT,
    REQUESTS,
    ROLE,
    STATUS,
    automl,
    ended,
    name_of,
    processing,
    training,
    transform,
    tuning,
)
from emulator.moments import seen_in_time

from mlops_gitops.emulator.lifecycle import Running


def run(aws: Running, kind: str, request: dict[str, Any]) -> dict[str, Any]:
    """Create a job and wait for its end."""
    getattr(client(aws, "sagemaker", DEV), f"create_{kind}")(**request)
    return ended(aws, kind, request[f"{STATUS[kind]}Name"])


def written(aws: Running, uri: str) -> bytes:
    """An object's content."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bytes(client(aws, "s3", DEV).get_object(Bucket=bucket, Key=key)["Body"].read())


@pytest.mark.parametrize("kind", REQUESTS)
def test_a_job_takes_a_moment_and_completes(jobs_aws: Running, kind: str) -> None:
    """It is InProgress first, then Completed, and tells what it was asked to do."""
    sagemaker, stem = client(jobs_aws, "sagemaker", DEV), STATUS[kind]

    def begun(number: int) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]] | None:
        name = f"moment{number}-{kind.replace('_', '-')}"[:32]
        request = REQUESTS[kind](name)
        made = getattr(sagemaker, f"create_{kind}")(**request)
        first = getattr(sagemaker, f"describe_{kind}")(**name_of(kind, name))
        return (request, made, first) if first[f"{stem}Status"] == "InProgress" else None

    request, made, first = seen_in_time(begun)
    last = ended(jobs_aws, kind, request[f"{stem}Name"])

    assert last[f"{stem}Status"] == "Completed"
    assert first["CreationTime"] == last["CreationTime"]
    assert made[f"{stem}Arn"] == last[f"{stem}Arn"]
    assert f":{DEV}:" in made[f"{stem}Arn"]
    assert {key: value for key, value in request.items() if last.get(key) != value} == {}


@pytest.mark.parametrize("kind", [kind for kind in REQUESTS if "tuning" not in kind])
def test_a_job_without_data_fails_and_says_which(jobs_aws: Running, kind: str) -> None:
    """FailureReason names the prefix that holds nothing."""
    name = f"empty-{kind.replace('_', '-')}"[:32]

    told = run(jobs_aws, kind, REQUESTS[kind](name, NOWHERE))

    assert told[f"{STATUS[kind]}Status"] == "Failed"
    expected = f"ClientError: Data download failed:S3 key: {NOWHERE} matched no files on s3"
    assert told["FailureReason"] == expected


def test_a_training_job_leaves_a_model(jobs_aws: Running) -> None:
    """The artifact is where Describe says, a real archive, and labelled."""
    told = run(jobs_aws, "training_job", training("leaves"))

    assert told["SecondaryStatus"] == "Completed"
    artifact = told["ModelArtifacts"]["S3ModelArtifacts"]
    assert artifact == f"{OUTPUT}/leaves/output/model.tar.gz"
    with tarfile.open(fileobj=io.BytesIO(written(jobs_aws, artifact))) as archive:
        entry = archive.extractfile("emulated.json")
        assert entry is not None
        assert json.loads(entry.read())["emulated"] is True


def test_a_job_needs_its_output_bucket(jobs_aws: Running) -> None:
    """A bucket that does not exist fails the job, by name."""
    told = run(jobs_aws, "training_job", training("homeless", output="s3://no-such-bucket/x"))

    assert told["TrainingJobStatus"] == "Failed"
    assert "s3://no-such-bucket/x/homeless/output/model.tar.gz" in told["FailureReason"]
    assert "NoSuchBucket" in told["FailureReason"]


def test_a_job_needs_leave_to_read_another_accounts_bucket(jobs_aws: Running) -> None:
    """A bucket policy decides whether the job's account may list the data."""
    s3 = client(jobs_aws, "s3", STAGING)
    s3.create_bucket(Bucket="jobs-foreign")
    s3.put_object(Bucket="jobs-foreign", Key="data/a.csv", Body=b"1")
    refused = run(jobs_aws, "training_job", training("foreign-1", "s3://jobs-foreign/data"))
    arns = ["arn:aws:s3:::jobs-foreign", "arn:aws:s3:::jobs-foreign/*"]
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": arns}
    who = {"Principal": {"AWS": f"arn:aws:iam::{DEV}:root"}}
    s3.put_bucket_policy(
        Bucket="jobs-foreign", Policy=json.dumps({"Statement": [{**statement, **who}]})
    )
    allowed = run(jobs_aws, "training_job", training("foreign-2", "s3://jobs-foreign/data"))

    assert "ListObjectsV2 failed for s3://jobs-foreign/data" in refused["FailureReason"]
    assert "AccessDenied" in refused["FailureReason"]
    assert allowed["TrainingJobStatus"] == "Completed"


def test_a_tuning_job_has_a_best_training_job(jobs_aws: Running) -> None:
    """It can be described, has the chosen values, and its artifact is there."""
    told = run(jobs_aws, "hyper_parameter_tuning_job", tuning("tunes"))

    best = told["BestTrainingJob"]
    assert best["TunedHyperParameters"] == {"eta": "0", "kind": "tree"}
    metric = best["FinalHyperParameterTuningJobObjectiveMetric"]
    assert (metric["Type"], metric["MetricName"]) == ("Minimize", "validation:rmse")
    trained = ended(jobs_aws, "training_job", best["TrainingJobName"])
    assert trained["TuningJobArn"] == told["HyperParameterTuningJobArn"]
    assert trained["HyperParameters"] == {"rounds": "5", "eta": "0", "kind": "tree"}
    assert written(jobs_aws, trained["ModelArtifacts"]["S3ModelArtifacts"])
    listed = client(jobs_aws, "sagemaker", DEV).list_training_jobs_for_hyper_parameter_tuning_job(
        HyperParameterTuningJobName="tunes"
    )
    names = [entry["TrainingJobName"] for entry in listed["TrainingJobSummaries"]]
    assert names == [best["TrainingJobName"]]


def test_a_tuning_job_fails_with_its_training_job(jobs_aws: Running) -> None:
    """The tuning job says that nothing succeeded, the training job says why."""
    told = run(jobs_aws, "hyper_parameter_tuning_job", tuning("tunes-not", NOWHERE))

    assert told["HyperParameterTuningJobStatus"] == "Failed"
    assert told["FailureReason"].startswith("No training job succeeded after 1 attempts.")
    assert told["TrainingJobStatusCounters"]["NonRetryableError"] == 1
    sagemaker = client(jobs_aws, "sagemaker", DEV)
    failed = sagemaker.list_training_jobs(NameContains="tunes-not", StatusEquals="Failed")
    (child,) = failed["TrainingJobSummaries"]
    assert NOWHERE in ended(jobs_aws, "training_job", child["TrainingJobName"])["FailureReason"]
    listed = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=told["HyperParameterTuningJobName"]
    )
    assert NOWHERE in listed["TrainingJobSummaries"][0]["FailureReason"]


def test_a_transform_job_answers_each_input(jobs_aws: Running) -> None:
    """One `.out` for each object, in the folders of the inputs."""
    run(jobs_aws, "transform_job", transform("transforms"))

    listed = client(jobs_aws, "s3", DEV).list_objects_v2(Bucket=BUCKET, Prefix="output/transforms/")
    keys = [entry["Key"].removeprefix("output/transforms/") for entry in listed["Contents"]]
    assert keys == ["a.csv.out", "deep/b.csv.out"]
    line = json.loads(written(jobs_aws, f"{OUTPUT}/transforms/a.csv.out"))
    assert (line["emulated"], line["input"]) == (True, f"s3://{BUCKET}/train/a.csv")


def test_a_transform_of_one_object_is_named_after_it(jobs_aws: Running) -> None:
    """A whole key is a prefix too."""
    run(jobs_aws, "transform_job", transform("single", f"s3://{BUCKET}/train/a.csv"))

    assert json.loads(written(jobs_aws, f"{OUTPUT}/single/a.csv.out"))["predictions"] == [0.5]


@pytest.mark.parametrize(
    ("repository", "files"),
    [
        ("sagemaker-model-monitor-analyzer", ["constraints.json", "statistics.json"]),
        ("sagemaker-clarify-processing", ["analysis.json"]),
        ("my-own", ["emulated.json"]),
    ],
)
def test_a_processing_job_leaves_what_its_image_leaves(
    jobs_aws: Running, repository: str, files: list[str]
) -> None:
    """The image's repository decides; every file is labelled."""
    image = f"1.dkr.ecr.us-east-1.amazonaws.com/{repository}:1.0"
    told = run(jobs_aws, "processing_job", processing(f"p-{repository}", image=image))

    assert told["ProcessingJobStatus"] == "Completed"
    folder = f"output/p-{repository}/"
    listed = client(jobs_aws, "s3", DEV).list_objects_v2(Bucket=BUCKET, Prefix=folder)
    assert [entry["Key"].removeprefix(folder) for entry in listed["Contents"]] == files
    for name in files:
        assert json.loads(written(jobs_aws, f"s3://{BUCKET}/{folder}{name}"))["emulated"] is True


def test_an_automl_job_has_a_best_candidate(jobs_aws: Running) -> None:
    """A model can be made of its containers."""
    told = run(jobs_aws, "auto_ml_job_v2", automl("searches"))

    assert told["AutoMLProblemTypeConfigName"] == "Tabular"
    assert told["AutoMLJobSecondaryStatus"] == "Completed"
    best = told["BestCandidate"]
    assert best["FinalAutoMLJobObjectiveMetric"]["MetricName"] == "F1"
    sagemaker = client(jobs_aws, "sagemaker", DEV)
    listed = sagemaker.list_candidates_for_auto_ml_job(AutoMLJobName="searches")["Candidates"]
    assert [entry["CandidateName"] for entry in listed] == [best["CandidateName"]]
    assert written(jobs_aws, best["InferenceContainers"][0]["ModelDataUrl"])
    sagemaker.create_model(
        ModelName="searched", ExecutionRoleArn=ROLE, Containers=best["InferenceContainers"]
    )


@pytest.mark.parametrize("kind", REQUESTS)
def test_a_name_is_used_once(jobs_aws: Running, kind: str) -> None:
    """A second job of a name is refused in SageMaker's words."""
    request = REQUESTS[kind](f"once-{kind.replace('_', '-')}"[:32])
    create = getattr(client(jobs_aws, "sagemaker", DEV), f"create_{kind}")
    arn = create(**request)[f"{STATUS[kind]}Arn"]

    with pytest.raises(ClientError) as caught:
        create(**request)

    error = caught.value.response["Error"]
    assert error["Code"] == "ResourceInUse"
    assert "names must be unique within an AWS account and region" in error["Message"]
    assert arn in error["Message"]


@pytest.mark.parametrize("role", ["closed", "nobody"])
def test_a_role_must_let_sagemaker_in(jobs_aws: Running, role: str) -> None:
    """A role that does not exist, or trusts somebody else, is refused at once."""
    arn = f"arn:aws:iam::{DEV}:role/{role}"

    with pytest.raises(ClientError) as caught:
        run(jobs_aws, "training_job", {**training(f"role-{role}"), "RoleArn": arn})

    error = caught.value.response["Error"]
    assert error["Code"] == "ValidationException"
    assert error["Message"].startswith(f"Could not assume role {arn}.")


def test_another_accounts_role_is_refused(jobs_aws: Running) -> None:
    """Roles are passed within an account."""
    arn = f"arn:aws:iam::{STAGING}:role/jobs"

    with pytest.raises(ClientError, match="Cross-account pass role is not allowed"):
        run(jobs_aws, "training_job", {**training("role-foreign"), "RoleArn": arn})


def test_a_transform_job_needs_its_model(jobs_aws: Running) -> None:
    """A model that does not exist is refused at once."""
    with pytest.raises(ClientError, match=r'Could not find model "arn:.*:model/none"'):
        run(jobs_aws, "transform_job", {**transform("modelless"), "ModelName": "none"})


@pytest.mark.parametrize("kind", REQUESTS)
def test_a_job_that_is_not_there_is_not_described(jobs_aws: Running, kind: str) -> None:
    """Describe and Stop refuse a name that nobody gave."""
    sagemaker = client(jobs_aws, "sagemaker", DEV)
    for verb in ("describe", "stop"):
        operation = f"{verb}_{kind if verb == 'describe' else kind.removesuffix('_v2')}"
        with pytest.raises(ClientError) as caught:
            getattr(sagemaker, operation)(**name_of(kind, "nobody"))
        assert caught.value.response["Error"]["Code"] in {"ValidationException", "ResourceNotFound"}


def test_a_stopped_job_leaves_nothing(jobs_aws: Running) -> None:
    """Stop ends a job as Stopped; one that has ended cannot be stopped."""
    sagemaker = client(jobs_aws, "sagemaker", DEV)

    def stopped(number: int) -> str | None:
        name = f"stopped-{number}"
        sagemaker.create_training_job(**training(name))
        try:
            sagemaker.stop_training_job(TrainingJobName=name)
        except ClientError:
            return None
        return name

    name = seen_in_time(stopped)
    told = ended(jobs_aws, "training_job", name)

    assert (told["TrainingJobStatus"], told["SecondaryStatus"]) == ("Stopped", "Stopped")
    assert "ModelArtifacts" not in told
    with pytest.raises(ClientError, match="the training job is in status Stopped"):
        sagemaker.stop_training_job(TrainingJobName=name)


def test_lists_filter_sort_and_page(jobs_aws: Running) -> None:
    """ListTrainingJobs gives a part, in order, and the way to the next page."""
    sagemaker = client(jobs_aws, "sagemaker", DEV)
    for letter in "bca":
        sagemaker.create_training_job(**training(f"listed-{letter}"))
    asked = {"NameContains": "listed-", "SortBy": "Name", "SortOrder": "Descending"}
    first = sagemaker.list_training_jobs(**asked, MaxResults=2)
    second = sagemaker.list_training_jobs(**asked, MaxResults=2, NextToken=first["NextToken"])

    names = [
        entry["TrainingJobName"]
        for answer in (first, second)
        for entry in answer["TrainingJobSummaries"]
    ]
    assert names == ["listed-c", "listed-b", "listed-a"]
    assert "NextToken" not in second
    assert client(jobs_aws, "sagemaker", STAGING).list_training_jobs()["TrainingJobSummaries"] == []


def test_a_filter_that_is_not_emulated_says_so(jobs_aws: Running) -> None:
    """A list that would be wrong is an error."""
    with pytest.raises(ClientError, match="does not emulate WarmPoolStatusEquals"):
        client(jobs_aws, "sagemaker", DEV).list_training_jobs(WarmPoolStatusEquals="Available")


def test_tags_of_a_job_are_kept(jobs_aws: Running) -> None:
    """ListTags gives what Create was given."""
    sagemaker = client(jobs_aws, "sagemaker", DEV)
    tags = [{"Key": "team", "Value": "churn"}]
    arn = sagemaker.create_training_job(**training("tagged"), Tags=tags)["TrainingJobArn"]

    assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == tags
