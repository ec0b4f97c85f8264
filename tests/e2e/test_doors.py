"""The API and the drop bucket on an embedded AWS: real requests, real objects, real functions.

The embedded API Gateway wants a signature to be there and does not compare it; a function is run
by this machine's Python, as the role that its template names.
"""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
import schemathesis
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from builders import ORCHESTRATOR, SETTINGS
from e2e.user import User, eventually, full_name, model, upload_artifact
from embedded_aws import embedded_aws, in_environment
from functional.doors.described import OPERATIONS, body_of, hold, prepared
from hypothesis import HealthCheck, given, settings
from schemathesis.generation import GenerationMode

from mlops_gitops import app
from mlops_gitops.emulator.lifecycle import Iam

DROP = "acme-mlops-drop"
INSTALLED = f"{SETTINGS}api: deploy\ndrop_bucket: {DROP}\n"
FEW = settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Client:
    """Somebody with the API's address, and hands on the console."""

    user: User
    outputs: dict[str, str]

    def send(self, path: str, body: Any, method: str = "POST") -> tuple[int, Any]:
        """Send a signed request; give status and JSON."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        host = urlsplit(self.outputs["ApiUrl"]).netloc
        asked = AWSRequest(
            method=method, url=f"https://{host}/prod{path}", data=data, headers={"Host": host}
        )
        SigV4Auth(Credentials(ORCHESTRATOR, "emulated"), "execute-api", "us-east-1").add_auth(asked)
        here = f"{self.user.running.endpoint_url}/_aws/execute-api/{self.outputs['ApiId']}/prod"
        headers = {name: value for name, value in asked.headers.items() if name != "Host"}
        request = urllib.request.Request(here + path, data, headers, method=method)  # noqa: S310 -- loopback
        try:
            with urllib.request.urlopen(request) as answer:  # noqa: S310 -- loopback
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def executions(self, name: str) -> list[dict[str, Any]]:
        """List what carried a bundle of a workload."""
        codepipeline = self.user.aws("codepipeline")
        try:
            return self.user.executions(name)
        except codepipeline.exceptions.PipelineNotFoundException:
            return []


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """An embedded AWS of its own, with all doors, in which a role may what its policies allow."""
    folder = tmp_path_factory.mktemp("doors")
    (folder / "mlops-gitops.yaml").write_text(INSTALLED, encoding="utf-8")
    with embedded_aws(iam=Iam(enforced=True)) as running, in_environment(running):
        app.embedded_up(folder, running.state_dir, 0, lambda _: None)
        upload_artifact(running)
        user = User(folder=folder, running=running)
        (stack,) = user.aws("cloudformation").describe_stacks(StackName="mlops-gitops-api")[
            "Stacks"
        ]
        outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
        yield Client(user=user, outputs=outputs)


def test_the_predecessors_calls_are_answered_as_it_documents(installed: Client) -> None:
    """A config is deployed once, however often it is sent; its status is CodePipeline's."""
    name, sent = "churn", model("churn")

    status, first = installed.send("/provisionpipeline", sent)
    eventually(lambda: installed.executions(name))
    _, again = installed.send("/provisionpipeline", sent)
    _, state = installed.send("/pipelinestatus", {"pipeline_id": first["pipeline_id"]})

    assert status == 200
    assert first["message"] == "success: stack creation started"
    assert again["message"].endswith("No updates are to be performed.")
    assert again["pipeline_id"] == first["pipeline_id"]
    assert first["pipeline_id"].split("/")[1] == f"{full_name(name)}-codepipeline"
    assert state["pipelineName"] == full_name(name)
    assert [each["stageName"] for each in state["stageStates"]][:2] == ["Source", "DeployDev"]
    assert len(installed.executions(name)) == 1
    eventually(lambda: installed.user.stack(name, "dev").get("StackStatus") == "CREATE_COMPLETE")


def test_mistakes_are_told(installed: Client) -> None:
    """Each with its status; a broken config with the problems that `validate` has."""
    broken = model("broken", inference_instance="ml.t3.2xlarge")

    found = [
        installed.send("/provisionpipeline", broken),
        installed.send("/provisionpipeline", b"{"),
        installed.send("/pipelinestatus", {}),
        installed.send("/pipelinestatus", {"pipeline_id": "mlops-pipeline-x-codepipeline"}),
        installed.send("/nothing", {}),
        installed.send("/provisionpipeline", {}, "PUT"),
    ]

    assert [status for status, _ in found] == [400, 400, 400, 404, 404, 405]
    assert [each["code"] for each in found[0][1]["problems"]] == ["MG067"]
    assert all(body["message"] and body["hint"] for _, body in found)


