"""Tuning steps: a search, its ranking, and the models that others take from it."""

from typing import Any

import pytest
from steps_of_pipelines import FOLDER, IMAGE, ROLE, as_text, channel, get, joined, step_of, told

STEP: dict[str, Any] = {
    "name": "tune",
    "type": "tuning",
    "image_uri": IMAGE,
    "inputs": {
        "train": {"s3_uri": "s3://acme-mlops-data/train/"},
        "validation": {"s3_uri": "s3://acme-mlops-data/validation/"},
    },
    "hyperparameters": {"num_round": 50},
    "objective": {"metric": "validation:rmse", "goal": "Minimize"},
    "ranges": {
        "continuous": {"eta": [0.1, {"parameter": "eta"}]},
        "integer": {"max_depth": [3, 10]},
        "categorical": {"booster": ["gbtree", "dart"]},
    },
    "max_jobs": 10,
    "instance_type": "ml.m5.xlarge",
}
ETA = {"eta": 0.5}


def user(reference: dict[str, Any]) -> dict[str, Any]:
    """Give a step that takes a model."""
    return {
        "name": "use",
        "type": "processing",
        "image_uri": IMAGE,
        "inputs": {"model": {"s3_uri": reference}},
        "instance_type": "ml.m5.large",
    }


def uri_of(step: dict[str, Any]) -> Any:
    """Give where a step finds its model."""
    return step["Arguments"]["ProcessingInputs"][0]["S3Input"]["S3Uri"]


SEARCH: dict[str, Any] = {
    "Name": "tune",
    "Type": "Tuning",
    "Arguments": {
        "HyperParameterTuningJobConfig": {
            "Strategy": "Random",
            "HyperParameterTuningJobObjective": {
                "Type": "Minimize",
                "MetricName": "validation:rmse",
            },
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 10, "MaxParallelTrainingJobs": 2},
            "ParameterRanges": {
                "ContinuousParameterRanges": [
                    {
                        "Name": "eta",
                        "MinValue": "0.1",
                        "MaxValue": as_text(get("Parameters.eta")),
                        "ScalingType": "Auto",
                    }
                ],
                "IntegerParameterRanges": [
                    {
                        "Name": "max_depth",
                        "MinValue": "3",
                        "MaxValue": "10",
                        "ScalingType": "Auto",
                    }
                ],
                "CategoricalParameterRanges": [{"Name": "booster", "Values": ["gbtree", "dart"]}],
            },
            "TrainingJobEarlyStoppingType": "Auto",
            "RandomSeed": 7,
        },
        "TrainingJobDefinition": {
            "RoleArn": ROLE,
            "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
            "StaticHyperParameters": {"num_round": "50"},
            "InputDataConfig": [
                channel("train", "s3://acme-mlops-data/train/"),
                channel("validation", "s3://acme-mlops-data/validation/"),
            ],
            "OutputDataConfig": {"S3OutputPath": f"{FOLDER}/tune"},
            "ResourceConfig": {
                "InstanceType": "ml.m5.xlarge",
                "InstanceCount": 1,
                "VolumeSizeInGB": 30,
            },
            "StoppingCondition": {"MaxRuntimeInSeconds": 86400},
        },
        "WarmStartConfig": {
            "WarmStartType": "TransferLearning",
            "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": "tuning-1"}],
        },
    },
}


def test_a_search_is_asked_for_as_the_sdk_asks_for_it() -> None:
    """Tuner, ranges and warm start have their places; trials are left to the experiment."""
    step = step_of(
        {
            **STEP,
            "strategy": "Random",
            "max_parallel_jobs": 2,
            "early_stopping": "Auto",
            "random_seed": 7,
            "warm_start": {"type": "TransferLearning", "parents": ["tuning-1"]},
        },
        parameters=ETA,
    )

    assert step == SEARCH


def test_trials_belong_to_the_experiment_of_the_pipeline() -> None:
    """No job names an experiment of its own, so all are trials of the pipeline's."""
    step = step_of(STEP, parameters=ETA, experiment={"experiment_name": "abalone"})

    assert "ExperimentConfig" not in str(step)


@pytest.mark.parametrize("rank", [None, 0, 9])
def test_a_top_model_is_where_its_job_wrote_it(rank: int | None) -> None:
    """Where that is follows from the ranking, and is the same in every execution."""
    reference = {"step": "tune"} if rank is None else {"step": "tune", "top_k": rank}

    step = step_of(STEP, user({"top_model": reference}), parameters=ETA)

    job = get(f"Steps.tune.TrainingJobSummaries[{rank or 0}].TrainingJobName")
    assert uri_of(step) == joined(f"{FOLDER}/tune", job, "output/model.tar.gz")


def test_a_top_model_is_found_wherever_the_step_writes() -> None:
    """An output of the user's own counts, with or without a slash at its end."""
    for output in ("s3://acme-mlops-data/models", "s3://acme-mlops-data/models/"):
        own = {**STEP, "output_uri": output}

        step = step_of(own, user({"top_model": {"step": "tune"}}), parameters=ETA)

        assert uri_of(step)["Std:Join"]["Values"][0] == "s3://acme-mlops-data/models"


def test_a_top_model_of_a_step_as_written_is_found_by_its_description() -> None:
    """A tuning step in the definition's spelling says itself where it writes."""
    written = step_of(STEP, parameters=ETA)

    step = step_of(written, user({"top_model": {"step": "tune"}}), parameters=ETA)

    assert uri_of(step)["Std:Join"]["Values"][0] == get(
        "Steps.tune.TrainingJobDefinition.OutputDataConfig.S3OutputPath"
    )


@pytest.mark.parametrize(
    ("reference", "code", "pointer"),
    [
        ({"step": "tune", "top_k": 10}, "MG328", "/top_model/top_k"),
        ({"step": "tune", "top_k": 50}, "MG024", "/top_model/top_k"),
        ({"step": "tune", "top_k": -1}, "MG024", "/top_model/top_k"),
        ({"step": "use"}, "MG328", "/top_model/step"),
        ({"step": "tume"}, "MG304", ""),
    ],
)
def test_a_rank_that_there_is_not_is_refused(
    reference: dict[str, Any], code: str, pointer: str
) -> None:
    """The 50 best are kept, and no more than there are jobs."""
    place = f"/steps/1/inputs/model/s3_uri{pointer}" if pointer else "/steps/1"

    assert told(STEP, user({"top_model": reference}), parameters=ETA) == [(code, place)]


@pytest.mark.parametrize(
    ("changed", "code", "pointer"),
    [
        ({"ranges": {"integer": {"depth": [9, 3]}}}, "MG327", "/ranges/integer/depth"),
        ({"ranges": {"continuous": {"eta": [1, 1]}}}, "MG327", "/ranges/continuous/eta"),
        ({"ranges": {"integer": {"num_round": [1, 9]}}}, "MG327", "/ranges/integer/num_round"),
        (
            {"ranges": {"integer": {"a": [1, 9]}, "categorical": {"a": ["x"]}}},
            "MG327",
            "/ranges/categorical/a",
        ),
        ({"max_parallel_jobs": 11}, "MG329", "/max_parallel_jobs"),
        ({"inputs": {"train": {"s3_uri": "s3://acme-mlops-data/x/"}}}, "MG325", ""),
    ],
)
def test_a_search_that_cannot_be_is_refused(
    changed: dict[str, Any], code: str, pointer: str
) -> None:
    """Ranges begin with their smaller bound, hyperparameters are searched or given, once."""
    assert told({**STEP, **changed}, parameters=ETA) == [(code, f"/steps/0{pointer}")]
