"""Containers: what a model is made of, one or several that requests go through in their order.

Source of the members: CreateModel and CreateModelPackage, SageMaker API reference.
"""

from collections.abc import Iterator
from dataclasses import replace

from mlops_gitops.config.document import Json
from mlops_gitops.config.pipeline_model_problems import model_missing, model_twice
from mlops_gitops.definitions.pipeline.jobs import image_mistakes, image_of
from mlops_gitops.definitions.pipeline.shorthand import Mistake, Shorthand, given

_SEVERAL = "containers"
_SINGLE = ("image_uri", "framework", "framework_version", "model_data", "environment")


def containers_of(step: Shorthand) -> list[dict[str, Json]]:
    """Give the containers of a step's model, in the order in which requests go through them."""
    return [_container(each) for each in _parts(step)]


def is_sequence(step: Shorthand) -> bool:
    """Tell whether a step lists containers, instead of being about a single one."""
    return _SEVERAL in step.value


def container_mistakes(step: Shorthand) -> Iterator[Mistake]:
    """Say what is wrong with the containers of a step: no image, no artifact, or both twice."""
    if is_sequence(step):
        for key in _SINGLE:
            if key in step.value:
                yield step.mistake(model_twice(key), key)
    for part in _parts(step):
        yield from image_mistakes(part)
        if "model_data" not in part.value:
            yield part.mistake(model_missing(step.name))


def _parts(step: Shorthand) -> Iterator[Shorthand]:
    """Give each container as if it were a step, so that its members are read alike."""
    if not is_sequence(step):
        yield step
        return
    written = step.value[_SEVERAL]
    for index, each in enumerate(written if isinstance(written, list) else ()):
        if isinstance(each, dict):
            value = {**each, "name": step.name}
            yield replace(step, value=value, at=(*step.at, _SEVERAL, index))


def _container(part: Shorthand) -> dict[str, Json]:
    return {
        "Image": image_of(part),
        "ModelDataUrl": part.scalar("model_data"),
        **given(Environment=part.mapped("environment")),
        **given(ContainerHostname=part.value.get("hostname")),
    }
