"""What state machines ask services for is what those services take."""

import json
from typing import Any

import pytest
from blueprints.composed import Example, examples, stack_of
from blueprints.running import machine_of, run
from builders import DATA, SINGLE_ACCOUNT, repository
from hypothesis import given, reject
from hypothesis import strategies as st
from request_shapes import refusals

from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.errors import InvalidRepository
from mlops_gitops.use_cases.validate import load_repository

BLUEPRINTS = ("training", "tuning", "autopilot", "image_builder")
EXAMPLES = [one for blueprint in BLUEPRINTS for one in examples(blueprint)]

every_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.name)


def refused(example: Example) -> list[str]:
    """Say what the services would refuse of everything that a run asks them."""
    states = machine_of(example)["States"]
    asked = run(example).asked
    return [
        f"{name}: {refusal}"
        for name, requests in asked.items()
        for request in requests
        for refusal in _refusals(states[name]["Resource"], request)
    ]


def _refusals(resource: str, request: dict[str, Any]) -> list[str]:
    service, operation = resource.split(":")[-2:]
    operation = operation[0].upper() + operation[1:].removesuffix(".sync")
    if service == "codebuild":  # the integration spells CodeBuild's members with capitals
        request = {name[0].lower() + name[1:]: value for name, value in request.items()}
    if service == "ecr":
        request = json.loads(json.dumps(request), object_hook=_lower)
    if "Body" in request:  # Step Functions writes an object as JSON
        request = {**request, "Body": json.dumps(request["Body"])}
    return refusals(service, operation, request)


def _lower(members: dict[str, Any]) -> dict[str, Any]:
    return {name[0].lower() + name[1:]: value for name, value in members.items()}


@every_example
def test_every_request_is_one_that_the_service_takes(example: Example) -> None:
    """Members, kinds, limits, patterns and enumerations are those of the API's own description."""
    assert refused(example) == []


def drawn(blueprint: str, fields: dict[str, Any]) -> Example:
    """Make an example of a config that was drawn; one with a mistake in it is drawn anew."""
    try:
        return config(blueprint, fields)
    except InvalidRepository:
        reject()


def config(blueprint: str, fields: dict[str, Any]) -> Example:
    """Make an example of a config."""
    files = MemoryFiles(repository(fields, settings=SINGLE_ACCOUNT))
    loaded = load_repository(files, DATA)
    (read,) = loaded.configs
    stack = stack_of(loaded.settings, read)
    return Example(name="made", blueprint=blueprint, config=read, stack=stack)


TRAINING = {
    "pipeline_type": "model_training_builtin",
    "model_name": "churn",
    "training_data": "data/train.csv",
    "job_output_location": "out",
    "model_framework": "xgboost",
    "model_framework_version": "1",
    "algo_hyperparamaters": {"num_round": 10},
}
TUNING = TRAINING | {
    "pipeline_type": "model_tuner_builtin",
    "tuner_configs": {"objective_metric_name": "validation:auc"},
    "hyperparamaters_ranges": {"eta": ["continuous", [0.1, 0.5]]},
}
AUTOPILOT = {
    "pipeline_type": "model_autopilot_training",
    "model_name": "churn",
    "training_data": "data/train.csv",
    "job_output_location": "out",
    "target_attribute": "left",
}

truths = st.sampled_from([True, False, "True", "False"])
texts = st.one_of(
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40),
    st.sampled_from(["{% $uuid() %}", "{%%}", "${AWS::Region}", "größer als", "価格"]),
)
values = st.one_of(
    texts, st.integers(-(10**9), 10**9), st.booleans(), st.floats(-1e9, 1e9, allow_nan=False)
)
names = st.from_regex(r"\A[a-z_]{1,20}\Z")


def whole(least: int, most: int) -> st.SearchStrategy[Any]:
    """Draw a whole number, written as a number or as a text."""
    return st.integers(least, most).flatmap(lambda one: st.sampled_from([one, str(one)]))


