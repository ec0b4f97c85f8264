"""The API's requests: the predecessor's clients go on as they are, and mistakes are told."""

import base64
import json

import pytest
from builders import realtime
from functional.doors.house import BIGGER, CONFIG, JANE, STACK, House

from mlops_gitops.adapters.memory.doors import MemoryProposals
from mlops_gitops.api.handler import TryAgainError, answer
from mlops_gitops.api.request import LONGEST
from mlops_gitops.errors import AwsError, HostError
from mlops_gitops.pipeline.holds import Refused, Suspension
from mlops_gitops.use_cases.doors import Doors
from mlops_gitops.use_cases.suspend import keep


def test_a_config_is_deployed_as_the_predecessor_answered() -> None:
    """The first answer comes before the delivery pipeline is there, and names its stack."""
    house = House()

    first = house.provision(CONFIG)
    house.settle()
    again = house.provision(CONFIG)

    arn = f"arn:aws:cloudformation:us-east-1:111111111111:stack/{STACK}/0"
    assert first.status == 200
    assert first.body == {"message": "success: stack creation started", "pipeline_id": arn}
    assert again.body["message"] == (
        f"Pipeline {STACK} is already provisioned. No updates are to be performed."
    )
    assert again.body["pipeline_id"] == arn
    assert house.executions() == 1


def test_a_config_that_differs_starts_one_execution() -> None:
    """However often it is sent; whoever sent it is the author, and there is no commit."""
    house = House()
    house.deployed()

    first, again = house.provision(BIGGER), house.provision(BIGGER)

    assert first.body["message"].endswith("is already provisioned. Updating template parameters.")
    assert again.body["message"].endswith("No updates are to be performed.")
    assert first.body["execution_id"] == again.body["execution_id"]
    pipeline, id_ = STACK.removesuffix("-codepipeline"), first.body["execution_id"]
    variables = house.trial.cloud.pipelines.details(pipeline, id_).variables
    assert (variables["commit"], variables["author"]) == ("api", JANE)


def test_sent_twice_at_once_it_is_made_once() -> None:
    """The second call finds the stack being made, and the work is handed over idempotently."""
    house = House()

    answers = [house.provision(CONFIG), house.provision(CONFIG)]
    house.settle()

    assert answers[0].body == answers[1].body
    assert house.executions() == 1
    assert house.notices.told == []


def test_the_status_is_what_codepipeline_tells() -> None:
    """By the stack's ARN, and by its name; no approval's token is in it."""
    house = House()
    arn = house.deployed()

    by_arn = house.post("/pipelinestatus", {"pipeline_id": arn})
    by_name = house.post("/pipelinestatus", {"pipeline_id": STACK})

    assert by_arn.body == by_name.body
    assert by_arn.body["pipelineName"] == STACK.removesuffix("-codepipeline")
    stages = {each["stageName"]: each for each in by_arn.body["stageStates"]}
    assert stages["DeployDev"]["latestExecution"]["status"] == "Succeeded"


def test_a_pipeline_that_is_not_made_yet_has_no_status() -> None:
    """The predecessor answered so with 200, and so do we."""
    house = House()
    answer = house.provision(CONFIG)

    status = house.post("/pipelinestatus", answer.body)

    assert status.status == 200
    assert "not provisioned the pipeline yet" in status.body["message"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"pipeline_id": ""}, 400),
        ({"pipeline_id": 7}, 400),
        ({"pipeline_id": "arn:aws:s3:::bucket"}, 400),
        ({"pipeline_id": "mlops-pipeline-nothing-codepipeline"}, 404),
        ({"pipeline_id": "mlops-gitops-orchestrator"}, 404),
    ],
)
def test_the_status_of_nothing_is_refused(body: object, status: int) -> None:
    """Without an id, and with one that is no delivery pipeline of ours."""
    answer = House().post("/pipelinestatus", body)

    assert answer.status == status
    assert answer.body["message"]
    assert answer.body["hint"]


def test_problems_are_those_of_validate() -> None:
    """All of them, with their places in the body; nothing is deployed."""
    house = House()
    body = json.dumps(
        realtime("churn", inference_instance="ml.t3.2xlarge", model_nme="x"), indent=2
    )

    answer = house.provision(body)

    assert answer.status == 400
    found = {(each["code"], each["path"], each["pointer"]) for each in answer.body["problems"]}
    assert ("MG067", "mlops-config.json", "/inference_instance") in found
    assert len(found) == 2
    assert answer.body["message"].startswith(answer.body["problems"][0]["code"])
    assert house.later.events == []
    assert house.trial.cloud.pipelines.executions(STACK.removesuffix("-codepipeline")) == ()


def test_what_a_config_names_has_to_be_there() -> None:
    """Before a delivery pipeline is made, and before one is started."""
    house = House()
    missing = realtime("churn", model_artifact_location="churn/nobody-uploaded.tar.gz")

    first = house.provision(missing)
    house.deployed()
    later = house.provision(missing)

    assert {first.status, later.status} == {400}
    assert first.body["problems"] == later.body["problems"] != []
    assert house.executions() == 1


