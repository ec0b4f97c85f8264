"""The content of model cards, as CloudFormation spells it."""

import json
from typing import Any

from builders import BLUEPRINTS, DATA, INSTALLATION, SINGLE_ACCOUNT
from hypothesis import given
from hypothesis import strategies as st

from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.desired.compose import compose
from mlops_gitops.use_cases.facts import read_inputs
from mlops_gitops.use_cases.validate import load_repository


def content(**sections: Any) -> Any:
    """Give the content of a card with these sections."""
    declared = {"pipeline_type": "model_card", "model_name": "churn", **sections}
    files = {
        "mlops-gitops.yaml": SINGLE_ACCOUNT.encode(),
        "mlops-config.json": json.dumps(declared).encode(),
    }
    repository = load_repository(MemoryFiles(files), DATA)
    (config,) = repository.configs
    blueprint = BLUEPRINTS.blueprint("model_card")
    inputs = read_inputs(DATA, INSTALLATION)
    stack = compose(repository.settings, config, config.stages[0], blueprint, inputs)
    return stack.template["Resources"]["ModelCard"]["Properties"]["Content"]


def test_an_empty_card_names_its_model() -> None:
    """A card is about a model; which, is known."""
    assert content() == {"ModelOverview": {"ModelName": "churn"}}


def test_the_overview_may_name_it_otherwise() -> None:
    """What the user writes stands on the card."""
    assert content(model_overview={"model_name": "Churn!"}) == {
        "ModelOverview": {"ModelName": "Churn!"}
    }


def test_the_predecessors_short_forms_are_sagemakers_long_ones() -> None:
    """A list of images, and an objective whose members stand side by side."""
    short = content(
        model_overview={"inference_environment": ["image:1"]},
        training_details={
            "objective_function": {"function": "Maximize", "facet": "AUC", "notes": "n"},
            "training_job_details": {"training_environment": ["image:2"]},
        },
    )
    long = content(
        model_overview={"inference_environment": {"container_image": ["image:1"]}},
        training_details={
            "objective_function": {
                "function": {"function": "Maximize", "facet": "AUC"},
                "notes": "n",
            },
            "training_job_details": {"training_environment": {"container_image": ["image:2"]}},
        },
    )

    assert short == long
    assert long["TrainingDetails"]["ObjectiveFunction"] == {
        "Function": {"Function": "Maximize", "Facet": "AUC"},
        "Notes": "n",
    }
    assert long["ModelOverview"]["InferenceEnvironment"] == {"ContainerImage": ["image:1"]}


def test_an_objective_without_a_direction_has_none() -> None:
    """Notes alone are notes alone."""
    made = content(training_details={"objective_function": {"notes": "n"}})

    assert made["TrainingDetails"] == {"ObjectiveFunction": {"Notes": "n"}}


def test_values_keep_their_types() -> None:
    """Numbers, truths, charts and tables are no texts."""
    metrics = [
        {"name": "a", "type": "number", "value": 1},
        {"name": "b", "type": "boolean", "value": True},
        {"name": "c", "type": "bar_chart", "value": [1, "x"], "x_axis_name": ["p", "q"]},
        {"name": "d", "type": "matrix", "value": [[1, 2], [3, 4]]},
    ]
    made = content(
        evaluation_details=[{"name": "e", "metric_groups": [{"name": "g", "metric_data": metrics}]}]
    )

    data = made["EvaluationDetails"][0]["MetricGroups"][0]["MetricData"]
    assert [each["Value"] for each in data] == [1, True, [1, "x"], [[1, 2], [3, 4]]]
    assert [type(each["Value"]) for each in data] == [int, bool, list, list]
    assert data[2]["XAxisName"] == ["p", "q"]


NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_ -]{0,20}", fullmatch=True).filter(
    lambda name: name not in {"Ref", "Condition"}
)


@given(details=st.dictionaries(NAMES, st.just("crm"), max_size=5))
def test_names_of_users_are_left_alone(details: dict[str, str]) -> None:
    """Only SageMaker's own words are spelled otherwise."""
    made = content(
        additional_information={"custom_details": details},
        evaluation_details=[{"name": "e", "metadata": details}],
    )

    assert made["AdditionalInformation"]["CustomDetails"] == details
    assert made["EvaluationDetails"][0]["Metadata"] == details
