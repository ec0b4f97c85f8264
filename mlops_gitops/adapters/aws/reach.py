"""The way to AWS, asked without credentials: a refusal is an answer as well."""

from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import botocore.session
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from mlops_gitops.adapters.aws.session import refused

_CONFIG = Config(
    signature_version=UNSIGNED,
    retries={"mode": "standard", "total_max_attempts": 1},
    connect_timeout=5,
    read_timeout=10,
)
_NO_PROFILE = {"profile": (None, None, None, None)}
"""One that is not there is the credentials' matter, and told there."""


class StsReach:
    """STS, which is in every region."""

    def date(self, region: str) -> datetime | None:
        """Give the time that AWS has; None where the answer names none.

        Raises:
            AwsError: nobody answered.
        """
        try:
            session = botocore.session.Session(session_vars=_NO_PROFILE)
            client = session.create_client("sts", region_name=region, config=_CONFIG)
            said = client.get_caller_identity()
        except ClientError as error:
            said = error.response
        except (BotoCoreError, ValueError) as error:  # ValueError: AWS_ENDPOINT_URL is no URL
            raise refused("While asking AWS for its time", error) from error
        return _date(said)


def _date(said: Any) -> datetime | None:
    headers = said.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    try:
        return parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return None
