"""Look up: what configs name outside of git, as it is just now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from mlops_gitops.config.declared import Config
from mlops_gitops.config.inputs import IMAGE, missing_image, missing_object
from mlops_gitops.config.schemas import CONTENT
from mlops_gitops.definitions.content import Content
from mlops_gitops.desired.context import Inputs
from mlops_gitops.ports import NO_SUCH_IMAGE
from mlops_gitops.problems import Problem
from mlops_gitops.use_cases.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedUp:
    """What was found, and a problem for everything that a config names and that is not there."""

    inputs: Inputs
    problems: tuple[Problem, ...]


def look_up(world: World, configs: Sequence[Config], known: Inputs) -> LookedUp:
    """Read the contents of artifacts and the digests of images.

    Args:
        world: AWS.
        configs: all of the repository.
        known: what needs no looking up.
    """
    keys = sorted({key for config in configs for key in config.texts(CONTENT).values()})
    found = world.assets.contents(keys) if keys else {}
    uris = sorted({uri for config in configs if (uri := _tagged(config))})
    digests = world.images.digests(uris) if uris else {}
    inputs = replace(
        known,
        contents={
            key: Content(key=key, etag=version.etag, size=version.size)
            for key, version in found.items()
        },
        image_digests={uri: at for uri, at in digests.items() if at != NO_SUCH_IMAGE},
    )
    problems = [
        problem
        for config in configs
        for problem in (
            *_missing_objects(world, config, inputs),
            *_missing_image(config, digests),
        )
    ]
    return LookedUp(inputs=inputs, problems=tuple(problems))


def _tagged(config: Config) -> str:
    """Give the image that a config names by something that may be moved; empty if by digest."""
    uri = config.fields.get(IMAGE)
    return uri.strip() if isinstance(uri, str) and "@" not in uri else ""


def _missing_objects(world: World, config: Config, inputs: Inputs) -> Iterator[Problem]:
    for field, key in config.texts(CONTENT).items():
        if key not in inputs.contents:
            yield missing_object(config, field, key, world.settings.assets_bucket)


def _missing_image(config: Config, digests: Mapping[str, str]) -> Iterator[Problem]:
    if digests.get(_tagged(config)) == NO_SUCH_IMAGE:
        yield missing_image(config)
