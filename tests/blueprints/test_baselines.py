"""Baselines: jobs are asked for as the SageMaker SDK does, and names tell baselines apart."""

import json
import re
from functools import cache
from typing import Any

import pytest
from blueprints.blueprint_files import ROOT
from blueprints.composed import Example
from blueprints.monitors import KEY, KINDS, execute, monitor
from blueprints.resolving import resolved
from hypothesis import given
from hypothesis import strategies as st
from request_shapes import refusals

FACTS = json.loads((ROOT / "tests/blueprints/baselines-of-the-sdk.json").read_bytes())
FOLDER = "s3://acme-monitoring/churn/baseline"

every_kind = pytest.mark.parametrize("kind", KINDS)
every_case = pytest.mark.parametrize("case", FACTS["documents"].values(), ids=FACTS["documents"])


def of_case(case: dict[str, Any]) -> Example:
    """Make the monitor that a fact of the SDK is about."""
    kind = "model_bias" if "bias_config" in case["config"] else "model_explainability"
    return monitor(kind, **case["config"])


def name_of(example: Example) -> str:
    """Give the name of a monitor's baseline."""
    return example.stack.parameter_values()["BaselineName"]


@every_case
def test_analysis_configurations_are_those_of_the_sdk(case: dict[str, Any]) -> None:
    """Both documents of a monitor have every member that the SDK would write, and no other."""
    asked = execute(of_case(case)).asked

    assert asked["WriteBaselineConfig"][0]["Body"] == case["baseline"]
    assert asked["WriteMonitorConfig"][0]["Body"] == case["monitor"]


@every_case
def test_jobs_find_the_configurations_where_they_were_written(case: dict[str, Any]) -> None:
    """The baseline job and the job definition name the very objects that the run writes."""
    example = of_case(case)
    asked = execute(example).asked
    written = [
        "s3://{Bucket}/{Key}".format(**asked[name][0])
        for name in ("WriteBaselineConfig", "WriteMonitorConfig")
    ]
    resources = resolved(example.stack.template, example.stack.parameter_values())
    definition = resources["JobDefinition"]["Properties"]
    (specification,) = (value for name, value in definition.items() if "AppSpecification" in name)

    inputs = asked["MakeBaseline"][0]["ProcessingInputs"]
    assert [inputs[1]["S3Input"]["S3Uri"], specification["ConfigUri"]] == written


BINARY = {
    "problem_type": "BinaryClassification",
    "baseline_probability_attribute": "p",
    "probability_threshold_attribute": 0.5,
}


@pytest.mark.parametrize(
    ("kind", "fields", "fact"),
    [
        ("data_quality", {}, "data quality"),
        ("model_quality", {}, "regression"),
        ("model_quality", BINARY, "binary"),
        ("model_bias", {}, "clarify"),
        ("model_explainability", {}, "clarify"),
    ],
)
def test_jobs_are_those_of_the_sdk(kind: str, fields: dict[str, Any], fact: str) -> None:
    """Image, environment, inputs and output are the SDK's; only the places in S3 are ours."""
    example = monitor(kind, **fields)
    (request,) = execute(example).asked["MakeBaseline"]
    expected = FACTS["jobs"][fact]

    assert request["AppSpecification"]["ImageUri"] == expected["image"]
    assert request.get("Environment") == expected["environment"]
    outputs = request["ProcessingOutputConfig"]["Outputs"]
    assert without_places(request["ProcessingInputs"]) == without_places(expected["inputs"])
    assert without_places(outputs) == without_places(expected["outputs"])
    assert outputs[0]["S3Output"]["S3Uri"] == f"{FOLDER}/{name_of(example)}"


def without_places(parts: list[dict[str, Any]]) -> list[Any]:
    """Leave out where in S3 something is."""
    return [
        {
            name: {key: each for key, each in value.items() if key != "S3Uri"}
            if isinstance(value, dict)
            else value
            for name, value in part.items()
        }
        for part in parts
    ]


def test_a_binary_classification_may_be_judged_by_its_inferences() -> None:
    """Without a threshold the probability says nothing, so the inference is what is compared."""
    fields = {"problem_type": "BinaryClassification", "baseline_inference_attribute": "yes"}

    (request,) = execute(monitor("model_quality", **fields)).asked["MakeBaseline"]

    environment = request["Environment"]
    assert environment["inference_attribute"] == "yes"
    assert not environment.keys() & {"probability_attribute", "probability_threshold_attribute"}


