"""Whoever measures sees every call, and has a limit like an account's."""

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from embedded_aws import DEV, PROD, client, embedded_aws

from mlops_gitops.emulator.lifecycle import Measuring
from mlops_gitops.emulator.traffic import Traffic
from mlops_gitops.emulator.wire import Answer

LIMIT, TRIES = 1, 60


def test_calls_are_counted_and_refused_in_each_services_words(tmp_path: Path) -> None:
    """An account has its limit for each service; another account's calls do not count."""
    record = tmp_path / "calls.jsonl"
    measuring = Measuring(calls_per_second=LIMIT, record=record, saves_at_end=True)

    with embedded_aws(measuring=measuring) as running:
        for service, call, code in (
            ("cloudformation", "describe_stacks", "Throttling"),
            ("codepipeline", "list_pipelines", "ThrottlingException"),
            ("s3", "list_buckets", "SlowDown"),
        ):
            assert refusal(client(running, service, DEV), call) == code
        client(running, "cloudformation", PROD).describe_stacks()

    lines = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    assert {(each["service"], each["operation"]) for each in lines} == {
        ("cloudformation", "DescribeStacks"),
        ("codepipeline", "ListPipelines"),
        ("s3", "GET bucket"),
    }
    assert {each["account"] for each in lines} == {DEV, PROD}
    assert lines[-1]["taken"]


def refusal(asked: Any, call: str) -> str:
    """Ask more often than the limit lets anybody; give the code of the first refusal."""
    for _ in range(TRIES):
        try:
            getattr(asked, call)()
        except ClientError as refused:
            return str(refused.response["Error"]["Code"])
    return ""


@pytest.mark.parametrize("pause", [0.0, 0.5, 10.0])
def test_a_limit_fills_again_with_time(pause: float) -> None:
    """It never holds more than one second's calls."""
    at = [0.0]
    traffic = Traffic(lambda key: key, limit=4, now=lambda: at[0])

    first = [ask(traffic) for _ in range(6)]
    at[0] += pause
    later = [ask(traffic) for _ in range(6)]

    assert [each is None for each in first] == [True] * 4 + [False] * 2
    assert sum(each is None for each in later) == min(4, 4 * pause)


def ask(traffic: Traffic) -> Answer | None:
    """Sign a call as an account."""
    signed = f"AWS4-HMAC-SHA256 Credential={DEV}/20260101/us-east-1/cloudformation/aws4_request"
    return traffic.check("POST", "/", "", {"authorization": signed}, b"")
