"""Migrating: configs of versions 1.0 to 1.5 become those of today, and look as they did."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_gitops import app
from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.config.members import read_members
from mlops_gitops.config.settings import SETTINGS_PATH
from mlops_gitops.problems import Problem
from mlops_gitops.use_cases.migrate import Migrated, migrate_configs
from mlops_gitops.use_cases.validate import validate

PATH = "churn/mlops-config.json"
SETTINGS = b"""\
version: 1
region: us-east-1
assets_bucket: acme-mlops-assets
orchestrator: {account: "111111111111"}
stages:
  - {name: dev, account: "222222222222"}
  - {name: prod, account: "444444444444", approval: manual}
"""
BYOM: dict[str, Any] = {
    "pipeline_type": "byom",
    "custom_model_container": "",
    "model_framework": "xgboost",
    "model_framework_version": "0.90-1",
    "model_name": "churn",
    "model_artifact_location": "churn/model.tar.gz",
    "training_data": "",
    "inference_instance": "ml.m5.large",
    "inference_type": "realtime",
    "batch_inference_data": "",
}
MONITOR: dict[str, Any] = {
    "pipeline_type": "byom_model_monitor",
    "model_name": "churn",
    "endpoint_name": "churn",
    "training_data": "churn/train.csv",
    "baseline_job_output_location": "acme-monitoring/baseline",
    "data_capture_location": "acme-captured/churn",
    "monitoring_output_location": "acme-monitoring/reports",
    "schedule_expression": "cron(0 * ? * * *)",
    "instance_type": "ml.m5.large",
    "instance_volume_size": "20",
    "max_runtime_seconds": {"dev": "1800", "prod": 1200},
}
layouts = st.sampled_from([None, 1, 2, 4, "\t"])


def migrated(text: str) -> Migrated:
    """Migrate one config beside good settings."""
    files = MemoryFiles({SETTINGS_PATH: SETTINGS, PATH: text.encode()})
    return migrate_configs(files, app.package_data(), (".",))


def after(config: dict[str, Any]) -> dict[str, Any]:
    """Give what a config becomes."""
    (migration,) = migrated(json.dumps(config)).migrations
    written: dict[str, Any] = json.loads(migration.after)
    return written


def problems_of(text: str) -> tuple[Problem, ...]:
    """Validate one config."""
    files = MemoryFiles({SETTINGS_PATH: SETTINGS, PATH: text.encode()})
    return validate(files, app.package_data()).problems


@pytest.mark.parametrize(
    ("kind", "container", "name"),
    [
        ("realtime", "", "byom_realtime_builtin"),
        (" Batch ", "", "byom_batch_builtin"),
        ("REALTIME", "churn/container.zip", "byom_realtime_custom"),
        ("batch", "churn/container.zip", "byom_batch_custom"),
    ],
)
def test_the_one_type_of_version_1_0_becomes_one_of_four(
    kind: str, container: str, name: str
) -> None:
    """What it deploys and whose image it takes make the type; the old keys go."""
    config = {**BYOM, "inference_type": kind, "custom_model_container": container}

    written = after(config)

    assert written["pipeline_type"] == name
    assert written.keys().isdisjoint({"inference_type", "custom_model_container", "training_data"})
    assert ("model_framework" in written) == (not container)


def test_a_config_of_version_1_0_is_good_once_what_is_missing_is_added() -> None:
    """Only what version 1.0 did not know is left to be mended."""
    with_capture = {**BYOM, "data_capture_location": "acme-captured/churn"}

    assert [p.code for p in migrated(json.dumps(BYOM)).problems] == ["MG021"]
    assert migrated(json.dumps(with_capture)).problems == ()


@pytest.mark.parametrize("name", ["model_monitor", "byom_model_monitor"])
def test_a_monitor_gets_its_new_keys_and_both_limits(name: str) -> None:
    """Training data is the baseline, and one time limit was that of both jobs."""
    written = after({**MONITOR, "pipeline_type": name})

    assert written["pipeline_type"] == "byom_data_quality_monitor"
    assert written["baseline_data"] == MONITOR["training_data"]
    assert written["monitor_max_runtime_seconds"] == MONITOR["max_runtime_seconds"]
    assert written["baseline_max_runtime_seconds"] == MONITOR["max_runtime_seconds"]
    assert migrated(json.dumps({**MONITOR, "pipeline_type": name})).problems == ()


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("ModelQuality", "byom_model_quality_monitor"),
        ("modelbias", "byom_model_bias_monitor"),
        ("modelExplainability", "byom_model_explainability_monitor"),
    ],
)
def test_the_kind_of_monitor_is_kept(kind: str, name: str) -> None:
    """A second key said what is monitored; now the type does."""
    written = after({**MONITOR, "monitoring_type": kind, "inference_attribute": "0"})

    assert written["pipeline_type"] == name
    assert written["monitor_inference_attribute"] == "0"
    assert "monitoring_type" not in written


@pytest.mark.parametrize("spelled", [str.upper, str.title])
def test_keys_spelled_as_parameters_are_spelled_as_keys(spelled: Any) -> None:
    """`MODELNAME` and `ModelName` are `model_name`; an old monitor may be spelled so, too."""
    config = {spelled(key).replace("_", ""): value for key, value in MONITOR.items()}
    config["pipeline_type"] = config.pop(spelled("pipeline_type").replace("_", ""))

    assert after(config) == after({**MONITOR, "pipeline_type": "byom_model_monitor"})


def test_what_is_lost_is_told_at_its_old_place() -> None:
    """A container is built by another type now, and data that nobody used are named."""
    config = {**BYOM, "custom_model_container": "c.zip", "training_data": "churn/train.csv"}

    (migration,) = migrated(json.dumps(config, indent=2)).migrations

    lines = {note.pointer: note.where.line for note in migration.notes}
    assert {note.code for note in migration.notes} == {"MG170"}
    assert lines == {
        "/custom_model_container": 3,
        "/model_framework": 4,
        "/model_framework_version": 5,
        "/training_data": 8,
    }


@pytest.mark.parametrize(
    "config",
    [
        {**BYOM, "inference_type": "realtime | batch"},
        {key: value for key, value in BYOM.items() if key != "inference_type"},
        {**MONITOR, "monitoring_type": "quality"},
    ],
)
def test_what_is_undecided_is_left_as_it_is(config: dict[str, Any]) -> None:
    """Nothing is guessed: the file stays, and the key that would decide is named."""
    text = json.dumps(config)

    result = migrated(text)

    assert [each.after for each in result.migrations] == [text]
    assert [note.code for each in result.migrations for note in each.notes] == ["MG171"]
    assert [problem.code for problem in problems_of(text)] == ["MG167"]


def test_configs_of_today_are_not_touched() -> None:
    """Neither good nor wrong configs of today's format are migrated."""
    today = {**MONITOR, "pipeline_type": "byom_data_quality_monitor"}
    today["baseline_data"] = today.pop("training_data")
    today["monitor_max_runtime_seconds"] = today.pop("max_runtime_seconds")

    for config in (today, {**today, "ModelName": "x"}, {**today, "x": 1}, {}):
        assert migrated(json.dumps(config)).migrations == ()
    assert migrated("{").migrations == ()


