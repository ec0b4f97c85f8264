"""What is told of mistakes never holds a secret, wherever it goes."""

import json
from dataclasses import replace

import pytest
from builders import realtime
from functional.doors.house import House

from mlops_gitops.api.asynchronous import TryAgainError
from mlops_gitops.errors import AwsError

SECRETS = ("AKIAIOSFODNN7EXAMPLE", "ghp_" + "a1B2" * 9)


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_in_a_config_is_told_without_it(
    secret: str, caplog: pytest.LogCaptureFixture
) -> None:
    """In answers, messages, the queue and the log."""
    caplog.set_level("INFO")
    house = House()
    body = realtime("churn", endpoint_name=secret, inference_instance=secret)

    answer = house.provision(body)
    house.send({"Records": [house.put("churn/mlops-config.json", body)]})
    house.send({"Records": [house.put(f"{secret}/mlops-config.json", b"{")]})

    assert answer.status == 400
    first, _ = house.leftovers.kept  # the second is found again by its key, which is the secret
    said = json.dumps([answer.body, house.notices.told, first]) + caplog.text
    assert secret not in said
    assert len(house.notices.told) == 2


def test_a_secret_in_what_aws_says_is_masked() -> None:
    """A refusal of AWS's is told to people whom nobody knows."""
    house = House()
    record = house.put("churn/mlops-config.json", realtime("churn"))

    class Refusing:
        def newest(self, key: str) -> str:
            raise AwsError(f"While reading {key}, AWS said {SECRETS[0]}.", hint="Ask.")

        def read(self, key: str, version: str) -> bytes:
            raise NotImplementedError(key, version)

    house.doors = replace(house.doors, drops=Refusing())
    with pytest.raises(TryAgainError):
        house.send({"Records": [record]})

    assert SECRETS[0] not in json.dumps(house.notices.told)
