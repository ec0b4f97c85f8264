"""A repository and a cloud in memory in which everything is in order, to be broken by tests."""

from dataclasses import dataclass
from typing import Any

from builders import DATA, SETTINGS, Trial, realtime, trial

from mlops_gitops.adapters.memory.health import MemoryHealth
from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.runs.pipeline_quotas import Quota
from mlops_gitops.status.finding import Line, Result
from mlops_gitops.use_cases.doctor import doctor, examine
from mlops_gitops.use_cases.hops.table import HOPS
from mlops_gitops.use_cases.validate import validate

SECRET = "arn:aws:secretsmanager:us-east-1:111111111111:secret:mlops-chat-AbCdEf"
PACKAGE = "arn:aws:sagemaker:us-east-1:111111111111:model-package/fraud/7"
IMAGE = "111111111111.dkr.ecr.us-east-1.amazonaws.com/own:1"
EVERYTHING = SETTINGS.replace(
    "notifications: {email: ml-team@example.com}",
    f"""notifications:
  email: ml-team@example.com
  webhooks: [{{name: chat, secret: "{SECRET}"}}]
ci: {{github: {{repository: acme/models}}}}
registry: {{ecr_repositories: [own]}}""",
)
WITH_PACKAGE = {
    key: value
    for key, value in realtime("fraud", model_package_name=PACKAGE).items()
    if key not in {"model_framework", "model_framework_version", "model_artifact_location"}
}
WITH_IMAGE = {
    key: value
    for key, value in realtime(
        "own", pipeline_type="byom_realtime_custom", custom_image_uri=IMAGE
    ).items()
    if key not in {"model_framework", "model_framework_version"}
}
ENDPOINTS = "ml.m5.large for endpoint usage"
"""What Service Quotas calls the limit of what the three workloads need."""


@dataclass(slots=True)
class Ward:
    """What is examined, and the twins that it is examined by."""

    made: Trial
    health: MemoryHealth

    def lines(self, stage: str | None = None, seconds: float = 60) -> tuple[Line, ...]:
        """Examine it."""
        validated = validate(MemoryFiles(self.made.files), DATA)
        examined = examine(self.health.instruments(), validated, stage)
        return doctor(examined, HOPS, seconds)

    def found(self) -> dict[tuple[str, str], Result]:
        """Say what is not in order: by hop and what it is about."""
        return {
            (line.check, line.about): line.result
            for line in self.lines()
            if line.result is not Result.OK
        }


def ward(*configs: dict[str, Any], settings: str = EVERYTHING) -> Ward:
    """Prepare everything that settings and configs need."""
    made = trial(*(configs or (realtime("churn"), WITH_PACKAGE, WITH_IMAGE)), settings=settings)
    made.cloud.models.packages[PACKAGE] = "Approved"
    made.cloud.sagemaker_usage.limits = {ENDPOINTS: Quota(value=10)}
    health = made.health()
    health.secrets.kept.add(SECRET)
    return Ward(made, health)
