"""Loops, tuning, stand-ins and selections."""

import json
from typing import Any

import pytest
from local_pipeline import (
    IMAGE,
    INSTANCE,
    Kitchen,
    channel,
    ends,
    expecting,
    get,
    job,
    pipeline,
    training,
)

from mlops_gitops.errors import UsageError
from mlops_gitops.executor.api import (
    Status,
    read_result,
    read_run,
)


def test_a_loop_runs_its_step_for_each_item(kitchen: Kitchen) -> None:
    """Items may be objects; a selector picks the best, and later steps read it."""
    kitchen.script(
        "fit.py",
        "import json, os\nopen(OPT + '/model/m', 'w').write(os.environ['SM_HP_RATE'])\n"
        "print('error=' + os.environ['SM_HP_RATE'])\n",
    )
    fit = training("Fit", "fit.py")
    fit["Arguments"]["HyperParameters"] = {"rate": get("ForEach.CurrentItem.rate")}
    fit["Arguments"]["AlgorithmSpecification"]["MetricDefinitions"] = [
        {"Name": "error", "Regex": "error=([0-9.]+)"}
    ]
    field = "IterationOutput.Fit.FinalMetricDataList[0].Value"
    loop = {
        "Name": "Each",
        "Type": "ForEach",
        "Arguments": {
            "IterableItems": get("Parameters.rates"),
            "MaxConcurrency": 2,
            "ForEachBody": [fit],
            "Selector": {"Pick": "MinBy", "Field": get(field)},
        },
    }
    rates = json.dumps([{"rate": "3"}, {"rate": "1"}, json.dumps({"rate": "2"})])
    parameters = [{"Name": "rates", "Type": "String", "DefaultValue": rates}]
    check = expecting("Steps.Each.Selected.HyperParameters.rate", "1")
    result = kitchen.run({"Parameters": parameters, "Steps": [loop, check]})

    assert result.status is Status.SUCCEEDED, result
    assert [name for name in ends(result) if name.startswith("Fit")] == ["Fit-0", "Fit-1", "Fit-2"]
    known = json.loads((result.folder / "steps/Each/properties.json").read_text("utf-8"))
    assert known["SucceededStepCount"] == 3
    assert known["IterationOutputs"][2]["Fit"]["HyperParameters"] == {"rate": "2"}


def test_a_loop_runs_several_steps_for_each_item(kitchen: Kitchen) -> None:
    """One refers to another of its own iteration, and is what the selection compares."""
    kitchen.script("fit.py", "open(OPT + '/model/m', 'w').write('m')\n")
    kitchen.script("score.py", "import os\nprint('error=' + os.environ['SM_HP_SEEN'])\n")
    fit, score = training("Fit", "fit.py"), training("Score", "score.py")
    fit["Arguments"]["HyperParameters"] = {"rate": get("ForEach.CurrentItem")}
    score["Arguments"]["HyperParameters"] = {"seen": get("Steps.Fit.HyperParameters['rate']")}
    score["Arguments"]["AlgorithmSpecification"]["MetricDefinitions"] = [
        {"Name": "error", "Regex": "error=([0-9.]+)"}
    ]
    field = "IterationOutput.Score.FinalMetricDataList[0].Value"
    arguments = {
        "IterableItems": ["3", "1", "2"],
        "MaxConcurrency": 6,
        "ForEachBody": [score, fit],
        "Selector": {"Pick": "MaxBy", "Field": get(field)},
    }
    loop = {"Name": "Each", "Type": "ForEach", "Arguments": arguments}
    check = expecting("Steps.Each.Selected.HyperParameters.seen", "3")
    result = kitchen.run({"Steps": [loop, check]})

    assert result.status is Status.SUCCEEDED, result
    known = json.loads((result.folder / "steps/Each/properties.json").read_text("utf-8"))
    assert known["IterationOutputs"][1]["Fit"]["HyperParameters"] == {"rate": "1"}
    assert (known["Status"], known["InputItemCount"], known["TotalStepCount"]) == (
        "Succeeded",
        3,
        6,
    )


def test_what_is_no_list_is_no_loop(kitchen: Kitchen) -> None:
    """The step fails, and says so."""
    arguments = {"IterableItems": "a, b", "MaxConcurrency": 1, "ForEachBody": [job("A")]}

    result = kitchen.run({"Steps": [{"Name": "L", "Type": "ForEach", "Arguments": arguments}]})

    assert result.steps[0].reason == "ClientError: IterableItems is not a list in JSON."