def test_types_of_the_repository_are_not_touched() -> None:
    """A type of one's own may call its keys as it likes; only the predecessor's are old."""
    root = Path(__file__).parents[3] / "config-examples" / "good" / "custom-blueprint"
    files = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }
    schema = next(path for path in files if path.endswith("schema.json"))
    name = schema.split("/")[1]
    own = files[schema].replace(
        b'"properties": {', b'"properties": {"INSTANCETYPE": {}, "Model_Name": {},'
    )
    config = json.dumps({"pipeline_type": name, "INSTANCETYPE": "x", "Model_Name": "x"}).encode()

    result = migrate_configs(
        MemoryFiles({**files, schema: own, "own/mlops-config.json": config}),
        app.package_data(),
        (".",),
    )

    assert result.migrations == ()


old_configs = st.builds(
    lambda config, changes, order: dict(
        order.sample([*{**config, **changes}.items()], len({**config, **changes}))
    ),
    st.sampled_from([BYOM, MONITOR]),
    st.dictionaries(
        st.sampled_from([*BYOM, *MONITOR, "monitoring_type", "x"]).filter("pipeline_type".__ne__),
        st.sampled_from(["", "batch", "modelbias", "-1", "churn/x.zip", 1, None, {"dev": 1}]),
        max_size=3,
    ),
    st.randoms(use_true_random=False),
)


@given(old_configs, layouts)
def test_migrating_settles_it(config: dict[str, Any], indent: Any) -> None:
    """What is written is of today's format, so migrating twice changes nothing more.

    It validates, or `migrate` has said what is wrong with it.
    """
    first = migrated(json.dumps(config, indent=indent))
    (migration,) = first.migrations
    if migration.after == migration.before:
        assert [note.code for note in migration.notes] == ["MG171"]
        return
    second = migrated(migration.after)

    assert second.migrations == ()
    assert problems_of(migration.after) == first.problems == second.problems


@given(old_configs, layouts)
def test_the_layout_stays(config: dict[str, Any], indent: Any) -> None:
    """Order and layout are those of the old text: writing it plainly gives the same text."""
    (migration,) = migrated(json.dumps(config, indent=indent)).migrations

    assert migration.after == json.dumps(json.loads(migration.after), indent=indent)


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5)), layouts)
def test_an_object_taken_apart_is_put_together_the_same(value: dict[str, Any], indent: Any) -> None:
    """Members lose nothing, whatever the object and its layout."""
    text = f"\n {json.dumps(value, indent=indent)} \r\n"

    assert read_members(text).text() == text
