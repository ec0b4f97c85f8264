"""boto3 clients of the embedded AWS: an account by its id as access key, a role by its session."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

# A Lambda function may take 15 minutes, and is not to be invoked a second time meanwhile.
LAMBDA_SECONDS = 900
CONFIG = Config(
    connect_timeout=5,
    inject_host_prefix=False,  # there is no `sync-127.0.0.1`
    retries={"total_max_attempts": 3, "mode": "standard"},
    s3={"addressing_style": "path"},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Whoever a call is made as."""

    key: str
    secret: str = "test"  # noqa: S105  the embedded AWS checks no signature
    token: str | None = None


class Clients:
    """Makes clients. Any thread may ask; botocore's own loading is not safe for that."""

    def __init__(self, endpoint_url: str) -> None:
        self.endpoint_url = endpoint_url
        self._session = boto3.Session()
        self._lock = threading.Lock()
        self._made: dict[tuple[str, str, str], Any] = {}

    def of_account(self, service: str, account: str, region: str) -> Any:
        """Reach a service as an account itself."""
        return self.of(service, Credentials(key=account), region)

    def of(self, service: str, who: Credentials, region: str) -> Any:
        """Reach a service as whoever these credentials are of."""
        asked = (service, who.key, region)
        with self._lock:
            if asked in self._made:
                return self._made[asked]
            made = self._make(service, who, region)
            if who.token is None:  # a session ends, an account stays
                self._made[asked] = made
            return made

    def _make(self, service: str, who: Credentials, region: str) -> Any:
        config = CONFIG
        if service == "lambda":
            once = {"total_max_attempts": 1}
            config = config.merge(Config(read_timeout=LAMBDA_SECONDS, retries=once))
        return self._session.client(
            service,
            region_name=region,
            endpoint_url=self.endpoint_url,
            aws_access_key_id=who.key,
            aws_secret_access_key=who.secret,
            aws_session_token=who.token,
            config=config,
        )
