"""What is really there, in a dict: as it was deployed, until a test changes it by hand."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from mlops_gitops.adapters.memory.atomic import atomic
from mlops_gitops.adapters.memory.record import Record
from mlops_gitops.adapters.memory.stacks import MemoryStacks
from mlops_gitops.desired.stack import StackId
from mlops_gitops.diff.documents import PIPELINE, PIPELINE_BODY
from mlops_gitops.errors import AwsError
from mlops_gitops.ports.live import Checked, Detection, LiveResource, ResourceCheck
from mlops_gitops.status.drifting.expected import Expected, Made, expected_resources
from mlops_gitops.status.drifting.rules import TYPES

_Key = tuple[StackId, str]


@atomic
class MemoryLive:
    """The resources of all stacks.

    Attributes:
        changed: (stack, logical id) -> properties that differ from what was deployed.
        gone: resources that somebody deleted.
        busy: resource -> what is being done to it.
        refused: resource -> why nobody may read it.
    """

    def __init__(self, stacks: MemoryStacks) -> None:
        self.changed: dict[_Key, Mapping[str, Any]] = {}
        self.gone: set[_Key] = set()
        self.busy: dict[_Key, str] = {}
        self.refused: dict[_Key, str] = {}
        self._stacks = stacks

    def reads(self, resource_type: str) -> bool:
        """Whether resources of a type can be read."""
        return resource_type in TYPES

    def read(self, account: str, resource_type: str, physical_id: str) -> LiveResource | None:
        """Read one resource; None if it is gone."""
        for record in self._stacks.records(account):
            for each in resources_of(record).values():
                if each.resource_type == resource_type and each.physical_id == physical_id:
                    return self._tell((record.deployed.id, each.logical_id), each)
        return None

    def mend(self, id_: StackId) -> None:
        """Make everything of a stack again as it was deployed."""
        self.changed = {key: value for key, value in self.changed.items() if key[0] != id_}
        self.gone = {key for key in self.gone if key[0] != id_}

    def now(self, key: _Key, resource: Expected) -> Mapping[str, Any]:
        """Give the properties that a resource has now."""
        now = {**resource.properties, **self.changed.get(key, {})}
        if resource.resource_type == PIPELINE and isinstance(now.get(PIPELINE_BODY), dict):
            # SageMaker keeps a definition as the text that it was.
            now[PIPELINE_BODY] = {"PipelineDefinitionBody": json.dumps(now[PIPELINE_BODY])}
        return now

    def _tell(self, key: _Key, resource: Expected) -> LiveResource | None:
        if key in self.refused:
            raise AwsError(self.refused[key], hint="Grant it.", code="AccessDenied")
        if key in self.gone:
            return None
        return LiveResource(properties=self.now(key, resource), busy=self.busy.get(key, ""))


@atomic
class MemoryDetection:
    """CloudFormation's drift detection of the same resources.

    Attributes:
        refusing: name of a stack -> why no detection can be begun.
        unchecked: types that it does not know.
        slow: how often it says that it is not ready.
        calls: what was asked, in order.
    """

    def __init__(self, stacks: MemoryStacks, live: MemoryLive) -> None:
        self.refusing: dict[str, str] = {}
        self.unchecked: frozenset[str] = frozenset(TYPES)
        self.slow = 0
        self.calls: list[str] = []
        self._stacks = stacks
        self._live = live

    def start(self, id_: StackId) -> str:
        """Have a stack looked at; give the id of what was begun."""
        self.calls.append("start")
        missing = f"Stack {id_.name} does not exist" if self._stacks.find(id_) is None else ""
        if reason := missing or self.refusing.get(id_.name, ""):
            raise AwsError(reason, hint="Repeat the command.", code="ValidationError")
        return f"detection-{id_.name}"

    def progress(self, id_: StackId, detection: str) -> Detection:
        """Say how far it is."""
        self.calls.append("progress")
        if detection != f"detection-{id_.name}":
            raise AwsError("There is none.", hint="Repeat the command.", code="ValidationError")
        self.slow -= 1
        return Detection(is_over=self.slow < 0, reason="")

    def checks(self, id_: StackId) -> tuple[ResourceCheck, ...]:
        """List what was found."""
        self.calls.append("checks")
        records = [each for each in self._stacks.records(id_.account) if each.deployed.id == id_]
        return tuple(
            self._check((id_, name), each)
            for record in records
            for name, each in resources_of(record).items()
            if each.resource_type not in self.unchecked
        )

    def _check(self, key: _Key, resource: Expected) -> ResourceCheck:
        actual = self._live.now(key, resource)
        status = Checked.IN_SYNC if actual == resource.properties else Checked.MODIFIED
        if key in self._live.gone:
            status = Checked.DELETED
        return ResourceCheck(
            logical_id=key[1],
            status=status,
            reason="",
            expected=resource.properties,
            actual=actual,
        )


@atomic
class MemoryEvents:
    """A bus in a list.

    Attributes:
        told: detail-type and detail of every event.
    """

    def __init__(self) -> None:
        self.told: list[tuple[str, Mapping[str, Any]]] = []

    def put(self, kind: str, details: Sequence[Mapping[str, Any]]) -> None:
        """Put events of one detail-type."""
        self.told += [(kind, each) for each in details]


def resources_of(record: Record) -> dict[str, Expected]:
    """Give the resources of a stack as they were deployed."""
    made = Made(
        stack=record.deployed.id,
        arn=record.deployed.arn,
        physical_ids={name: record.physical_id(name) for name in record.seen.resources},
    )
    return expected_resources(record.template, record.deployed.parameters, made)
