"""A whole pipeline runs on this machine, and ends as it would on SageMaker."""

import json
import tarfile
from pathlib import Path
from typing import Any

from local_pipeline import Kitchen, ends, pipeline

from mlops_gitops.executor.api import Isolation, RunResult, Status, read_run, read_steps


def packages(result: RunResult) -> list[Path]:
    """List what was registered."""
    return sorted((result.folder / "registry").rglob("*.json"))


def test_a_good_model_is_registered(kitchen: Kitchen, isolation: Isolation) -> None:
    """Every script runs, with what the one before it made; the gate opens."""
    result = kitchen.run(pipeline(), isolation=isolation)

    assert ends(result) == {
        "Gate": ("Succeeded", "executed"),
        "Register": ("Succeeded", "executed"),
        "TooBad": ("Skipped", "skipped"),
        "Evaluate": ("Succeeded", "executed"),
        "Train": ("Succeeded", "executed"),
        "Prepare": ("Succeeded", "executed"),
    }, [each for each in result.steps if each.reason]
    assert (result.status, result.reason) == (Status.SUCCEEDED, "")
    assert result.isolation is isolation
    (package,) = packages(result)
    entry = json.loads(package.read_text("utf-8"))
    assert package.parts[-3:] == ("model-packages", "Slopes", "1.json")
    assert entry["ModelPackageVersion"] == 1
    assert entry["ModelApprovalStatus"] == "PendingManualApproval"
    uri = entry["InferenceSpecification"]["Containers"][0]["ModelDataUrl"]
    model = result.folder / "s3" / uri.removeprefix("s3://")
    with tarfile.open(model) as archive:
        assert json.load(archive.extractfile("model.json")) == {"slope": 2.0}  # type: ignore[arg-type] - it is a file


def test_the_run_folder_tells_everything(kitchen: Kitchen) -> None:
    """Status, times, jobs and logs are there for who comes later, as AWS lists them."""
    result = kitchen.run(pipeline())

    told = read_run(result.folder)
    steps: dict[str, Any] = {str(each["StepName"]): each for each in read_steps(result.folder)}
    execution = result.folder.name
    job = steps["Train"]["Metadata"]["TrainingJob"]["Arn"]

    assert told["PipelineExecutionStatus"] == "Succeeded"
    assert told["PipelineExecutionArn"] == (
        f"arn:aws:sagemaker:us-east-1:000000000000:pipeline/slopes/execution/{execution}"
    )
    assert f":training-job/pipelines-{execution}-Train-" in job
    assert steps["Gate"]["Metadata"] == {"Condition": {"Outcome": "True"}}
    assert steps["Train"]["StartTime"] <= steps["Train"]["EndTime"]
    assert "StepStatus" not in steps["TooBad"]
    assert steps["TooBad"]["Local"]["Why"] == "Gate took the other branch."
    assert "prepared 4 rows in blue" in (result.folder / "logs" / "Prepare.log").read_text("utf-8")
    properties = json.loads((result.folder / "steps/Train/properties.json").read_text("utf-8"))
    assert properties["FinalMetricDataList"] == [{"MetricName": "slope", "Value": 2.0}]
    assert not list((result.folder / "work").iterdir())


def test_a_bad_model_is_not_registered(kitchen: Kitchen, isolation: Isolation) -> None:
    """The gate is false, the Fail step ends the execution with its message, nothing is kept."""
    result = kitchen.run(pipeline(), parameters={"add": "1"}, isolation=isolation)

    assert ends(result)["Register"] == ("Skipped", "skipped")
    assert ends(result)["TooBad"] == ("Failed", "failed")
    assert (result.status, result.reason) == (Status.FAILED, "The error is above 0.5")
    assert result.can_retry is False
    assert packages(result) == []


def test_a_second_run_uses_the_cache_and_says_so(kitchen: Kitchen) -> None:
    """What is asked for again is not done again; what is not cached is."""
    cache = kitchen.path / "cache"
    first = kitchen.run(pipeline(), cache=cache)
    second = kitchen.run(pipeline(), cache=cache, parameters={"limit": "0.25"})

    assert {name: how for name, (_, how) in ends(second).items()} == {
        "Gate": "executed",
        "Register": "executed",
        "TooBad": "skipped",
        "Evaluate": "cached",
        "Train": "cached",
        "Prepare": "cached",
    }
    (train,) = [each for each in read_steps(second.folder) if each["StepName"] == "Train"]
    assert train["CacheHitResult"] == {"SourcePipelineExecutionArn": first.arn}
    assert len(packages(second)) == 1
    assert (second.folder / "s3/bucket/out/Evaluate/evaluation/report.json").is_file()


def test_other_code_other_data_or_other_arguments_are_not_in_the_cache(kitchen: Kitchen) -> None:
    """What changed is done again, and what depends on it if it gave something else."""
    cache = kitchen.path / "cache"
    kitchen.run(pipeline(), cache=cache)
    other = kitchen.run(pipeline(), cache=cache, parameters={"add": "0.1"})
    assert {name: how for name, (_, how) in ends(other).items() if how == "cached"} == {
        "Prepare": "cached"
    }

    (kitchen.path / "data" / "numbers.csv").write_text("1,3\n2,6\n3,9\n", encoding="utf-8")
    data = kitchen.run(pipeline(), cache=cache)
    assert "cached" not in {how for _, how in ends(data).values()}

    script = kitchen.path / "code" / "train.py"
    script.write_text(script.read_text("utf-8") + "\n# more\n", encoding="utf-8")
    code = kitchen.run(pipeline(), cache=cache)
    assert {name for name, (_, how) in ends(code).items() if how == "cached"} == {"Prepare"}
