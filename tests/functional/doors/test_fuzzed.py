"""Whatever comes in: never a defect, never a traceback, and answers that the description knows.

schemathesis makes requests of the description, good ones and broken ones. Hypothesis adds bytes
and events that no description could say.
"""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import schemathesis
from functional.doors.described import OPERATIONS, body_of, hold, prepared
from functional.doors.house import House
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode

EXAMPLES = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """One installation that bears it all."""
    made = House()
    yield made
    made.settle()
    assert all("Traceback" not in text for _, text in made.notices.told)


def try_out(house: House, case: schemathesis.Case) -> None:
    """Send a case through the function, and hold its answer to the description."""
    request = prepared(case)
    event = {
        "httpMethod": request.method,
        "path": urlsplit(str(request.url)).path,
        "body": body_of(request).decode("utf-8", "replace"),
    }
    answer = house.send(event)
    assert "Traceback" not in answer["body"]
    hold(case, request, answer["statusCode"], answer["headers"], answer["body"].encode())


@pytest.mark.parametrize("label", OPERATIONS)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_requests_of_the_description_are_answered_as_it_says(
    house: House, label: str, mode: GenerationMode
) -> None:
    """Configs of every type, model cards, and what breaks them."""

    @EXAMPLES
    @given(OPERATIONS[label].as_strategy(generation_mode=mode))
    def answered(case: schemathesis.Case) -> None:
        try_out(house, case)

    answered()


@EXAMPLES
@given(
    path=st.sampled_from(["/provisionpipeline", "/pipelinestatus", "/", "/provisionpipeline/"]),
    method=st.sampled_from(["POST", "GET", "PUT", "", "post"]),
    body=st.one_of(st.text(), st.none(), st.integers(), st.binary().map(lambda each: each.hex())),
    coded=st.booleans(),
)
def test_requests_that_no_description_knows_are_refused(
    house: House, path: str, method: str, body: Any, *, coded: bool
) -> None:
    """Each gets JSON with a message, and no status of ours to be ashamed of."""
    event = {"httpMethod": method, "path": path, "body": body, "isBase64Encoded": coded}

    answer = house.send(event)

    assert 400 <= answer["statusCode"] < 500
    assert json.loads(answer["body"])["message"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner),
    max_leaves=12,
)


@EXAMPLES
@given(
    operation=st.sampled_from(
        ["create_model_card", "update_model_card", "describe_model_card", "export_model_card"]
    ),
    members=st.dictionaries(
        st.sampled_from(
            ["name", "version", "status", "model_card_version", "export_job_name", "model_overview"]
        ),
        JSON,
    ),
)
def test_card_bodies_of_any_shape_are_refused_or_done(
    house: House, operation: str, members: dict[str, Any]
) -> None:
    """Members that are of no type that anybody expects make no defect."""
    answer = house.provision({**members, "pipeline_type": operation})

    assert answer.status < 500, answer
