"""Monitors and batch inference: what is proposed in place of a mistake is taken itself."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_gitops import app
from mlops_gitops.config.rules.texts import monitor_schedule, time_offset
from mlops_gitops.use_cases.validate import read_schemas, validate

DEFINITIONS = read_schemas(app.package_data()).bundled("definitions")["$defs"]
EXAMPLES = Path(__file__).parents[3] / "config-examples"
MONITORS = EXAMPLES / "good" / "monitors-single-account"

counts = st.integers(0, 99).map(str)
minutes = counts | st.just("*")
hours = st.builds("{}{}".format, counts | st.just("*"), st.just("") | counts.map("/{}".format))
crons = st.builds("cron({} {} {} * {} *)".format, minutes, hours, st.just("*"), st.just("?"))
rates = st.builds("rate({} {})".format, counts, st.sampled_from(["hour", "hours", "day", "days"]))


def takes(name: str, text: str) -> bool:
    """Say whether a shared definition takes a text."""
    return re.search(DEFINITIONS[name]["pattern"].replace("$", r"\Z"), text) is not None


@given(crons | rates | st.sampled_from(["now", "Now", "0 * * * *", "hourly"]))
def test_the_nearest_schedule_is_one(text: str) -> None:
    """Whoever writes what the hint says has no second mistake."""
    hint = monitor_schedule.why(text, DEFINITIONS["monitor_schedule"]).hint

    nearest = re.match(r"Nearest: '(.+?)'\.", hint)
    assert nearest is None or takes("monitor_schedule", nearest[1])


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("now", "NOW"),
        ("rate(1 hour)", "cron(0 * ? * * *)"),
        ("rate(6 hours)", "cron(0 0/6 ? * * *)"),
        ("rate(1 day)", "cron(0 0 ? * * *)"),
        ("rate(36 hours)", "cron(0 0 ? * * *)"),
        ("cron(15 * * * ? *)", "cron(0 * ? * * *)"),
        ("cron(30 8 * * ? *)", "cron(0 8 ? * * *)"),
        ("cron(0 24 ? * * *)", "cron(0 0 ? * * *)"),
        ("cron(0 */4 * * ? *)", "cron(0 0/4 ? * * *)"),
        ("0 3 * * *", "cron(0 3 ? * * *)"),
    ],
)
def test_the_nearest_schedule_is_what_was_meant(text: str, nearest: str) -> None:
    """A schedule of another system is told as SageMaker writes it."""
    hint = monitor_schedule.why(text, DEFINITIONS["monitor_schedule"]).hint

    assert hint.startswith(f"Nearest: '{nearest}'.")


@pytest.mark.parametrize(
    ("text", "right"),
    [("2 hours", "-PT2H"), ("PT30M", "-PT30M"), ("-1d", "-P1D"), ("+PT5H", "-PT5H")],
)
def test_a_time_is_told_as_a_duration(text: str, right: str) -> None:
    """A time in words is told as SageMaker writes it."""
    assert time_offset.why(text, {}).hint == f"Write '{right}'."
    assert takes("time_offset", right)


def monitor(name: str, **changes: Any) -> dict[str, Any]:
    """Give a monitor of the good examples with changes."""
    config = json.loads((MONITORS / name / "mlops-config.json").read_text())
    return {**config, **changes}


def codes(tmp_path: Path, config: dict[str, Any]) -> list[str]:
    """Validate a repository of one stage with one config."""
    (tmp_path / "mlops-gitops.yaml").write_text((MONITORS / "mlops-gitops.yaml").read_text())
    (tmp_path / "mlops-config.json").write_text(json.dumps(config))
    return [problem.code for problem in validate(app.files(tmp_path), app.package_data()).problems]


@pytest.mark.parametrize(
    ("name", "hourly"),
    [("data-quality", 3600), ("model-quality", 1800), ("bias", 1800), ("explainability", 3600)],
)
def test_a_run_ends_before_the_next(tmp_path: Path, name: str, hourly: int) -> None:
    """Each kind of monitor has SageMaker's own limit with an hourly schedule, and only then."""
    for schedule, most in (
        ("cron(0 * ? * * *)", hourly),
        ("cron(0 3/1 ? * * *)", hourly),
        ("cron(0 3/2 ? * * *)", 7200),
        ("cron(0 3 ? * * *)", 86400),
    ):
        at = {"schedule_expression": schedule}
        fits = monitor(name, **at, monitor_max_runtime_seconds=str(most))
        longer = monitor(name, **at, monitor_max_runtime_seconds=most + 1)
        assert codes(tmp_path, fits) == []
        assert codes(tmp_path, longer) == ["MG106" if most < 86400 else "MG024"]


def test_scores_of_index_0_are_taken(tmp_path: Path) -> None:
    """The predecessor dropped 0; here it is the first column as any other number is a column."""
    assert codes(tmp_path, monitor("explainability", model_scores=0)) == []


def test_a_wrong_value_is_not_missing_too(tmp_path: Path) -> None:
    """A needed key with a wrong value is one mistake, not two."""
    wrong = monitor("model-quality", monitor_inference_attribute=-1)

    assert codes(tmp_path, wrong) == ["MG024"]


def test_a_wrong_time_is_not_missing_too(tmp_path: Path) -> None:
    """A time that is written wrongly is one mistake, not a missing time as well."""
    times = {"data_analysis_start_time": "2 hours", "data_analysis_end_time": "-PT1H"}

    assert codes(tmp_path, monitor("bias", schedule_expression="NOW", **times)) == ["MG102"]


def test_a_binary_classification_gives_inference_or_probability(tmp_path: Path) -> None:
    """Either is enough; an empty text and a missing key are the same."""
    binary = monitor("model-quality", problem_type="BinaryClassification")
    del binary["monitor_inference_attribute"]
    probability = {"baseline_probability_attribute": "p", "probability_threshold_attribute": 0}

    assert codes(tmp_path, binary) == []
    assert codes(tmp_path, {**binary, "baseline_inference_attribute": "", **probability}) == []
    del binary["baseline_inference_attribute"]
    assert codes(tmp_path, {**binary, **probability}) == []
    assert codes(tmp_path, binary) == ["MG109"]
