"""MG071: One endpoint name is used twice in one account.

Endpoint names are unique in an account and region, upper and lower case alike. The second
deployment would fail, or take over the first one's endpoint. Two stages may share an account; then
their endpoints need two names.

Wrong:
    "endpoint_name": "churn" in two configs

Right:
    "endpoint_name": "churn" in one and "endpoint_name": "churn-eu" in the other
"""

from collections.abc import Iterator, Sequence

from mlops_gitops.config.declared import Config
from mlops_gitops.config.said import Said, printable, quoted
from mlops_gitops.config.schemas import UNIQUE
from mlops_gitops.config.settings import Settings, Stage
from mlops_gitops.problems import Location, Problem

_FIELD = "endpoint_name"


def check(configs: Sequence[Config], settings: Settings) -> Iterator[Problem]:  # noqa: ARG001 - every rule is asked alike
    """Refuse the second use of a name, naming the first."""
    first: dict[tuple[str, str], tuple[Config, Stage]] = {}
    said_at: set[Location] = set()
    for config in configs:
        if _FIELD not in config.fields or _FIELD not in config.type.annotated.get(UNIQUE, ()):
            continue
        for stage in config.stages:
            name = config.value(_FIELD, stage.name)
            if not isinstance(name, str):
                continue
            known, other = first.setdefault((stage.account, name.lower()), (config, stage))
            itself = known is config and other is stage
            if itself or _one_workload_twice(known, config):
                continue
            where = config.where(_FIELD, stage.name)
            if where not in said_at:
                said_at.add(where)
                path = (_FIELD, stage.name) if _FIELD in config.staged else (_FIELD,)
                yield _taken(name, stage, known, other).at(where, config.document.pointer(*path))


def _one_workload_twice(known: Config, config: Config) -> bool:
    """Whether MG070 speaks of these two already."""
    return known is not config and known.workload == config.workload


def _taken(name: str, stage: Stage, known: Config, other: Stage) -> Said:
    place = known.where(_FIELD, other.name)
    message = (
        f"Endpoint {quoted(name)} of stage {stage.name} is already used in account {stage.account}"
        f" by stage {other.name} of {printable(place.path)}, line {place.line}."
    )
    return Said("MG071", message, "Give each endpoint of an account its own name.")
