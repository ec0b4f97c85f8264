"""Check inputs: is every model package there, before anything is deployed?"""

from collections.abc import Iterator, Sequence

from mlops_gitops.config.declared import Config
from mlops_gitops.config.inputs import PACKAGE, missing_package
from mlops_gitops.problems import Problem
from mlops_gitops.use_cases.side_by_side import side_by_side
from mlops_gitops.use_cases.world import World


def missing_packages(world: World, configs: Sequence[Config]) -> tuple[Problem, ...]:
    """Look for every model package that configs about to be deployed name; say what is missing."""
    found = side_by_side(lambda config: tuple(_check(world, config)), configs)
    return tuple(problem for each in found for problem in each)


def _check(world: World, config: Config) -> Iterator[Problem]:
    package = config.fields.get(PACKAGE)
    if isinstance(package, str) and package and world.models.package_status(package) is None:
        yield missing_package(config, package)