def test_texts_of_users_are_never_evaluated() -> None:
    """A column may be called like an expression of the state machine."""
    evil = "{% $states.context %}"
    bias = {"label_values_or_threshold": [evil], "facet_name": evil, "group_name": evil}

    asked = execute(monitor("model_bias", bias_config=bias)).asked

    written = asked["WriteMonitorConfig"][0]["Body"]
    assert written["label_values_or_threshold"] == [evil]
    assert written["facet"] == [{"name_or_index": evil}]
    assert written["group_variable"] == evil


@pytest.mark.parametrize(
    ("body", "columns"),
    [
        ("left,age\n1,2\n", ["left", "age"]),
        ('"left", "age" ,"a b"\r\n1,2,3\r\n', ["left", "age", "a b"]),
        ("left", ["left"]),
        ('left,"income, gross" , "said ""yes""",', ["left", "income, gross", 'said "yes"', ""]),
        ('5" pipe,"open\n1,2\n', ['5" pipe', "open"]),
        ("left,age\n" + "1,2\n" * 16000, ["left", "age"]),
    ],
)
def test_columns_come_from_the_header_line(body: str, columns: list[str]) -> None:
    """However the file ends its lines and quotes its names; one column stays a list."""
    walk = execute(monitor("model_explainability"), ReadHeader=lambda _: {"Body": body})

    baseline, of_schedule = (
        walk.asked[name][0]["Body"] for name in ("WriteBaselineConfig", "WriteMonitorConfig")
    )
    assert (baseline["headers"], baseline["label"]) == (columns, columns[0])
    assert of_schedule["headers"] == columns[1:]


@pytest.mark.parametrize("label", ["age", "left", 'in "quotes", %}', "{% $headers %}"])
def test_the_label_may_be_any_column(label: str) -> None:
    """A column that the config names is the label, and all others are features."""
    columns = ["left", "age", 'in "quotes", %}', "{% $headers %}"]
    quoted = ",".join('"' + name.replace('"', '""') + '"' for name in columns)

    for kind in ("model_bias", "model_explainability"):
        asked = execute(
            monitor(kind, baseline_ground_truth_attribute=label),
            ReadHeader=lambda _: {"Body": f"{quoted}\n1,2,3,4\n"},
        ).asked
        baseline, schedule = (
            asked[name][0]["Body"] for name in ("WriteBaselineConfig", "WriteMonitorConfig")
        )
        assert (baseline["headers"], baseline["label"]) == (columns, label)
        if kind == "model_bias":
            assert (schedule["headers"], schedule["label"]) == (columns, label)
        else:
            assert schedule["headers"] == [name for name in columns if name != label]


@every_kind
@pytest.mark.parametrize("endpoint", ["c", "churn", "x-" * 19 + "x"])
def test_names_say_what_they_are_of_and_fit(kind: str, endpoint: str) -> None:
    """Names begin with the endpoint's and fit SageMaker, with room for each run's characters."""
    values = monitor(kind, endpoint_name=endpoint).stack.parameter_values()
    words = kind.replace("_", "-")

    schedule, baseline = values["MonitoringScheduleName"], values["BaselineName"]
    assert schedule.startswith(endpoint[:32])
    assert baseline.startswith(endpoint[:23])
    assert len(schedule) <= 63
    assert len(baseline) <= 54
    assert all(
        re.fullmatch(rf".*[^-]-{words}-[0-9a-f]{{8}}", name) for name in (schedule, baseline)
    )


CHANGES = {
    "baseline_data": st.sampled_from(["baselines/other.csv", "baselines/churn.csv"]),
    "baseline_job_output_location": st.just("acme-monitoring/elsewhere"),
    "schedule_expression": st.sampled_from(["cron(0 1 ? * * *)", "cron(0 2 ? * * *)"]),
    "monitoring_output_location": st.just("acme-monitoring/other-reports"),
    "monitor_max_runtime_seconds": st.sampled_from([600, "600"]),
    "instance_volume_size": st.sampled_from([30, "30"]),
    "kms_key_arn": st.just(KEY),
}


@every_kind
@given(fields=st.fixed_dictionaries({}, optional=CHANGES))
def test_the_same_config_gives_the_same_bytes(kind: str, fields: dict[str, Any]) -> None:
    """Composing twice gives one template and one set of parameters, all names included."""
    once, again = (monitor(kind, **fields).stack for _ in range(2))

    assert json.dumps(once.template) == json.dumps(again.template)
    assert once.digest == again.digest


@every_kind
@given(fields=st.fixed_dictionaries({}, optional=CHANGES))
def test_a_baseline_is_new_when_what_it_is_made_from_is(kind: str, fields: dict[str, Any]) -> None:
    """Other data or another key give a new baseline; a schedule, a place or a size do not."""
    other_data = fields.get("baseline_data", "baselines/churn.csv") != "baselines/churn.csv"
    is_new = other_data or "kms_key_arn" in fields

    assert (name_of(monitor(kind, **fields)) != name_of(plain(kind))) == is_new


