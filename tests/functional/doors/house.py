"""The doors beside git over a cloud in memory: what clients send, and what they get."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from builders import DATA, SETTINGS, Trial, realtime, trial

from mlops_gitops.adapters.memory.doors import (
    MemoryDrops,
    MemoryLater,
    MemoryLeftovers,
    MemoryNotices,
    MemoryProposals,
)
from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.adapters.submitted import SubmittedCommits
from mlops_gitops.api.handler import take
from mlops_gitops.use_cases.doors import Doors
from mlops_gitops.use_cases.entrance import Entrance, Submitter
from mlops_gitops.use_cases.validate import Repository
from mlops_gitops.use_cases.world import World

JANE = "arn:aws:sts::111111111111:assumed-role/clients/jane"
BUCKET = "acme-mlops-drop"
CONFIG = realtime("churn")
BIGGER = realtime("churn", inference_instance="ml.m5.xlarge")
STACK = "mlops-pipeline-churn-byompipelinerealtimebuiltin-codepipeline"


@dataclass(frozen=True, slots=True)
class Got:
    """An answer, parsed."""

    status: int
    body: Any
    headers: Mapping[str, str]


@dataclass(slots=True)
class House:
    """An installation with all its doors.

    Attributes:
        proposals: where pull requests go; None where configs are deployed.
    """

    settings: str = f"{SETTINGS}api: deploy\ndrop_bucket: {BUCKET}\n"
    proposals: MemoryProposals | None = None
    trial: Trial = field(default_factory=lambda: trial(CONFIG))
    drops: MemoryDrops = field(default_factory=MemoryDrops)
    notices: MemoryNotices = field(default_factory=MemoryNotices)
    leftovers: MemoryLeftovers = field(default_factory=MemoryLeftovers)
    later: MemoryLater = field(default_factory=MemoryLater)
    doors: Doors = field(init=False)

    def __post_init__(self) -> None:
        """Forget the repository: nothing here comes from git."""
        self.trial.files = {"mlops-gitops.yaml": self.settings.encode()}
        entrance = Entrance(
            settings=self.trial.world().settings,
            files=MemoryFiles(self.trial.files),
            data=DATA,
            open=self._open,
            states=self.trial.cloud.pipelines,
            later=self.later,
            proposals=self.proposals,
        )
        self.doors = Doors(
            entrance=entrance, drops=self.drops, notices=self.notices, leftovers=self.leftovers
        )

    def _open(self, repository: Repository, by: Submitter) -> World:
        commits = SubmittedCommits(door=by.door, name=by.name)
        return replace(self.trial.world_of(repository), commits=commits)

    def send(self, event: Mapping[str, Any]) -> Any:
        """Hand the function an event."""
        return take(lambda: self.doors, event)

    def post(self, path: str, body: Any, method: str = "POST", **more: Any) -> Got:
        """Send a request, as API Gateway hands it over; text is sent as it is."""
        event = {
            "httpMethod": method,
            "path": path,
            "body": body if isinstance(body, str) else json.dumps(body),
            "isBase64Encoded": False,
            "requestContext": {"identity": {"userArn": JANE}},
            **more,
        }
        answer = self.send(event)
        assert json.loads(json.dumps(answer)) == answer
        return Got(answer["statusCode"], json.loads(answer["body"]), answer["headers"])

    def provision(self, body: Any) -> Got:
        """Hand a config in."""
        return self.post("/provisionpipeline", body)

    def settle(self) -> None:
        """Handle what was handed over, and let everything move that can."""
        while self.later.events:
            self.send(self.later.events.pop(0))
        self.trial.cloud.settle()

    def deployed(self, body: Any = CONFIG) -> str:
        """Hand a config in and let it settle; give its pipeline_id."""
        answer = self.provision(body)
        assert answer.status == 200, answer
        self.settle()
        return str(answer.body["pipeline_id"])

    def executions(self) -> int:
        """Count what was started with a bundle."""
        pipeline = STACK.removesuffix("-codepipeline")
        found = self.trial.cloud.pipelines.executions(pipeline)
        return len([each for each in found if each.trigger == "StartPipelineExecution"])

    def put(self, key: str, content: Any) -> Mapping[str, Any]:
        """Put a version of an object there; give S3's record of it."""
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        return record(key, self.drops.put(key, data))


def record(key: str, version: str, name: str = "ObjectCreated:Put") -> Mapping[str, Any]:
    """Give a record as S3 sends it; the key is URL-encoded by whoever calls."""
    return {
        "eventSource": "aws:s3",
        "eventName": name,
        "userIdentity": {"principalId": "AWS:AROAEXAMPLE:jane"},
        "s3": {
            "bucket": {"name": BUCKET},
            "object": {"key": key, "versionId": version, "sequencer": "0"},
        },
    }
