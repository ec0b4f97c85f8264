"""Whatever comes in: never a defect, never a traceback, and answers that the description knows.

schemathesis makes requests of the description, good ones and broken ones. Hypothesis adds bytes
and events that no description could say.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import schemathesis
from functional.doors.house import House
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS
from schemathesis.generation import GenerationMode

SCHEMA = Path(__file__).parents[3] / "schemas" / "api.json"
API = schemathesis.openapi.from_path(SCHEMA)
OPERATIONS = {each.ok().label: each.ok() for each in API.get_all_operations()}
HELD_TO = [
    *CHECKS.get_by_names(["not_a_server_error", "status_code_conformance"]),
    *CHECKS.get_by_names(["content_type_conformance", "response_schema_conformance"]),
]
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


def sent(house: House, case: schemathesis.Case) -> schemathesis.Response:
    """Send a case through the function; give its answer as schemathesis reads it."""
    prepared = requests.Request(**case.as_transport_kwargs(base_url="http://api")).prepare()
    body = prepared.body or b""
    event = {
        "httpMethod": prepared.method,
        "path": urlsplit(str(prepared.url)).path,
        "body": body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body),
    }
    answer = house.send(event)
    assert "Traceback" not in answer["body"]
    return schemathesis.Response(
        status_code=answer["statusCode"],
        headers={name.lower(): [value] for name, value in answer["headers"].items()},
        content=answer["body"].encode(),
        request=prepared,
        elapsed=0.1,
        verify=False,
    )


@pytest.mark.parametrize("label", OPERATIONS)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_requests_of_the_description_are_answered_as_it_says(
    house: House, label: str, mode: GenerationMode
) -> None:
    """Configs of every type, model cards, and what breaks them."""

    @EXAMPLES
    @given(OPERATIONS[label].as_strategy(generation_mode=mode))
    def answered(case: schemathesis.Case) -> None:
        case.validate_response(sent(house, case), checks=HELD_TO)

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
