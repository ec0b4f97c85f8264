"""The services around API and drop bucket: S3, SNS, SQS, Lambda, Secrets Manager."""

import json
from collections.abc import Mapping
from typing import Any

from mlops_gitops.adapters.aws.session import Accounts, call, read_body
from mlops_gitops.errors import AwsError

_GONE = frozenset({"404", "405", "NoSuchKey", "NoSuchVersion", "NotFound", "MethodNotAllowed"})


class S3Drops:
    """The bucket that takes configs, in the orchestrator account."""

    def __init__(self, accounts: Accounts, bucket: str) -> None:
        self._client = accounts.own("s3")
        self._bucket = bucket

    def read(self, key: str, version: str) -> bytes | None:
        """Read one version of an object; None if it is not there any more."""
        answer = self._find("reading", self._client.get_object, Key=key, VersionId=version)
        where = f"While reading s3://{self._bucket}/{key}"
        return None if answer is None else read_body(where, answer)

    def newest(self, key: str) -> str | None:
        """Give the newest version of an object; None if there is none, or it was deleted."""
        head = self._find("looking for", self._client.head_object, Key=key)
        return None if head is None else head.get("VersionId", "null")

    def _find(self, doing: str, operation: Any, **which: str) -> Any:
        where = f"While {doing} s3://{self._bucket}/{which['Key']}"
        try:
            return call(where, operation, Bucket=self._bucket, **which)
        except AwsError as error:
            if error.code in _GONE:
                return None
            raise


class SnsNotices:
    """The installation's topic."""

    def __init__(self, accounts: Accounts, topic: str) -> None:
        self._client = accounts.own("sns")
        self._topic = topic

    def tell(self, subject: str, text: str) -> None:
        """Tell whoever subscribed."""
        where = f"While telling {self._topic}"
        call(where, self._client.publish, TopicArn=self._topic, Subject=subject, Message=text)


class SqsLeftovers:
    """The dead-letter queue, by its URL."""

    def __init__(self, accounts: Accounts, queue: str) -> None:
        self._client = accounts.own("sqs")
        self._queue = queue

    def keep(self, left: Mapping[str, Any]) -> None:
        """Keep what a person has to look after."""
        where = f"While writing to {self._queue}"
        body = json.dumps(left)
        call(where, self._client.send_message, QueueUrl=self._queue, MessageBody=body)


class LambdaLater:
    """The function itself, invoked without waiting for it."""

    def __init__(self, accounts: Accounts, function: str) -> None:
        self._client = accounts.own("lambda")
        self._function = function

    def hand_over(self, event: Mapping[str, Any]) -> None:
        """Have an event handled by itself, soon."""
        call(
            f"While handing over to {self._function}",
            self._client.invoke,
            FunctionName=self._function,
            InvocationType="Event",
            Payload=json.dumps(event).encode(),
        )


def secret(accounts: Accounts, arn: str) -> str:
    """Read a secret's text; of a JSON object, its member `token`."""
    client = accounts.own("secretsmanager")
    answer = call(f"While reading secret {arn}", client.get_secret_value, SecretId=arn)
    text = str(answer.get("SecretString", ""))
    try:
        value = json.loads(text)
    except ValueError:
        return text.strip()
    return str(value["token"]).strip() if isinstance(value, dict) and "token" in value else text
