"""What runs of training, tuning, Autopilot and image builds do, step by step."""

import json
from typing import Any

import pytest
from blueprints.composed import Example, examples
from blueprints.machine import TaskError, Walk
from blueprints.running import DEPLOY, SCHEDULE, run

WORK = {"training": "Train", "tuning": "Tune", "autopilot": "Search", "image_builder": "Build"}

every_blueprint = pytest.mark.parametrize("blueprint", WORK)


def registering(blueprint: str) -> Example:
    """Give an example that registers its models."""
    return next(one for one in examples(blueprint) if "model_package_group" in one.config.fields)


def silent(blueprint: str) -> Example:
    """Give an example that registers nothing."""
    return next(
        one for one in examples(blueprint) if "model_package_group" not in one.config.fields
    )


def fails(cause: Any, error: str = "States.TaskFailed") -> Any:
    """Make a service that fails; a cause that is no text is told as JSON."""
    text = cause if isinstance(cause, str) else json.dumps(cause)

    def answer(_: Any) -> Any:
        raise TaskError(error, text)

    return answer


def remembered(done: Walk) -> Any:
    """Give what a run wrote down, as the next one reads it."""
    (asked,) = done.asked["Remember"]
    return lambda _: {"Body": json.dumps(asked["Body"])}


@every_blueprint
def test_a_deployment_works_once(blueprint: str) -> None:
    """What ran with this very digest is not run again by a deployment, only by other reasons."""
    example = silent(blueprint)
    first = run(example, DEPLOY)
    last = remembered(first)

    assert WORK[blueprint] in first.states
    assert run(example, DEPLOY, LastRun=last).states == [
        "Begin",
        "LastRun",
        "Decide",
        "NothingToDo",
    ]
    assert WORK[blueprint] in run(example, SCHEDULE, LastRun=last).states
    assert WORK[blueprint] in run(example, {}, LastRun=last).states


@every_blueprint
@pytest.mark.parametrize("body", ["", "{}", "no json", '{"digest": "mg1-another"}', "[]"])
def test_what_cannot_be_read_has_not_run(blueprint: str, body: str) -> None:
    """A missing, broken or foreign note of the last run never keeps a run from working."""
    example = silent(blueprint)

    assert WORK[blueprint] in run(example, LastRun=lambda _: {"Body": body}).states
    assert WORK[blueprint] in run(example, LastRun=fails("gone", "S3.NoSuchKeyException")).states


@every_blueprint
def test_a_failure_is_told_and_tried_again(blueprint: str) -> None:
    """After a failure nothing is remembered, people are told, and the next deployment works."""
    work = WORK[blueprint]
    done = run(silent(blueprint), **{work: fails("the service's own words", "Its.Error")})

    assert done.failure is not None
    error, cause = done.failure
    assert error == "Its.Error"
    assert cause.endswith("failed: the service's own words")
    assert "Remember" not in done.asked
    assert done.asked["TellFailure"][0]["Message"] == cause


@every_blueprint
def test_telling_never_makes_a_run_fail(blueprint: str) -> None:
    """A topic that is gone changes neither success nor the reason of a failure."""
    example, gone = silent(blueprint), fails("Topic does not exist", "SNS.NotFoundException")
    done = run(example, TellFailure=gone, **{WORK[blueprint]: fails("why")})

    assert run(example, Tell=gone).failure is None
    assert done.failure is not None
    assert done.failure[1].endswith(" failed: why")


@every_blueprint
def test_a_note_that_cannot_be_written_is_told(blueprint: str) -> None:
    """Otherwise every deployment would work again, unseen."""
    done = run(silent(blueprint), Remember=fails("Access Denied"))

    assert done.failure is not None
    assert done.failure[1].startswith("Writing down that ")
    assert done.failure[1].endswith(" failed: Access Denied")


DESCRIPTIONS = {
    "training": ("Training job ", "TrainingJobStatus"),
    "tuning": ("Tuning job ", "HyperParameterTuningJobStatus"),
}


@pytest.mark.parametrize("blueprint", DESCRIPTIONS)
@pytest.mark.parametrize(
    "reason",
    ["No S3 objects found under s3://a/b.", 'Said "no" at C:\\x.', "größer\n\tals 価格", "{}"],
)
def test_the_reason_is_what_the_service_calls_it(blueprint: str, reason: str) -> None:
    """Of the description of a failed job, people see its name and its reason in one sentence."""
    who, status = DESCRIPTIONS[blueprint]
    described = {status: "Failed", "FailureReason": reason, "Tags": ["FailureReason"]}
    done = run(silent(blueprint), **{WORK[blueprint]: fails(described)})

    assert done.failure is not None
    name = _job(done)
    assert done.failure[1] == f"{who}{name} failed: {reason}"


