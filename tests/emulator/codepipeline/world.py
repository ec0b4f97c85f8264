"""An embedded AWS for the executor's tests, and the executor in front of it."""

from __future__ import annotations

import io
import json
import time
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.config import Config

from mlops_gitops.emulator.codepipeline.service import CodePipelineService

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

REGION = "us-east-1"
HOME, STAGE = "111111111111", "222222222222"
PIPELINE_ROLE = f"arn:aws:iam::{HOME}:role/pipeline"
DEPLOY_ROLE = f"arn:aws:iam::{STAGE}:role/deploy"
STACK_ROLE = f"arn:aws:iam::{STAGE}:role/stack"
NUMBERS = count(1)

PARAMETER_TEMPLATE: dict[str, Any] = {
    "Parameters": {"Value": {"Type": "String"}},
    "Resources": {
        "Setting": {
            "Type": "AWS::SSM::Parameter",
            "Properties": {"Type": "String", "Value": {"Ref": "Value"}},
        }
    },
    "Outputs": {"Deployed": {"Value": {"Ref": "Value"}}},
}


class Body(io.BytesIO):
    """An answer's body, as botocore reads it."""

    def stream(self, **_kwargs: object) -> Iterator[bytes]:
        """Give all of it at once."""
        yield self.read()


@dataclass
class World:
    """An embedded AWS with roles and buckets, and an executor that can be restarted."""

    endpoint: str
    state_file: Path
    service: CodePipelineService

    def client(self, service: str, account: str = HOME) -> Any:
        """Reach a service as an account."""
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.endpoint,
            aws_access_key_id=account,
            aws_secret_access_key="test",
            config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
        )

    @cached_property
    def pipelines(self) -> Any:
        """A CodePipeline client whose requests go to `handle`; botocore reads the answers."""
        client = self.client("codepipeline")
        client.meta.events.register("before-send.codepipeline", self._send)
        return client

    def _send(self, request: Any, **_kwargs: object) -> AWSResponse:
        operation = request.headers["X-Amz-Target"].decode().partition(".")[2]
        body = json.loads(request.body)
        status, answer = self.service.handle(operation, body, account=HOME, region=REGION)
        headers = {"Content-Type": "application/x-amz-json-1.1"}
        return AWSResponse(request.url, status, headers, Body(json.dumps(answer).encode()))

    def restart(self, late: timedelta = timedelta()) -> None:
        """Stop the executor and start another on the same file, so much later."""
        self.service.stop()
        self.service = new_service(self.endpoint, self.state_file, late)
        self.service.start()

    def upload(self, files: Mapping[str, str]) -> tuple[str, str]:
        """Put a bundle where pipelines find it; gives the key and the version id."""
        key = f"bundle-{next(NUMBERS)}.zip"
        put = self.client("s3").put_object(Bucket="assets", Key=key, Body=self.pack(files))
        return key, put["VersionId"]

    def pack(self, files: Mapping[str, str]) -> bytes:
        """Make a bundle."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name, text in files.items():
                archive.writestr(name, text)
        return packed.getvalue()


def new_service(
    endpoint: str, state_file: Path, late: timedelta = timedelta()
) -> CodePipelineService:
    """Make an executor whose clock is late by so much."""
    return CodePipelineService(
        endpoint_url=endpoint,
        state_file=state_file,
        poll_seconds=0.02,
        now=lambda: datetime.now(tz=UTC) + late,
    )


def prepare(endpoint: str) -> None:
    """Make the roles and buckets."""
    world = World(endpoint, Path(), CodePipelineService(endpoint_url=endpoint, state_file=None))
    s3 = world.client("s3")
    s3.create_bucket(Bucket="assets")
    s3.put_bucket_versioning(Bucket="assets", VersioningConfiguration={"Status": "Enabled"})
    make_role(world, HOME, "pipeline", {"Service": "codepipeline.amazonaws.com"})
    make_role(world, STAGE, "deploy", {"AWS": PIPELINE_ROLE})
    make_role(world, STAGE, "stack", {"Service": ["cloudformation.amazonaws.com"]})
    make_role(world, STAGE, "closed", {"AWS": "arn:aws:iam::999999999999:root"})


def make_role(world: World, account: str, name: str, principal: dict[str, Any]) -> None:
    """Make a role that trusts a principal."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    world.client("iam", account).create_role(
        RoleName=name,
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )


def eventually(read: Callable[[], Any], seconds: float = 60) -> Any:
    """Read until there is something; the last answer, if there never is."""
    end = time.monotonic() + seconds
    while not (found := read()) and time.monotonic() < end:
        time.sleep(0.02)
    return found
