"""The inference API's function, run as Lambda runs it, with a stand-in for the endpoint."""

import io
import json
from typing import Any

import pytest
from blueprints.blueprint_files import ROOT, TEMPLATES, load, module_at
from botocore.exceptions import ClientError, ReadTimeoutError
from hypothesis import given
from hypothesis import strategies as st

SOURCE = ROOT / "blueprints/realtime/functions/inference/index.py"


index = module_at(SOURCE, "inference_index")


class Endpoint:
    """Stands in for the SageMaker runtime: answers with what it was asked, or fails."""

    def __init__(self, failure: Exception | None = None, answer: bytes | None = None) -> None:
        self.failure = failure
        self.answer = answer
        self.asked: list[dict[str, Any]] = []

    def invoke_endpoint(self, **request: Any) -> dict[str, Any]:
        """Answer like boto3's client."""
        self.asked.append(request)
        if self.failure:
            raise self.failure
        body = request["Body"] if self.answer is None else self.answer
        return {"Body": io.BytesIO(body), "ContentType": "text/csv; charset=utf-8"}


def ask(body: object, endpoint: Endpoint, **event: Any) -> dict[str, Any]:
    """Send one request through the function."""
    reply: dict[str, Any] = index.answer({"body": body, **event}, endpoint, "e")
    return reply


def refused(status: int, code: str, **more: Any) -> ClientError:
    """Make the error that boto3 raises when SageMaker refuses."""
    secret = "arn:aws:sagemaker:us-east-1:111111111111:endpoint/e said: secret"
    response = {
        "Error": {"Code": code, "Message": secret},
        "ResponseMetadata": {"HTTPStatusCode": status},
        **more,
    }
    return ClientError(response, "InvokeEndpoint")


@given(payload=st.text(min_size=1).filter(lambda text: text.isprintable()))
def test_text_reaches_the_model_as_it_is(payload: str) -> None:
    """A payload that is text is handed on byte for byte, and the answer comes back."""
    endpoint = Endpoint()

    reply = ask(json.dumps({"payload": payload, "content_type": "text/csv"}), endpoint)

    expected = {"EndpointName": "e", "Body": payload.encode(), "ContentType": "text/csv"}
    assert endpoint.asked == [expected]
    assert reply == {
        "statusCode": 200,
        "headers": {"Content-Type": "text/csv; charset=utf-8"},
        "body": payload,
    }


def test_json_reaches_the_model_as_json() -> None:
    """A payload that is JSON is handed on as JSON text."""
    endpoint = Endpoint()

    ask('{"payload": {"rows": [1, 2]}, "content_type": "application/json"}', endpoint)

    assert json.loads(endpoint.asked[0]["Body"]) == {"rows": [1, 2]}


def test_base64_bodies_are_read() -> None:
    """API Gateway encodes a body whose type it holds for binary."""
    body = "eyJwYXlsb2FkIjoiMSIsImNvbnRlbnRfdHlwZSI6InRleHQvY3N2In0="

    assert ask(body, Endpoint(), isBase64Encoded=True)["body"] == "1"


@pytest.mark.parametrize(
    "body",
    [
        None,
        "",
        "not json",
        "[]",
        "1",
        '"text"',
        "{}",
        '{"payload": "1"}',
        '{"content_type": "text/csv"}',
        '{"payload": "", "content_type": "text/csv"}',
        '{"payload": "1", "content_type": 1}',
        '{"payload": "1", "content_type": ""}',
        '{"payload": "1", "content_type": "text/csv\\r\\nX-Injected: 1"}',
        '{"payload": "1", "content_type": "täxt"}',
        '{"payload": NaN, "content_type": "text/csv"}',
        '{"payload": "\\ud800", "content_type": "text/csv"}',
        "[" * 100_000,
    ],
)
def test_bad_bodies_never_reach_the_model(body: str | None) -> None:
    """Whatever is not the API's body is answered 400, with what to send."""
    endpoint = Endpoint()

    reply = ask(body, endpoint)

    assert reply["statusCode"] == 400
    assert json.loads(reply["body"])["message"]
    assert endpoint.asked == []


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (refused(424, "ModelError", OriginalStatusCode=415), 415),
        (refused(424, "ModelError", OriginalStatusCode=500), 500),
        (refused(400, "ValidationError"), 400),
        (refused(429, "ThrottlingException"), 429),
        (refused(503, "ServiceUnavailable"), 503),
        (refused(403, "AccessDeniedException"), 502),
        (refused(424, "ModelError", OriginalStatusCode=200), 502),
        (ReadTimeoutError(endpoint_url="https://runtime"), 504),
    ],
)
def test_failures_keep_their_status_and_tell_no_secrets(failure: Exception, status: int) -> None:
    """The caller learns what kind of failure it was, and nothing of the inside."""
    reply = ask('{"payload": "1", "content_type": "text/csv"}', Endpoint(failure))

    assert reply["statusCode"] == status
    assert "secret" not in reply["body"]
    assert "arn:" not in reply["body"]


def test_answers_that_are_not_text_are_refused_plainly() -> None:
    """API Gateway would hand bytes on as broken text."""
    reply = ask('{"payload": "1", "content_type": "text/csv"}', Endpoint(answer=b"\xff\xfe"))

    assert reply["statusCode"] == 502


def test_payloads_are_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    """What goes through the API may be personal; the log holds statuses only."""
    body = '{"payload": "personal", "content_type": "text/csv"}'

    ask(body, Endpoint(refused(400, "ValidationError")))

    logged = capsys.readouterr().out
    assert json.loads(logged)["status"] == 400
    assert "personal" not in logged


def test_the_template_carries_this_very_source() -> None:
    """Running scripts/inline_functions.py again would change nothing."""
    script = module_at(ROOT / "scripts/inline_functions.py", "inline_functions")

    for path in TEMPLATES:
        assert script.with_inlined_functions(path) == path.read_text()
    template = load(ROOT / "blueprints/realtime/template.yaml")
    function = template["Resources"]["InferenceFunction"]["Properties"]
    assert function["Code"]["ZipFile"].rstrip() == SOURCE.read_text().rstrip()
    assert len(function["Code"]["ZipFile"]) <= 4096
    compile(function["Code"]["ZipFile"], "index.py", "exec")