def test_tuning_trains_once(kitchen: Kitchen) -> None:
    """With the first of each range; the ranking names that job, and its model is there."""
    training_job = {
        "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        "InputDataConfig": [channel("train", "s3://bucket/data")],
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/tuned"},
        "StaticHyperParameters": {
            "sagemaker_program": "tune.py",
            "sagemaker_submit_directory": "s3://assets/code",
        },
    }
    kitchen.script(
        "tune.py", "import sys; open(OPT + '/model/m', 'w').write(' '.join(sys.argv[1:]))"
    )
    ranges = {"ContinuousParameterRanges": [{"Name": "eta", "MinValue": "0.1", "MaxValue": "1"}]}
    limits = {"MaxNumberOfTrainingJobs": 3, "MaxParallelTrainingJobs": 1}
    step = {
        "Name": "Tune",
        "Type": "Tuning",
        "Arguments": {
            "HyperParameterTuningJobConfig": {"ParameterRanges": ranges, "ResourceLimits": limits},
            "TrainingJobDefinition": training_job,
        },
    }
    result = kitchen.run({"Steps": [step]})

    assert ends(result) == {"Tune": ("Succeeded", "stubbed")}, result
    assert "One training job ran" in result.steps[0].why
    known = json.loads((result.folder / "steps/Tune/properties.json").read_text("utf-8"))
    name = known["TrainingJobSummaries"][2]["TrainingJobName"]
    assert (result.folder / f"s3/bucket/tuned/{name}/output/model.tar.gz").is_file()
    assert len(known["HyperParameterTuningJobName"]) <= 32


STANDING = {
    "AutoML": "BestCandidate.InferenceContainers[0].ModelDataUrl",
    "ClarifyCheck": "BaselineUsedForDriftCheckConstraints",
    "QualityCheck": "CalculatedBaselineStatistics",
    "EMR": "ClusterId",
    "EMRServerless": "JobRunId",
    "EndpointConfig": "EndpointConfigName",
    "Endpoint": "EndpointArn",
    "InferenceComponent": "InferenceComponentArn",
    "Lineage": "ArtifactArns",
}


def test_what_runs_on_aws_only_is_labelled(kitchen: Kitchen) -> None:
    """Every such step says so, and what refers to it finds something."""
    steps: list[dict[str, Any]] = []
    for kind, path in STANDING.items():
        steps.append({"Name": kind, "Type": kind, "Arguments": {}})
        user = {
            "Name": f"{kind}-user",
            "Type": "Job",
            "Arguments": {"x": get(f"Steps.{kind}.{path}")},
        }
        steps.append(user)

    result = kitchen.run({"Steps": steps})

    assert result.status is Status.SUCCEEDED, [each.reason for each in result.steps if each.reason]
    assert {how for _, how in ends(result).values()} == {"stubbed"}
    assert all(each.why for each in result.steps)


def test_an_algorithm_of_an_image_is_labelled(kitchen: Kitchen) -> None:
    """It is not run; its model says that it is none."""
    step = training("Built", "x.py")
    step["Arguments"]["AlgorithmSpecification"] = {"TrainingImage": IMAGE}
    transform = {
        "Name": "Score",
        "Type": "Transform",
        "Arguments": {
            "ModelName": "m",
            "TransformInput": {"DataSource": {"S3DataSource": {"S3Uri": "s3://bucket/data"}}},
            "TransformOutput": {"S3OutputPath": "s3://bucket/scores"},
        },
    }

    result = kitchen.run({"Steps": [step, transform]})

    assert ends(result) == {"Built": ("Succeeded", "stubbed"), "Score": ("Succeeded", "stubbed")}
    assert "program inside the image" in result.steps[0].why
    assert (
        (result.folder / "s3/bucket/scores/numbers.csv.out").read_text("utf-8").startswith("STUB")
    )


def test_selected_steps_use_what_an_earlier_run_made(kitchen: Kitchen) -> None:
    """They alone run; without the earlier run they cannot start."""
    first = kitchen.run(pipeline())
    result = kitchen.run(pipeline(), selected=("Evaluate",), previous=first.folder)

    assert ends(result) == {"Evaluate": ("Succeeded", "executed")}
    assert read_run(result.folder)["SelectedSteps"] == ["Evaluate"]
    with pytest.raises(UsageError, match="refers to Train, which is not selected"):
        kitchen.run(pipeline(), selected=("Evaluate",))
    failed = kitchen.run(pipeline(), selected=("Prepare",))
    with pytest.raises(UsageError, match="did not succeed in"):
        kitchen.run(pipeline(), selected=("Evaluate",), previous=failed.folder)