@pytest.mark.parametrize("label", OPERATIONS)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_requests_of_the_description_are_answered_as_it_says(
    installed: Client, label: str, mode: GenerationMode
) -> None:
    """A few of those that are tried in memory come through API Gateway and Lambda as well."""

    @FEW
    @given(OPERATIONS[label].as_strategy(generation_mode=mode))
    def answered(case: schemathesis.Case) -> None:
        request = prepared(case)
        path = urlsplit(str(request.url)).path
        status, told = installed.send(path, body_of(request), str(request.method))
        content = json.dumps(told).encode()
        assert b"Traceback" not in content
        hold(case, request, status, {"Content-Type": "application/json"}, content)

    answered()


def test_cards_are_kept_through_the_api(installed: Client) -> None:
    """Created by a deployment, then described and listed in SageMaker's words."""
    card = {"name": "api-card", "model_overview": {"model_owner": "ml-team"}}

    status, _ = installed.send("/provisionpipeline", {"pipeline_type": "create_model_card", **card})
    describe = {"pipeline_type": "describe_model_card", "name": "api-card"}
    described = eventually(lambda: _found(installed, describe), 60)
    _, listed = installed.send("/provisionpipeline", {"pipeline_type": "list_model_cards"})

    assert status == 200
    assert json.loads(described["Content"])["model_overview"]["model_owner"] == "ml-team"
    names = [each["ModelCardName"] for each in listed["message"]["ModelCardSummaries"]]
    assert names == ["api-card"]


def test_an_object_is_deployed_and_a_broken_one_is_told_and_kept(installed: Client) -> None:
    """Through S3's own event; what is broken is in the queue and at the topic, with its key."""
    user, queue = installed.user, inbox(installed.user)
    s3 = user.aws("s3")
    broken = model("fraud", inference_instance="ml.t3.2xlarge")

    s3.put_object(Bucket=DROP, Key="notes.txt", Body=b"nothing")
    s3.put_object(Bucket=DROP, Key="a b/mlops-config.json", Body=json.dumps(model("loans")))
    s3.put_object(Bucket=DROP, Key="bad/mlops-config.json", Body=json.dumps(broken))
    left = eventually(lambda: taken(user, installed.outputs["LeftoversQueueUrl"]))
    told = eventually(lambda: taken(user, queue, "Not deployed"))
    eventually(lambda: installed.executions("loans"))

    assert (left["key"], left["problems"][0]["code"]) == ("bad/mlops-config.json", "MG067")
    assert told["Subject"] == "Not deployed: bad/mlops-config.json"
    assert "MG067" in told["Message"]
    assert len(installed.executions("loans")) == 1


def test_what_never_works_ends_in_the_queue_by_lambdas_own_hand(installed: Client) -> None:
    """Tried again first: here by an event that is none of S3's, which no code of ours survives."""
    user = installed.user

    user.aws("lambda").invoke(
        FunctionName="mlops-gitops-api",
        InvocationType="Event",
        Payload=json.dumps({"Records": [{"eventName": "ObjectCreated:Put"}]}),
    )
    left = eventually(lambda: taken(user, installed.outputs["LeftoversQueueUrl"]))

    assert left["requestPayload"]["Records"][0]["eventName"] == "ObjectCreated:Put"


def inbox(user: User) -> str:
    """Subscribe a queue to the installation's topic; give its URL."""
    sqs, sns = user.aws("sqs"), user.aws("sns")
    url = str(sqs.create_queue(QueueName="inbox")["QueueUrl"])
    (topic,) = (each["TopicArn"] for each in sns.list_topics()["Topics"])
    arn = f"arn:aws:sqs:us-east-1:{ORCHESTRATOR}:inbox"
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return url


def taken(user: User, queue: str, subject: str = "") -> dict[str, Any]:
    """Take a message out of a queue, and those of other subjects; empty if there is none."""
    sqs = user.aws("sqs")
    while messages := sqs.receive_message(QueueUrl=queue).get("Messages"):
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=messages[0]["ReceiptHandle"])
        body: dict[str, Any] = json.loads(messages[0]["Body"])
        if str(body.get("Subject", "")).startswith(subject):
            return body
    return {}


def _found(installed: Client, body: dict[str, str]) -> Any:
    status, answer = installed.send("/provisionpipeline", body)
    return answer["message"] if status == 200 else None
