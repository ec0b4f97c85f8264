"""Webhooks of the settings, from a message on the bus to what a chat gets."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from typing import Any

import pytest
from blueprints.notifying import TOPIC
from blueprints.parts import KEY
from builders import BLUEPRINTS, DATA, SETTINGS, repository
from embedded_aws import DEV, client

from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.desired.bootstrap.notifications import PART
from mlops_gitops.desired.bootstrap.part import Known, part_stack
from mlops_gitops.emulator.lifecycle import Running
from mlops_gitops.use_cases.validate import load_repository


@pytest.fixture
def chat() -> Iterator[tuple[str, Queue[tuple[str, Any]]]]:
    """A chat's address, and what it gets: header and body."""
    got: Queue[tuple[str, Any]] = Queue()

    class Room(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.put((f"{self.path} {self.headers['Content-Type']}", json.loads(body)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Room)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hooks/T0/secret", got
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_webhook_gets_what_its_chat_takes(
    jobs_aws: Running, chat: tuple[str, Queue[tuple[str, Any]]]
) -> None:
    """The address comes from the secret; the message is the text alone, and other events none."""
    address, got = chat
    secret = client(jobs_aws, "secretsmanager", DEV).create_secret(
        Name="chat-of-a-test", SecretString=address
    )["ARN"]
    told = f"notifications: {{webhooks: [{{name: chat, secret: '{secret}'}}]}}"
    text = SETTINGS.replace("notifications: {email: ml-team@example.com}", told)
    settings = load_repository(MemoryFiles(repository(settings=text)), DATA).settings
    outputs = {"AssetsKmsKeyArn": KEY, "NotificationTopicArn": TOPIC}
    known = Known(settings=settings, account=settings.orchestrator_account, outputs=outputs)
    template = part_stack(PART, known, BLUEPRINTS.blueprint(PART.blueprint)).template
    made = {
        name: one
        for name, one in template["Resources"].items()
        if name.startswith("Webhook") or name == "Undelivered"
    }
    cloudformation = client(jobs_aws, "cloudformation", DEV)

    cloudformation.create_stack(
        StackName="webhooks",
        TemplateBody=json.dumps({**template, "Resources": made, "Outputs": {}}),
        Parameters=[
            {"ParameterKey": name, "ParameterValue": value}
            for name, value in (("NotificationTopicArn", TOPIC), ("AssetsKmsKeyArn", KEY))
        ],
        Capabilities=["CAPABILITY_IAM"],
    )
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName="webhooks", WaiterConfig={"Delay": 1}
    )
    events = client(jobs_aws, "events", DEV)
    message = {"kind": "deployed", "chat": {"text": '*Deployed: "churn"*\nin dev'}}
    for kind in ("Drift Found", "Notification"):
        detail = json.dumps(message)
        entry = {"Source": "mlops-gitops", "DetailType": kind, "Detail": detail}
        events.put_events(Entries=[entry])

    where, body = got.get(timeout=20)
    assert where.startswith("/hooks/T0/secret application/json")
    assert body == {"text": '*Deployed: "churn"*\nin dev'}
    assert got.empty()
    cloudformation.delete_stack(StackName="webhooks")
    cloudformation.get_waiter("stack_delete_complete").wait(
        StackName="webhooks", WaiterConfig={"Delay": 1}
    )
    assert events.list_connections()["Connections"] == []
    assert events.list_api_destinations()["ApiDestinations"] == []
