"""What MLOps Workload Orchestrator documents and tests with is deployed to prod, unchanged."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from e2e import every_type
from e2e.conftest import Arrive
from e2e.test_every_type import promote, write
from e2e.user import User, model

from mlops_gitops.config.declared import Config
from mlops_gitops.config.schemas import CONTENT

GOOD = Path(__file__).parents[2] / "config-examples" / "good"
REPOSITORIES = (
    "autopilot-texts-of-the-predecessor",
    "batch-guide",
    "batch-predecessor",
    "guide-multi-account",
    "monitors-predecessor",
    "predecessor-autopilot-objective",
    "predecessor-training",
    "training-texts-of-the-predecessor",
)
LOCATIONS = (
    "baseline_job_output_location",
    "batch_inference_data",
    "batch_job_output_location",
    "data_capture_location",
    "monitor_ground_truth_input",
    "monitoring_output_location",
)
NOT_EMULATED = "byom_image_builder"


def supply(user: User) -> None:
    """Put there whatever the configs name, as the people who own the data would."""
    assets, bucket = user.aws("s3"), user.world().settings.assets_bucket
    for config in user.world().repository.configs:
        keys = [*config.texts(CONTENT).values()]
        keys += [str(config.fields[name]) for name in DATA if name in config.fields]
        for key in keys:
            assets.put_object(Bucket=bucket, Key=key, Body=every_type.HEADER)
        for account, location in places(config):
            supply_place(user.aws("s3", account), location)
        if image := config.fields.get("custom_image_uri"):
            repository, tag = str(image).split("/", 1)[1].split(":")
            supply_image(user, repository, tag)


DATA = ("training_data", "validation_data")


def places(config: Config) -> Iterator[tuple[str, str]]:
    """Give each account with a location in a bucket that is needed there."""
    for stage in config.stages:
        for name in LOCATIONS:
            if location := config.value(name, stage.name):
                yield stage.account, str(location)


def supply_place(s3: Any, location: str) -> None:
    """Make a bucket, unless it is there, and an object where data is read."""
    bucket, _, key = location.partition("/")
    with contextlib.suppress(s3.exceptions.ClientError):
        s3.create_bucket(Bucket=bucket)
    with contextlib.suppress(s3.exceptions.ClientError):
        s3.put_object(Bucket=bucket, Key=key, Body=every_type.HEADER)


def supply_image(user: User, repository: str, tag: str) -> None:
    """Push an image."""
    ecr = user.aws("ecr")
    with contextlib.suppress(ecr.exceptions.ClientError):
        ecr.create_repository(repositoryName=repository)
    manifest = '{"schemaVersion": 2, "layers": []}'
    with contextlib.suppress(ecr.exceptions.ClientError):  # it is there already
        ecr.put_image(repositoryName=repository, imageManifest=manifest, imageTag=tag)


def endpoints(user: User) -> list[dict[str, Any]]:
    """Declare the endpoints that monitors of the repository watch."""
    watched = {
        str(config.fields["endpoint_name"])
        for config in user.world().repository.configs
        if config.type.name.endswith("_monitor")
    }
    return [model(f"of-{name}", endpoint_name=name) for name in sorted(watched)]


@pytest.mark.parametrize("repository", REPOSITORIES)
def test_a_config_of_the_predecessor_reaches_prod(arrive: Arrive, repository: str) -> None:
    """Its stacks are deployed and what they run has ended well, in every stage."""
    settings = (GOOD / repository / "mlops-gitops.yaml").read_text(encoding="utf-8")
    user = arrive(settings)
    shutil.copytree(GOOD / repository, user.folder, dirs_exist_ok=True)
    supply(user)
    if served := endpoints(user):
        write(user, served)
        supply(user)
    configs = user.world().repository.configs

    shown = promote(user)
    if served:  # a monitor waits for its endpoint
        shown = promote(user)

    built = sum(config.type.name == NOT_EMULATED for config in configs)
    assert shown.count("All stages run what git says.") == len(configs) - built, shown
    assert shown.count("not emulated") == built, shown