@cache
def plain(kind: str) -> Example:
    """Make the monitor that all others of its kind are compared with."""
    return monitor(kind)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("model_quality", {"baseline_inference_attribute": "q"}),
        ("model_quality", {"baseline_ground_truth_attribute": "q"}),
        ("model_quality", {"problem_type": "MulticlassClassification"}),
        ("model_bias", {"bias_config": {"label_values_or_threshold": [0], "facet_name": 1}}),
        ("model_bias", {"model_predicted_label_config": {"label": 0}}),
        ("model_explainability", {"shap_config": {"num_clusters": 4}}),
        ("model_explainability", {"model_scores": 0}),
        ("data_quality", {"endpoint_name": "other"}),
    ],
)
def test_a_baseline_is_new_when_the_analysis_is(kind: str, fields: dict[str, Any]) -> None:
    """Whatever the job reads of the config is in the name."""
    assert name_of(monitor(kind, **fields)) != name_of(plain(kind))


@every_kind
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"schedule_expression": "NOW", "data_analysis_start_time": "-PT2H"}
        | {"data_analysis_end_time": "PT0H"},
        {"kms_key_arn": KEY, "instance_type": "ml.r5d.large"},
    ],
    ids=["plain", "now", "key"],
)
def test_the_monitor_is_one_that_sagemaker_takes(kind: str, fields: dict[str, Any]) -> None:
    """CloudFormation hands job definition and schedule on; both fit SageMaker's own description."""
    example = monitor(kind, **fields)
    resources = resolved(example.stack.template, example.stack.parameter_values())
    schedule = resources["MonitoringSchedule"]["Properties"]
    definition = typed(resources["JobDefinition"]["Properties"])
    operation = f"Create{kind.title().replace('_', '')}JobDefinition"

    assert refusals("sagemaker", operation, {"JobDefinitionName": "made", **definition}) == []
    assert refusals("sagemaker", "CreateMonitoringSchedule", schedule) == []
    window = schedule["MonitoringScheduleConfig"]["ScheduleConfig"]
    assert (window.get("DataAnalysisStartTime") == "-PT2H") == ("data_analysis_end_time" in fields)


NUMBERS = ("VolumeSizeInGB", "MaxRuntimeInSeconds", "ProbabilityThresholdAttribute")


def typed(node: Any) -> Any:
    """Make numbers of numbers' texts, as CloudFormation does with parameters."""
    if isinstance(node, list):
        return [typed(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        name: float(value)
        if name in NUMBERS and name.startswith("Prob")
        else int(value)
        if name in NUMBERS
        else typed(value)
        for name, value in node.items()
    }


ATTRIBUTES = {
    "monitor_inference_attribute": "0",
    "monitor_probability_attribute": 1,
    "probability_threshold_attribute": "0.7",
}


@pytest.mark.parametrize(
    ("kind", "problem", "expected"),
    [
        (
            "model_quality",
            "BinaryClassification",
            {
                "InferenceAttribute": "0",
                "ProbabilityAttribute": "1",
                "ProbabilityThresholdAttribute": "0.7",
            },
        ),
        ("model_quality", "Regression", {"InferenceAttribute": "0"}),
        (
            "model_bias",
            "BinaryClassification",
            {
                "InferenceAttribute": "0",
                "ProbabilityAttribute": "1",
                "ProbabilityThresholdAttribute": "0.7",
            },
        ),
        ("model_bias", "MulticlassClassification", {"InferenceAttribute": "0"}),
        (
            "model_explainability",
            "BinaryClassification",
            {"InferenceAttribute": "0", "ProbabilityAttribute": "1"},
        ),
        ("model_explainability", "Regression", {"InferenceAttribute": "0"}),
    ],
)
def test_attributes_reach_the_monitor_where_they_mean_something(
    kind: str, problem: str, expected: dict[str, str]
) -> None:
    """Probabilities are a binary classification's; explanations have no threshold."""
    predicted = {"model_predicted_label_config": {"label": 0}} if kind == "model_bias" else {}
    example = monitor(kind, problem_type=problem, **ATTRIBUTES, **predicted)
    resources = resolved(example.stack.template, example.stack.parameter_values())
    inputs = next(
        value
        for name, value in resources["JobDefinition"]["Properties"].items()
        if "JobInput" in name
    )

    given = {name: value for name, value in inputs["EndpointInput"].items() if "Attribute" in name}
    assert given == expected