@pytest.mark.parametrize(
    ("path", "method", "body", "status"),
    [
        ("/provisionpipeline", "POST", "{", 400),
        ("/provisionpipeline", "POST", "", 400),
        ("/provisionpipeline", "POST", "[]", 400),
        ("/pipelinestatus", "POST", "null", 400),
        ("/provisionpipeline", "GET", "", 405),
        ("/pipelinestatus", "DELETE", "", 405),
        ("/", "POST", "{}", 404),
        ("/inference", "POST", "{}", 404),
        ("/provisionpipeline", "POST", " " * (LONGEST + 1), 413),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_no_request_is_refused(path: str, method: str, body: str, status: int) -> None:
    """Each with its own status, a message, and what to do."""
    answer = House().post(path, body, method)

    assert answer.status == status
    assert answer.body["message"]
    assert answer.body["hint"]
    assert ("Allow" in answer.headers) == (status == 405)


def test_a_body_may_be_base64() -> None:
    """As API Gateway sends what it takes for binary; what is none is refused."""
    house = House()
    coded = base64.b64encode(json.dumps(CONFIG).encode()).decode()

    good = house.post("/provisionpipeline", coded, isBase64Encoded=True)
    bad = house.post("/provisionpipeline", "?", isBase64Encoded=True)

    assert (good.status, bad.status) == (200, 400)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (AwsError("While reading, AWS said no: AKIAIOSFODNN7EXAMPLE", hint="Ask."), 502),
        (AwsError("While reading, AWS said Throttling.", hint="x", code="Throttling"), 503),
        (HostError("GitHub was not reached.", hint="Later."), 502),
    ],
)
def test_failures_of_others_are_answers(error: Exception, status: int) -> None:
    """With what was said, without secrets, and with a status that is not ours to be ashamed of."""

    def closed() -> Doors:
        raise error

    event = {"httpMethod": "POST", "path": "/provisionpipeline", "body": "{}"}

    got = answer(closed, event)

    assert got.status == status
    assert "AKIAIOSFODNN7EXAMPLE" not in json.dumps(got.body)


def test_a_defect_has_an_id_and_its_traceback_is_in_the_log_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whoever calls learns nothing of it but the id; secrets are masked in the log, too."""

    def broken() -> Doors:
        raise RuntimeError("AKIAIOSFODNN7EXAMPLE")

    got = answer(broken, {"httpMethod": "POST", "path": "/provisionpipeline", "body": "{}"})

    assert got.status == 500
    assert "Traceback" not in json.dumps(got.body)
    assert got.body["id"] in caplog.text
    assert "Traceback" in caplog.text
    assert "AKIAIOSFODNN7EXAMPLE" not in caplog.text + json.dumps(got.body)


def test_a_pull_request_proposes_what_would_be_deployed() -> None:
    """The same config has the same pull request; one that is merged has none."""
    proposals = MemoryProposals()
    house = House(proposals=proposals)

    first, again = house.provision(CONFIG), house.provision(CONFIG)
    other = house.provision(BIGGER)

    assert first.body == again.body
    assert first.body["pull_request"] != other.body["pull_request"]
    proposed = next(iter(proposals.opened.values()))
    assert proposed.path == "churn/mlops-config.json"
    assert json.loads(proposed.content) == CONFIG
    assert JANE in proposed.body
    proposals.committed[proposed.path] = proposed.content
    assert "Nothing is to be proposed" in house.provision(CONFIG).body["message"]
    assert house.executions() == 0


def test_a_config_with_errors_is_proposed_to_nobody() -> None:
    """What cannot be deployed is no pull request either."""
    proposals = MemoryProposals()

    answer = House(proposals=proposals).provision({"pipeline_type": "byom_realtime_builtin"})

    assert answer.status == 400
    assert proposals.opened == {}


def test_what_is_held_comes_in_by_no_door() -> None:
    """A refused digest and a suspended workload: told to the API, and to whom the bucket tells."""
    house, name = House(), STACK.removesuffix("-codepipeline")
    world = house.trial.world()
    suspend = Suspension(workload=name, reason="load test")
    keep(world, suspend)
    first = house.provision(CONFIG)
    assert (first.status, first.body["message"]) == (409, suspend.why)
    made = [each.deployed.id.name for each in house.trial.cloud.stacks.records("111111111111")]
    assert STACK not in made
    world.assets.remove(suspend.key)
    house.deployed()
    execution = house.provision(BIGGER).body["execution_id"]
    house.settle()
    digest = house.trial.cloud.pipelines.details(name, execution).variables["digest"]
    bad = Refused(workload=name, digest=digest, reason="it drifts")
    keep(world, bad)
    house.deployed()

    said = house.provision(BIGGER)
    with pytest.raises(TryAgainError):
        house.send({"Records": [house.put("churn/mlops-config.json", BIGGER)]})

    assert (said.status, said.body["message"]) == (409, bad.why)
    assert bad.why in house.notices.told[-1][1]
    world.assets.remove(bad.key)
    keep(world, suspend)
    assert house.provision(BIGGER).body["message"] == suspend.why