@pytest.mark.parametrize("blueprint", DESCRIPTIONS)
def test_a_job_that_was_stopped_says_so(blueprint: str) -> None:
    """A stopped job has no reason; its status is told."""
    who, status = DESCRIPTIONS[blueprint]
    done = run(silent(blueprint), **{WORK[blueprint]: fails({status: "Stopped"})})

    assert done.failure is not None
    assert done.failure[1] == f"{who}{_job(done)} failed: its status is Stopped."


def _job(done: Walk) -> str:
    work = next(done.asked[state][0] for state in WORK.values() if state in done.asked)
    return next(
        value for name, value in work.items() if name.endswith("JobName") and isinstance(value, str)
    )


@pytest.mark.parametrize("blueprint", ["training", "tuning", "autopilot"])
def test_each_run_has_a_job_of_its_own(blueprint: str) -> None:
    """Job names are used once in an account's life, and the desired state never changes for it."""
    example = silent(blueprint)
    names = {_job(run(example, SCHEDULE)) for _ in range(20)}
    base = {name.rpartition("-")[0] for name in names}

    assert len(names) == 20
    assert len(base) == 1
    assert max(map(len, names)) <= (63 if blueprint == "training" else 32)


@pytest.mark.parametrize("blueprint", ["training", "tuning", "autopilot"])
def test_models_are_registered_where_a_group_is_named(blueprint: str) -> None:
    """A version that waits for approval, with the image, the artifact and the job it came from."""
    done = run(registering(blueprint))
    (asked,) = done.asked["Register"]
    (container,) = asked["InferenceSpecification"]["Containers"]

    assert asked["ModelApprovalStatus"] == "PendingManualApproval"
    assert container["ModelDataUrl"] == "s3://acme/out/job/output/model.tar.gz"
    assert container["Image"]
    assert asked["MetadataProperties"]["GeneratedBy"].startswith("arn:")
    assert done.output["ModelPackageArn"].endswith("model-package/g/1")
    assert "Register" not in run(silent(blueprint)).states


@pytest.mark.parametrize("blueprint", ["training", "tuning", "autopilot"])
def test_a_group_that_is_not_there_costs_nothing(blueprint: str) -> None:
    """The group is looked for before a job is paid for."""
    missing = fails("ModelPackageGroup churn does not exist.", "SageMaker.ValidationException")
    done = run(registering(blueprint), FindGroup=missing)

    assert WORK[blueprint] not in done.states
    assert done.failure is not None
    assert done.failure[1].startswith("Finding model package group ")


def test_a_tuning_without_a_best_job_fails_plainly() -> None:
    """Where no job reported the objective metric there is no model."""
    done = run(silent("tuning"), Tune=lambda _: {"HyperParameterTuningJobStatus": "Completed"})

    assert done.failure is not None
    assert done.failure[1].endswith("failed: No training job reported the objective metric.")


def test_a_tuning_that_fails_tells_the_reason_of_a_training_job() -> None:
    """A tuning job's own reason is that its jobs failed; people want to know why those did."""
    listed = {"TrainingJobSummaries": [{"TrainingJobName": "j-001", "FailureReason": "No data."}]}
    described = {"FailureReason": "No training job succeeded."}
    done = run(silent("tuning"), Tune=fails(described), FindReason=lambda _: listed)

    assert done.failure is not None
    assert done.failure[1].endswith(" failed: No training job succeeded. j-001: No data.")
    assert done.asked["FindReason"][0]["HyperParameterTuningJobName"] == _job(done)


@pytest.mark.parametrize("answer", [{}, {"TrainingJobSummaries": []}])
def test_a_tuning_that_never_began_tells_its_own_reason(answer: dict[str, Any]) -> None:
    """Where there are no training jobs the tuning job's reason stands alone."""
    done = run(silent("tuning"), Tune=fails("No such image."), FindReason=lambda _: answer)

    assert done.failure is not None
    assert done.failure[1] == f"Tuning job {_job(done)} failed: No such image."


def test_definitions_alone_register_nothing() -> None:
    """An Autopilot job that only makes definitions has no best candidate."""
    only = {"AutoMLJobStatus": "Completed", "AutoMLJobArn": "arn:aws:sagemaker:::automl-job/j"}
    done = run(registering("autopilot"), Look=lambda _: only)

    assert done.failure is None
    assert "Register" not in done.states


