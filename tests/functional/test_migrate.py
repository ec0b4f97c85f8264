"""`migrate` through the front door."""

import os
from pathlib import Path

import pytest
from functional.conftest import Golden, Say

SETTINGS = """\
version: 1
region: us-east-1
assets_bucket: acme-mlops-assets
orchestrator: {account: "111111111111"}
stages:
  - {name: dev, account: "222222222222"}
  - {name: prod, account: "444444444444", approval: manual}
"""
OLD = {
    "batch": """\
{
    "pipeline_type": "byom",
    "custom_model_container": "",
    "model_framework": "xgboost",
    "model_framework_version": "0.90-1",
    "model_name": "batch",
    "model_artifact_location": "batch/model.tar.gz",
    "training_data": "batch/train.csv",
    "inference_instance": "ml.m5.large",
    "inference_type": "batch",
    "batch_inference_data": "acme-data/batch/input.csv"
}
""",
    "monitor": """\
{"pipeline_type": "byom_model_monitor", "model_name": "churn", "endpoint_name": "churn",
 "training_data": "churn/train.csv", "data_capture_location": "acme-captured/churn",
 "baseline_job_output_location": "acme-monitoring/baseline",
 "monitoring_output_location": "acme-monitoring/reports",
 "schedule_expression": "cron(0 * ? * * *)", "monitoring_type": "DataQuality",
 "instance_type": "ml.m5.large", "instance_volume_size": "20", "max_runtime_seconds": "1800"}
""",
    "undecided": """\
{"pipeline_type": "byom", "inference_type": "realtime | batch", "model_name": "undecided"}
""",
}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a repository of old configs, and go there."""
    (tmp_path / "mlops-gitops.yaml").write_text(SETTINGS, encoding="utf-8")
    for name, text in OLD.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "mlops-config.json").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def texts(repository: Path) -> dict[str, str]:
    """Read all configs."""
    return {
        name: (repository / name / "mlops-config.json").read_text(encoding="utf-8") for name in OLD
    }


def test_check_shows_all_and_writes_nothing(repository: Path, say: Say, golden: Golden) -> None:
    """A diff, what is lost, what is left to do; and the files are as they were."""
    said = say("migrate", "--check")

    golden("migrate/check", said)
    assert str(say("migrate", "--dry-run")) == str(said)
    assert texts(repository) == OLD


def test_migrating_writes_the_files(repository: Path, say: Say, golden: Golden) -> None:
    """Files are written in place, once; what is left to do is told again."""
    golden("migrate/written", say("migrate"))

    golden("migrate/batch", texts(repository)["batch"])
    golden("migrate/monitor", texts(repository)["monitor"])
    assert texts(repository)["undecided"] == OLD["undecided"]
    golden("migrate/again", say("migrate"))


def test_paths_narrow_what_is_written(repository: Path, say: Say) -> None:
    """Only what is named is written; exit 0 where nothing is left to do, 2 if asked for."""
    os.chmod(repository / "monitor" / "mlops-config.json", 0o664)  # noqa: PTH101 - a mode to be kept

    assert say("migrate", "monitor", "--check", "--detailed-exitcode").code == 2
    assert say("migrate", "monitor/mlops-config.json").code == 0
    assert say("migrate", "monitor", "--detailed-exitcode").code == 0
    assert say("validate", "monitor").code == 0

    assert texts(repository)["batch"] == OLD["batch"]
    assert (repository / "monitor" / "mlops-config.json").stat().st_mode & 0o777 == 0o664
    assert sorted(path.name for path in (repository / "monitor").iterdir()) == ["mlops-config.json"]


def test_wrong_calls_are_told(repository: Path, say: Say) -> None:
    """A folder without configs, a place outside, and broken settings write nothing."""
    (repository / "empty").mkdir()

    assert "no config" in say("migrate", "empty").err
    assert say("migrate", "/").code == 1
    (repository / "mlops-gitops.yaml").write_text("version: 2\n", encoding="utf-8")
    assert say("migrate").code == 3
    assert texts(repository) == OLD
