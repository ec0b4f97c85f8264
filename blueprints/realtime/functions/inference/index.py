"""The inference API: hand one request's payload to the endpoint, and its answer back.

Body: {"payload": <text or JSON>, "content_type": "text/csv"}. Payloads and answers are never logged.
"""

import base64
import functools
import json
import os

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

# API Gateway gives up after 29 seconds; giving up earlier leaves time to say so.
PATIENCE = Config(connect_timeout=3, read_timeout=24, retries={"total_max_attempts": 1})


class BadRequest(Exception):
    """The body is not what the API takes; the message tells the caller what is."""


def handler(event, context):
    """Answer API Gateway's proxy event."""
    return answer(event, runtime(), os.environ["ENDPOINT_NAME"])


@functools.cache
def runtime():
    """Reach the endpoints; made once, kept while the function is warm."""
    return boto3.client("sagemaker-runtime", config=PATIENCE)


def answer(event, client, endpoint):
    """Return the endpoint's prediction, or a plain message with the right status."""
    try:
        payload, content_type = read(event)
        response = client.invoke_endpoint(
            EndpointName=endpoint, Body=payload, ContentType=content_type
        )
        text = response["Body"].read().decode()
        return reply(200, text, response.get("ContentType") or "text/plain")
    except BadRequest as error:
        return problem(400, str(error))
    except ClientError as error:
        status = status_of(error)
        who = "request" if status < 500 else "endpoint"
        return problem(status, f"The model did not answer: {who} error {status}.")
    except UnicodeDecodeError:
        return problem(502, "The model's answer is not text; call the endpoint itself.")
    except (BotoCoreError, OSError):
        return problem(504, "The endpoint did not answer in time.")


def read(event):
    """Return the payload as bytes, and its content type."""
    try:
        text = event.get("body") or ""
        if event.get("isBase64Encoded"):
            text = base64.b64decode(text, validate=True)
        body = json.loads(text)
        payload = body["payload"]
        if not isinstance(payload, str):
            payload = json.dumps(payload, allow_nan=False)
        content_type = body["content_type"]
        payload = payload.encode()
    except (KeyError, TypeError, ValueError, RecursionError):
        raise BadRequest('Send {"payload": ..., "content_type": "text/csv"} as JSON.') from None
    if not payload:
        raise BadRequest("The payload is empty.")
    if not isinstance(content_type, str) or not 0 < len(content_type) <= 1024:
        raise BadRequest("content_type must be text of 1 to 1024 characters.")
    if not (content_type.isascii() and content_type.isprintable()):
        raise BadRequest("content_type must be printable ASCII.")
    return payload, content_type


def status_of(error):
    """Return the model's own status where it answered, else SageMaker's."""
    status = error.response.get("OriginalStatusCode")
    status = status or error.response["ResponseMetadata"]["HTTPStatusCode"]
    # 401 and 403 would tell the caller that their own credentials are wrong.
    return status if 400 <= status <= 599 and status not in (401, 403) else 502


def problem(status, message):
    """Make a JSON error, and leave one line in the log."""
    print(json.dumps({"status": status, "message": message}))
    return reply(status, json.dumps({"message": message}), "application/json")


def reply(status, text, content_type):
    """Make API Gateway's proxy answer."""
    return {"statusCode": status, "headers": {"Content-Type": content_type}, "body": text}
