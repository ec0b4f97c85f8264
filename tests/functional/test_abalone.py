"""The example pipeline runs from raw data to the registry, with scikit-learn, on this machine."""

import json
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from functional.conftest import Say

EXAMPLE = Path(__file__).parents[2] / "config-examples" / "good" / "abalone-pipeline"
BY_GATE = ("prepare", "train", "evaluate")

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Ran:
    """A run of the pipeline: its exit code, and what it says as JSON."""

    code: int
    told: dict[str, Any]

    @property
    def folder(self) -> Path:
        """The run folder."""
        return Path(self.told["folder"])

    @property
    def hows(self) -> dict[str, str]:
        """What was really done in each step."""
        return {step["StepName"]: step["Local"]["How"] for step in self.told["steps"]}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the example with its data, as its README makes it."""
    root = tmp_path_factory.mktemp("abalone") / "repository"
    shutil.copytree(EXAMPLE, root)
    subprocess.run([sys.executable, "make_data.py", "data"], cwd=root, check=True)
    return root


def run(root: Path, *more: str) -> Ran:
    """Start the pipeline as a user does, with JSON for an answer."""
    words = ("-m", "mlops_gitops", "pipeline", "start", "abalone/mlops-config.json", "--local")
    data = ("--data", f"s3://acme-mlops-data-dev/abalone={root}/data")
    done = subprocess.run(
        [sys.executable, *words, "--output", "json", *data, *more],
        cwd=root,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.stdout, done.stderr
    return Ran(done.returncode, json.loads(done.stdout))


@pytest.fixture(scope="module")
def first(root: Path) -> Ran:
    """The first run, which has nothing to begin with."""
    return run(root)


def log(ran: Ran, step: str) -> str:
    """Read what a step wrote."""
    return (ran.folder / "logs" / f"{step}.log").read_text(encoding="utf-8")


def test_it_runs_from_data_to_the_registry_in_one_folder(first: Ran) -> None:
    """Artifacts, logs and a version in the registry; only the endpoint is stood in for."""
    registered = json.loads((first.folder / "registry/model-packages/abalone/1.json").read_bytes())
    container = registered["InferenceSpecification"]["Containers"][0]
    metrics = registered["ModelMetrics"]["ModelQuality"]["Statistics"]["S3Uri"]
    report = json.loads(at(first, metrics).read_bytes())

    assert first.code == 0, first.told
    assert {first.hows[step] for step in (*BY_GATE, "gate", "register", "model")} == {"executed"}
    assert (first.hows["deploy"], first.hows["stop"]) == ("stubbed", "skipped")
    assert at(first, container["ModelDataUrl"]).stat().st_size > 10_000
    assert 0.5 < report["regression_metrics"]["rmse"]["value"] < 2
    assert registered["ModelApprovalStatus"] == "PendingManualApproval"
    assert "train: 300 rows" in log(first, "prepare")
    assert "validation:rmse=1." in log(first, "train")
    assert "on 100 rows" in log(first, "evaluate")


def at(ran: Ran, uri: str) -> Path:
    """Say where in the run folder an object is."""
    return ran.folder / "s3" / uri.removeprefix("s3://")


def test_the_model_is_loaded_by_the_code_that_it_carries(first: Ran, tmp_path: Path) -> None:
    """The archive has what SageMaker's scikit-learn image serves it with."""
    (model,) = first.folder.rglob("model.tar.gz")
    with tarfile.open(model) as archive:
        archive.extractall(tmp_path, filter="data")
    ask = (
        "import inference; model = inference.model_fn('..');"
        "print(model.predict([[0, 0, 1, 0.6, 0.48, 0.16, 0.6, 0.26, 0.13, 0.18]])[0])"
    )

    said = subprocess.run(
        [sys.executable, "-c", ask],
        cwd=tmp_path / "code",
        capture_output=True,
        text=True,
        check=True,
    )

    assert 3 < float(said.stdout) < 22


@pytest.mark.usefixtures("first")
def test_a_second_run_uses_the_cache(root: Path) -> None:
    """Nothing is computed again, and this run's folder has everything too."""
    second = run(root)

    assert second.code == 0
    assert {second.hows[step] for step in BY_GATE} == {"cached"}
    assert (second.folder / "registry/model-packages/abalone/1.json").is_file()


@pytest.mark.usefixtures("first")
def test_a_false_gate_registers_nothing(root: Path) -> None:
    """The command fails with what the Fail step says."""
    stopped = run(root, "--parameter", "max_rmse=1")

    assert stopped.code == 1
    assert stopped.told["execution"]["PipelineExecutionStatus"] == "Failed"
    assert "off by more than 1.0 rings" in json.dumps(stopped.told)
    assert stopped.hows["register"] == stopped.hows["deploy"] == "skipped"
    assert not (stopped.folder / "registry").exists()


def test_other_hyperparameters_are_trained_anew(first: Ran, root: Path) -> None:
    """What a parameter changes is not taken from the cache; what comes before it is."""
    other = run(root, "--parameter", "trees=5")

    assert (other.hows["prepare"], other.hows["train"]) == ("cached", "executed")
    assert "--trees 5" in log(other, "train")
    assert log(other, "train") != log(first, "train")


def test_the_example_says_what_it_would_deploy(say: Say) -> None:
    """Its README's picture: a gate with two ways out."""
    config = EXAMPLE / "abalone" / "mlops-config.json"

    drawn = say("pipeline", "graph", str(config), "--root", str(EXAMPLE))

    assert drawn.code == 0
    assert "prepare" in drawn.out
    assert "|no|" in drawn.out
