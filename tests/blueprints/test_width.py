"""Workload roles reach what their config names, and no further without a reason."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from blueprints.blueprint_files import TEMPLATES, load, mappings

WORKLOADS = [path for path in TEMPLATES if path.parent.name != "bootstrap"]

# A wildcard behind a value of the config: `${DataCaptureLocation}/*`, `${TrainingJobBase}-*`.
NAMED = re.compile(r"\$\{(?!AWS::|AssetsBucket\})\w+\}[-/]?\*$")

WIDE = {
    "AskModelThroughShadowEndpoint": "Clarify makes up the names of its endpoints",
    "FindEndpointConfig": "the endpoint's configuration has a generated name",
    "FindModel": "the model behind an endpoint has a generated name",
    "ReadData": "what a manifest names is written in the manifest",
    "ReadOwnObjects": "what lies in the workflow's own folder",
    "WaitForPipeline": "executions have names that SageMaker gives them",
    "WaitForWorkflow": "executions have the names of runs",
    "WriteOwnObjects": "what lies in the workflow's own folder",
    "ReadModelArtifact": "where a model package keeps its artifact is written in the registry",
    "WriteEndpointLogs": "a generated endpoint name is not known before the endpoint",
    "WriteJobLogs": "jobs of a kind write to one log group of the account",
}


def texts(value: Any) -> Iterator[str]:
    """Give every text inside a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts(each)


def wide(path: Path) -> set[str]:
    """Name the statements with a resource that is wider than the config's values."""
    found = [one for one in mappings(load(path)["Resources"]) if "Effect" in one]
    return {
        one["Sid"]
        for one in found
        for text in texts(one.get("Resource", []))
        if "*" in text and text != "*" and not NAMED.search(text)
    }


@pytest.mark.parametrize("path", WORKLOADS, ids=lambda path: path.parent.name)
def test_no_resource_is_wider_than_the_config_names(path: Path) -> None:
    """A wildcard stands only behind a name that the config gives, or has a reason."""
    assert wide(path) <= WIDE.keys()


def test_every_reason_is_still_needed() -> None:
    """A reason without its statement is out of date."""
    assert {sid for path in WORKLOADS for sid in wide(path)} >= WIDE.keys()
