"""Check inputs: is everything there that configs name, before anything is deployed?"""

from collections.abc import Iterator, Sequence

from mlops_gitops.config.declared import Config
from mlops_gitops.config.inputs import ARTIFACT, PACKAGE, missing_artifact, missing_package
from mlops_gitops.errors import InvalidRepository
from mlops_gitops.problems import Problem
from mlops_gitops.use_cases.side_by_side import side_by_side
from mlops_gitops.use_cases.world import World


def check_inputs(world: World, configs: Sequence[Config]) -> None:
    """Look for every artifact and model package that configs about to be deployed name.

    Raises:
        InvalidRepository: something is missing; it carries a problem for each.
    """
    found = side_by_side(lambda config: tuple(_check(world, config)), configs)
    problems = tuple(problem for each in found for problem in each)
    if problems:
        raise InvalidRepository(problems)


def _check(world: World, config: Config) -> Iterator[Problem]:
    artifact = config.fields.get(ARTIFACT)
    if isinstance(artifact, str) and artifact and world.assets.latest(artifact) is None:
        yield missing_artifact(config, artifact, world.settings.assets_bucket)
    package = config.fields.get(PACKAGE)
    if isinstance(package, str) and package and world.models.package_status(package) is None:
        yield missing_package(config, package)