job = {
    "instance_type": st.sampled_from(["ml.m5.large", "ml.p4d.24xlarge"]),
    "instance_count": whole(1, 20),
    "instance_volume_size": whole(1, 16384),
    "max_runtime_per_job": whole(600, 86400),
    "max_wait_time_spot_instances": whole(86400, 172800),
    "use_spot_instances": truths,
    "encrypt_inner_traffic": truths,
    "validation_data": st.just("data/validation.csv"),
    "content_type": st.sampled_from(["csv", "text/csv;label_size=0", "{% $x %}"]),
    "data_distribution": st.sampled_from(["FullyReplicated", "ShardedByS3Key"]),
    "data_input_mode": st.sampled_from(["File", "Pipe", "FastFile"]),
    "kms_key_arn": st.just(
        "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    ),
    "job_name": st.sampled_from(["a", "churn-weekly", "churn-every-week-of-2026"[:23]]),
    "model_package_group": st.just("churn"),
    "schedule_expression": st.just("rate(7 days)"),
    "algo_hyperparamaters": st.dictionaries(names, values, min_size=1, max_size=5),
}
tuner = st.fixed_dictionaries(
    {"objective_metric_name": texts},
    optional={
        "strategy": st.sampled_from(["Bayesian", "Random"]),
        "objective_type": st.sampled_from(["Maximize", "Minimize"]),
        "max_jobs": st.integers(1, 500),
        "max_parallel_jobs": st.just(1),
        "early_stopping_type": st.sampled_from(["Off", "Auto"]),
        "random_seed": st.integers(0, 2**31 - 1),
        "max_runtime_in_seconds": st.integers(120, 15768000),
    },
)
numbers = st.tuples(st.integers(0, 9), st.integers(10, 99)).map(list)
ranges = st.dictionaries(
    names,
    st.one_of(
        numbers.map(lambda pair: ["continuous", pair]),
        numbers.map(lambda pair: ["integer", pair]),
        st.lists(texts, min_size=1, max_size=4, unique=True).map(
            lambda all_: ["categorical", all_]
        ),
    ),
    min_size=1,
    max_size=4,
)


@given(st.fixed_dictionaries({}, optional=job))
def test_every_training_request_is_taken(fields: dict[str, Any]) -> None:
    """Whatever a valid config says, SageMaker understands the request, and texts stay texts."""
    example = drawn("training", TRAINING | fields)

    assert refused(example) == []
    (request,) = run(example).asked["Train"]
    written = (TRAINING | fields)["algo_hyperparamaters"]
    assert request["HyperParameters"] == {name: str(value) for name, value in written.items()}
    spot = str((fields | {}).get("use_spot_instances", True)) == "True"
    assert request.get("EnableManagedSpotTraining", False) == spot
    assert ("MaxWaitTimeInSeconds" in request["StoppingCondition"]) == spot
    assert ("CheckpointConfig" in request) == spot


@given(st.fixed_dictionaries({}, optional=job), tuner, ranges)
def test_every_tuning_request_is_taken(
    fields: dict[str, Any], configs: dict[str, Any], searched: dict[str, Any]
) -> None:
    """Each range comes to SageMaker once, with its kind; what is searched is not static too."""
    made = TUNING | fields | {"tuner_configs": configs, "hyperparamaters_ranges": searched}
    example = drawn("tuning", made)

    assert refused(example) == []
    (request,) = run(example).asked["Tune"]
    asked = request["HyperParameterTuningJobConfig"]["ParameterRanges"]
    found = {one["Name"]: kind for kind, listed in asked.items() for one in listed}
    kinds = {name: f"{kind.title()}ParameterRanges" for name, (kind, _) in searched.items()}
    assert found == kinds
    assert not searched.keys() & request["TrainingJobDefinition"]["StaticHyperParameters"].keys()


autopilot = {
    "target_attribute": texts,
    "compression_type": st.sampled_from(["", "Gzip"]),
    "job_max_candidates": whole(1, 750),
    "max_runtime_per_job": whole(600, 86400),
    "total_max_runtime": whole(86400, 2592000),
    "encrypt_inner_traffic": truths,
    "generate_definition_only": truths,
    "kms_key_arn": job["kms_key_arn"],
    "job_name": job["job_name"],
}


@given(st.fixed_dictionaries({}, optional=autopilot))
def test_every_autopilot_request_is_taken(fields: dict[str, Any]) -> None:
    """Key and compression reach the job, which they did not in the predecessor."""
    example = drawn("autopilot", AUTOPILOT | fields)

    assert refused(example) == []
    (request,) = run(example).asked["Search"]
    (data,) = request["AutoMLJobInputDataConfig"]
    table = request["AutoMLProblemTypeConfig"]["TabularJobConfig"]
    assert table["TargetAttributeName"] == (AUTOPILOT | fields)["target_attribute"]
    assert data.get("CompressionType", "") == fields.get("compression_type", "")
    assert request["SecurityConfig"].get("VolumeKmsKeyId") == fields.get("kms_key_arn")
    if "kms_key_arn" in fields:
        assert request["OutputDataConfig"]["KmsKeyId"] == fields["kms_key_arn"]


def test_the_tuner_has_the_defaults_that_its_schema_tells() -> None:
    """What holds where the user wrote nothing stands in the schema; the request agrees with it."""
    example = config("tuning", TUNING)
    said = example.config.type.schema["properties"]["tuner_configs"]["properties"]
    (request,) = run(example).asked["Tune"]
    asked = request["HyperParameterTuningJobConfig"]

    assert asked["Strategy"] == said["strategy"]["default"]
    assert asked["HyperParameterTuningJobObjective"]["Type"] == said["objective_type"]["default"]
    assert asked["TrainingJobEarlyStoppingType"] == said["early_stopping_type"]["default"]
    limits = asked["ResourceLimits"]
    assert limits["MaxParallelTrainingJobs"] == said["max_parallel_jobs"]["default"]
    assert limits["MaxNumberOfTrainingJobs"] == 1


def test_a_grid_has_as_many_jobs_as_points() -> None:
    """SageMaker counts the jobs of a grid by itself."""
    grid = {"objective_metric_name": "m", "strategy": "Grid"}
    searched = {"booster": ["categorical", ["gbtree", "dart"]]}
    example = config("tuning", TUNING | {"tuner_configs": grid, "hyperparamaters_ranges": searched})
    (request,) = run(example).asked["Tune"]

    limits = request["HyperParameterTuningJobConfig"]["ResourceLimits"]
    assert "MaxNumberOfTrainingJobs" not in limits


@pytest.mark.parametrize("instance", ["ml.m5.large", "ml.p4d.24xlarge"])
def test_volumes_get_the_key_unless_they_are_the_instances_own(instance: str) -> None:
    """SageMaker refuses a volume key for instances with disks of their own."""
    key = "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    example = config("training", TRAINING | {"instance_type": instance, "kms_key_arn": key})
    (request,) = run(example).asked["Train"]

    assert request["OutputDataConfig"]["KmsKeyId"] == key
    expected = key if instance == "ml.m5.large" else None
    assert request["ResourceConfig"].get("VolumeKmsKeyId") == expected