def test_every_container_of_the_best_candidate_is_registered() -> None:
    """Autopilot's models may be pipelines of several containers, in their order."""
    containers = [{"Image": str(number), "ModelDataUrl": f"s3://a/{number}"} for number in range(3)]
    found = {
        "AutoMLJobStatus": "Completed",
        "AutoMLJobArn": "arn:aws:sagemaker:::automl-job/j",
        "BestCandidate": {"InferenceContainers": containers},
    }
    done = run(registering("autopilot"), Look=lambda _: found)

    assert done.asked["Register"][0]["InferenceSpecification"]["Containers"] == containers


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"AutoMLJobStatus": "Failed", "FailureReason": "Bad target."}, "Bad target."),
        ({"AutoMLJobStatus": "Failed"}, "SageMaker gives no reason."),
        ({"AutoMLJobStatus": "Stopped"}, "Its status is Stopped."),
    ],
)
def test_an_autopilot_job_that_ends_badly_is_told(answer: dict[str, Any], told: str) -> None:
    """Step Functions does not know these jobs, so the machine itself tells how they ended."""
    arn = {"AutoMLJobArn": "arn:aws:sagemaker:::automl-job/j"}
    done = run(silent("autopilot"), Look=lambda _: answer | arn)

    assert done.failure is not None
    assert done.failure[1] == f"Autopilot job {_job(done)} failed: {told}"


def looking(times: int) -> Walk:
    """Run an Autopilot job that is seen to go on so many times."""
    job = {"AutoMLJobArn": "arn:aws:sagemaker:::automl-job/j"}
    answers = iter([{"AutoMLJobStatus": "InProgress"}] * times + [{"AutoMLJobStatus": "Completed"}])

    return run(silent("autopilot"), Look=lambda _: next(answers) | job)


def test_an_autopilot_job_is_looked_after_every_minute_at_first() -> None:
    """A short job is seen to have ended within a minute."""
    assert looking(30).waited == 31 * 60


def test_a_month_of_waiting_fits_into_an_execution() -> None:
    """An execution's history ends after 25,000 events, of which no state makes more than five."""
    done = looking(450)

    assert done.waited > 30 * 24 * 3600
    assert 5 * len(done.states) < 12_500


BUILD = {
    "Build": {
        "Phases": [
            {"PhaseType": "SUBMITTED", "Contexts": []},
            {"PhaseType": "DOWNLOAD_SOURCE", "Contexts": [{"Message": "", "StatusCode": ""}]},
            {"PhaseType": "BUILD", "Contexts": [{"Message": 'Error while executing "docker".'}]},
        ],
        "Logs": {"DeepLink": "https://console.aws.amazon.com/cloudwatch/logs"},
    }
}


def test_a_build_that_fails_tells_its_message_and_its_log() -> None:
    """People read what CodeBuild says of the phase that failed, and where the rest stands."""
    done = run(silent("image_builder"), Build=fails(BUILD))

    assert done.failure is not None
    assert done.failure[1].startswith("Building image 111111111111.dkr.ecr.us-east-1.")
    assert done.failure[1].endswith(
        ' failed: Error while executing "docker". '
        "Log: https://console.aws.amazon.com/cloudwatch/logs"
    )


def image(*, create: bool) -> Example:
    """Give an image whose repository is created, or is not."""
    return next(
        one
        for one in examples("image_builder")
        if one.stack.parameter_values()["CreateRepository"].lower() == str(create).lower()
    )


def test_a_repository_is_created_once_and_shared_with_the_stages() -> None:
    """Only a repository that is not there is created; the stages' accounts may pull from it."""
    example = image(create=True)
    done = run(example, FindRepository=fails("not found"))
    policy = json.loads(done.asked["ShareRepository"][0]["PolicyText"])
    accounts = example.stack.parameter_values()["StageAccounts"].split(",")

    assert done.asked["CreateRepository"][0]["ImageScanningConfiguration"] == {"ScanOnPush": True}
    assert policy["Statement"][0]["Principal"]["AWS"] == accounts
    assert done.failure is None
    assert "CreateRepository" not in run(example).states


def test_a_repository_that_exists_is_not_created() -> None:
    """Where the config says that it exists, its absence is a mistake and is told."""
    done = run(image(create=False), FindRepository=fails("The repository does not exist."))

    assert "CreateRepository" not in done.states
    assert done.failure is not None
    assert done.failure[1].endswith(" failed: The repository does not exist.")
