"""MG070: Two configs declare one workload.

A workload is known by its pipeline type and its model's name, upper and lower case alike, never by
its path. Two configs of one workload would overwrite each other with every deployment.

Wrong:
    a/mlops-config.json and b/mlops-config.json, both with "model_name": "churn" and one type

Right:
    "model_name": "churn" in one of them and "model_name": "churn-eu" in the other
"""

from collections.abc import Iterator, Sequence

from mlops_gitops.config.declared import Config, Workload
from mlops_gitops.config.said import Said, listed, printable, quoted
from mlops_gitops.config.settings import Settings
from mlops_gitops.problems import Problem

_FEW = 3


def check(configs: Sequence[Config], settings: Settings) -> Iterator[Problem]:  # noqa: ARG001 - every rule is asked alike
    """Refuse the second config of a workload, naming the first."""
    first: dict[Workload, Config] = {}
    for config in configs:
        known = first.setdefault(config.workload, config)
        if known is config:
            continue
        document = config.document
        message = (
            f"{printable(document.path)} and {printable(known.document.path)} declare the same"
            f" workload: {config.workload.pipeline_type} {quoted(config.workload.model_name)}."
        )
        named_by = config.type.identity
        hint = f"Give one of them another {listed(named_by, 'or')}, or delete one."
        if differing := sorted(_differing(config, known)):
            hint += f" Different values of {listed(differing[:_FEW])} do not make them two."
        where, pointer = document.where(named_by[0]), document.pointer(named_by[0])
        yield Said("MG070", message, hint).at(where, pointer)


def _differing(config: Config, known: Config) -> set[str]:
    """Name the fields that differ, which somebody may have taken for a difference of workloads."""
    names = config.fields.keys() | known.fields.keys()
    differing = {name for name in names if config.fields.get(name) != known.fields.get(name)}
    return differing - set(config.type.identity)
