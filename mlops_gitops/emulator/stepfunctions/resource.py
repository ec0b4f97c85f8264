"""What the resource of a task asks for: `arn:aws:states:::sagemaker:createTrainingJob.sync`."""

import re
from dataclasses import dataclass

_PARTS = re.compile(
    r"arn:[a-z-]+:states:::(?P<sdk>aws-sdk:)?(?P<service>[a-z0-9]+):(?P<action>\w+)"
    r"(?P<pattern>\.sync(:2)?|\.waitForTaskToken)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """A call that a task makes.

    `generic` tells `aws-sdk:` from the integrations that Step Functions has tailored, which spell
    errors and times in their own way.
    """

    arn: str
    generic: bool
    service: str
    action: str
    pattern: str
    """`.sync`, `.waitForTaskToken`, or nothing: how long the task waits."""

    @property
    def operation(self) -> str:
        """The API's name of the action: `CreateTrainingJob`."""
        return self.action[:1].upper() + self.action[1:]


def read_resource(arn: str) -> Integration | None:
    """The call that a resource means, in any partition; None when it is no service's."""
    found = _PARTS.fullmatch(arn)
    if found is None:
        return None
    return Integration(
        arn=arn,
        generic=bool(found["sdk"]),
        service=found["service"],
        action=found["action"],
        pattern=found["pattern"] or "",
    )
