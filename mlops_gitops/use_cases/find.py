"""Find the workload and the stage that a user names."""

from difflib import get_close_matches

from mlops_gitops.config.said import listed, quoted
from mlops_gitops.config.settings import Settings, Stage
from mlops_gitops.desired.names import workload_stack
from mlops_gitops.errors import UsageError
from mlops_gitops.use_cases.orphans import delivered_workloads
from mlops_gitops.use_cases.world import World


def find_stage(settings: Settings, name: str) -> Stage:
    """Give the stage of a name.

    Raises:
        UsageError: no stage has that name.
    """
    try:
        return settings.stage(name)
    except KeyError as error:
        hint = f"The stages are {listed(stage.name for stage in settings.places)}."
        raise UsageError(f"There is no stage {quoted(name)}.", hint=hint) from error


def _delivered(world: World, name: str) -> str:
    """Find a workload that no config declares by its delivery pipeline; empty if there is none."""
    found = [
        full
        for full, workload in delivered_workloads(world).items()
        if name.lower() in (full, workload.model_name)
    ]
    return found[0] if len(found) == 1 else ""


def find_workload(world: World, name: str) -> str:
    """Give the full name of a workload.

    Args:
        world: the repository and AWS.
        name: a model name, or the full name where one model has several workloads.

    Raises:
        UsageError: no workload has that name, or several do. One that no config declares is found
            by its delivery pipeline: a tombstone may wait there.
    """
    full = {workload_stack(world.settings, config): config for config in world.repository.configs}
    if name in full:
        return name
    found = [key for key, config in full.items() if config.workload.model_name == name.lower()]
    if len(found) == 1:
        return found[0]
    if found:
        hint = "Name one of these: " + ", ".join(sorted(found))
        raise UsageError(f"{len(found)} workloads are called {name!r}.", hint=hint)
    if delivered := _delivered(world, name):
        return delivered
    known = sorted(config.workload.model_name for config in full.values())
    raise UsageError(f"There is no workload {name!r}.", hint=_hint(name, known))


def _hint(name: str, known: list[str]) -> str:
    if not known:
        return "No config declares any, and none of that name is deployed."
    close = get_close_matches(name.lower(), known, n=1)
    return f"Did you mean {close[0]!r}?" if close else f"Known workloads: {', '.join(known)}."
