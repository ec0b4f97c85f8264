"""Networks: what of a template cannot run in the VPC of a stage."""

from collections.abc import Iterator
from typing import Any

from mlops_gitops.config.blueprints.said import serverless_in_network
from mlops_gitops.config.document import Document, Path, pointer
from mlops_gitops.problems import Problem

_SERVERLESS = "ServerlessConfig"
_ENDPOINT = "AWS::SageMaker::EndpointConfig"


def check_network(document: Document, stage: str) -> Iterator[Problem]:
    """Refuse serverless endpoints of a template for a stage that has a network.

    Source: "Feature exclusions" of serverless inference, SageMaker developer guide.
    """
    template: Any = document.value
    resources = template.get("Resources")
    for name, resource in resources.items() if isinstance(resources, dict) else ():
        if isinstance(resource, dict) and resource.get("Type") == _ENDPOINT:
            for path in _serverless(resource, ("Resources", name)):
                where = document.where(*path)
                yield serverless_in_network(stage).at(where, pointer(path))


def _serverless(value: Any, at: Path) -> Iterator[Path]:
    """Give the places of what makes a variant serverless."""
    listed = enumerate(value) if isinstance(value, list) else ()
    for key, each in value.items() if isinstance(value, dict) else listed:
        if key == _SERVERLESS:
            yield (*at, key)
        yield from _serverless(each, (*at, key))
