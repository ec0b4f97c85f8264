"""Adapters speak our language: nothing of boto3's escapes them."""

from pathlib import Path

import pytest
from botocore.parsers import ResponseParserError
from builders import ORCHESTRATOR
from contract.conftest import Side

from mlops_gitops import app
from mlops_gitops.adapters.aws import session
from mlops_gitops.desired.stack import StackId
from mlops_gitops.errors import AwsError, MlopsError, NotAuthorized
from mlops_gitops.runs.start import StartRequest

STRANGE = "999999999999"


@pytest.mark.parametrize("side", ["aws"], indirect=True)  # the twin has no roles
def test_a_role_that_does_not_exist_is_not_authorized(side: Side) -> None:
    """The account is named, and the command that makes its roles."""
    for read in (
        lambda: side.stacks.overview(STRANGE),
        lambda: side.stacks.delete(StackId(STRANGE, "us-east-1", "any")),
        lambda: side.endpoints.health(STRANGE, "any"),
    ):
        with pytest.raises(NotAuthorized) as refused:
            read()
        assert STRANGE in refused.value.message
        assert "mlops-gitops bootstrap" in refused.value.hint
        assert refused.value.code == "AccessDenied"
        assert refused.value.exit_code == 1


def test_an_execution_that_does_not_exist_is_refused(side: Side) -> None:
    """Code, place and hint, whatever the call."""
    request = StartRequest(bundle_version="1", variables={"a": "b"}, token="mg-1")
    id_ = "12345678-1234-1234-1234-123456789012"
    for call in (
        lambda: side.pipelines.details("nobody-made-this", id_),
        lambda: side.pipelines.actions("nobody-made-this", id_),
        lambda: side.pipelines.start("nobody-made-this", request),
    ):
        with pytest.raises(AwsError) as refused:
            call()
        assert refused.value.code == "PipelineNotFoundException"
        assert refused.value.code in refused.value.message
        assert refused.value.hint


@pytest.mark.parametrize(
    "environment",
    [
        {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""},
        {"AWS_PROFILE": "nobody-wrote-this"},
        {"AWS_ENDPOINT_URL": "not a url"},
    ],
    ids=["no credentials", "no such profile", "no endpoint"],
)
def test_a_broken_environment_is_a_clear_error(
    environment: dict[str, str], repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What boto3 raises before it reaches AWS is told in our words, with a hint."""
    for name, value in environment.items():
        if value:
            monkeypatch.setenv(name, value)
        else:
            monkeypatch.delenv(name)

    with pytest.raises(MlopsError) as refused:
        app.world_on_aws(repository).stacks.overview(ORCHESTRATOR)

    assert refused.value.hint


def test_an_answer_that_cannot_be_read_is_no_defect_and_not_quoted() -> None:
    """What was cut off may hold credentials: it is said that it was, and nothing of it."""

    def read() -> None:
        message = "Unable to parse response: <SecretAccessKey>cut</Secr"
        raise ResponseParserError(message)

    with pytest.raises(AwsError) as refused:
        session.call("While assuming a role", read)
    assert refused.value.message.startswith("While assuming a role: The answer cannot be read")
    assert "cut</Secr" not in refused.value.message
    assert "repeat the command" in refused.value.hint
