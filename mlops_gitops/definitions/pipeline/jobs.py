"""Jobs: members that the requests of several kinds of jobs have in common.

Source of the members: the SageMaker API reference.
"""

from collections.abc import Iterator, Mapping

from mlops_gitops.config.document import Json
from mlops_gitops.config.pipeline_problems import image_both, image_missing, image_unknown
from mlops_gitops.definitions.pipeline.references import scalars
from mlops_gitops.definitions.pipeline.shorthand import Mistake, Shorthand, given


def image_of(step: Shorthand) -> Json:
    """Give the image of a step: the one that it names, or SageMaker's own of a framework."""
    if step.value.get("image_uri") is not None:
        return step.scalar("image_uri")
    framework = str(step.value["framework"])
    return step.around.image(framework, str(step.value.get("framework_version", "")))


def image_mistakes(step: Shorthand) -> Iterator[Mistake]:
    """Say why a step has no image, or two."""
    uri, framework = step.value.get("image_uri"), step.value.get("framework")
    if uri is not None and framework is not None:
        yield step.mistake(image_both(), "framework")
    elif framework is not None:
        version = str(step.value.get("framework_version", ""))
        if step.around.image(str(framework), version) is None:
            region = step.around.scope.region
            yield step.mistake(image_unknown(str(framework), version, region), "framework")
    elif uri is None:
        yield step.mistake(image_missing(step.name))


def network_of(step: Shorthand) -> dict[str, Json]:
    """Give the members of a network that a step names: VPC, isolation, encryption."""
    network = step.value.get("network")
    return dict(_network(network)) if isinstance(network, Mapping) else {}


def _network(network: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    vpc = given(
        SecurityGroupIds=scalars(network.get("security_groups")),
        Subnets=scalars(network.get("subnets")),
    )
    if vpc:
        yield "VpcConfig", vpc
    if "isolated" in network:
        yield "EnableNetworkIsolation", network["isolated"]
    if "encrypted" in network:
        yield "EnableInterContainerTrafficEncryption", network["encrypted"]