def test_a_function_steps_result_is_read_from_the_run_folder(kitchen: Kitchen) -> None:
    """It is the JSON in the uncompressed model; other steps have none."""
    kitchen.script("a.py", "open(OPT + '/model/result.json', 'w').write('{\"rows\": 3}')")
    kitchen.script("b.py", "")
    plain = {"S3OutputPath": "s3://bucket/results", "CompressionType": "NONE"}
    read = {
        "Name": "Read",
        "Type": "Condition",
        "Arguments": {
            "Conditions": [
                {
                    "Type": "Equals",
                    "RightValue": 3,
                    "LeftValue": {
                        "Std:JsonGet": {
                            "S3Uri": {
                                "Std:Join": {
                                    "On": "/",
                                    "Values": [
                                        get("Steps.A.ModelArtifacts.S3ModelArtifacts"),
                                        "result.json",
                                    ],
                                }
                            },
                            "Path": "rows",
                        }
                    },
                }
            ],
            "IfSteps": [],
            "ElseSteps": [],
        },
    }
    result = kitchen.run(
        {"Steps": [job("A", arguments={"OutputDataConfig": plain}), job("B"), read]}
    )

    assert read_result(result.folder, "A") == {"rows": 3}
    assert result.steps[2].metadata == {"Condition": {"Outcome": "True"}}
    with pytest.raises(UsageError, match="gives no JSON result"):
        read_result(result.folder, "B")
    with pytest.raises(UsageError, match="no result in"):
        read_result(result.folder, "C")
    with pytest.raises(UsageError, match="no name for a file"):
        read_result(result.folder, "../A")


def test_a_run_whose_process_is_gone_has_stopped(kitchen: Kitchen) -> None:
    """Nobody holds its lock, whatever its files say."""
    kitchen.script("a.py", "")
    result = kitchen.run({"Steps": [job("A")]}, selected=())
    file = result.folder / "run.json"
    told = json.loads(file.read_text("utf-8"))
    still = {**told, "PipelineExecutionStatus": "Executing"}
    file.write_text(json.dumps(still), encoding="utf-8")

    assert read_run(result.folder)["PipelineExecutionStatus"] == "Stopped"


def test_branches_run_at_the_same_time(kitchen: Kitchen) -> None:
    """Two steps that wait for each other's mark both end, and no third starts beside them."""
    for name, other in [("a", "b"), ("b", "a")]:
        text = (
            "import time, pathlib\n"
            f"base = pathlib.Path({str(kitchen.path)!r})\n(base / 'mark-{name}').touch()\n"
            f"while not (base / 'mark-{other}').exists(): time.sleep(0.02)\n"
        )
        kitchen.script(f"{name}.py", text)

    result = kitchen.run({"Steps": [job("A"), job("B")]}, parallelism=2)

    assert result.status is Status.SUCCEEDED


def test_a_manifest_names_what_is_there(kitchen: Kitchen) -> None:
    """A channel may be a list of objects; an augmented one is read on AWS only."""
    (kitchen.path / "data" / "list.manifest").write_text(
        json.dumps([{"prefix": "s3://bucket/data/"}, "numbers.csv"]), encoding="utf-8"
    )
    kitchen.script("a.py", "open(OPT + '/input/data/rows/numbers.csv')")
    listed = channel("rows", "s3://bucket/data/list.manifest")
    listed["DataSource"]["S3DataSource"]["S3DataType"] = "ManifestFile"
    streamed = json.loads(json.dumps(listed).replace("ManifestFile", "AugmentedManifestFile"))
    broken = json.loads(json.dumps(listed).replace("list.manifest", "numbers.csv"))
    steps = []
    for name, each in [("A", listed), ("B", streamed), ("C", broken)]:
        step = job("A")
        step["Arguments"]["InputDataConfig"].append(each)
        steps.append({**step, "Name": name})

    result = kitchen.run({"Steps": steps})

    assert ends(result)["A"] == ("Succeeded", "executed"), result.steps[0].reason
    assert ends(result)["B"] == ("Succeeded", "stubbed")
    assert "s3://bucket/data/numbers.csv is no manifest" in result.steps[2].reason


def test_code_of_a_jumpstart_model_is_not_run(kitchen: Kitchen) -> None:
    """It is made for its image."""
    step = training("Tune", "x.py")
    step["Arguments"]["AlgorithmSpecification"] = {"TrainingImage": IMAGE}
    step["Arguments"]["HyperParameters"] = {
        "sagemaker_program": "transfer_learning.py",
        "sagemaker_submit_directory": "/opt/ml/input/data/code/sourcedir.tar.gz",
    }

    assert ends(kitchen.run({"Steps": [step]})) == {"Tune": ("Succeeded", "stubbed")}


def test_a_job_of_several_instances_says_that_it_ran_alone(kitchen: Kitchen) -> None:
    """What was not done is said also of what was executed."""
    kitchen.script("a.py", "")
    step = job("A", arguments={"ResourceConfig": {**INSTANCE, "InstanceCount": 3}})

    result = kitchen.run({"Steps": [step]})

    assert ends(result) == {"A": ("Succeeded", "executed")}
    assert result.steps[0].why == "One instance ran instead of 3, with all of the data."
