"""Read the settings: bytes of `mlops-gitops.yaml` -> Settings, or what is wrong with them."""

from functools import lru_cache
from typing import Any

from mlops_gitops.config.document import Document, pointer
from mlops_gitops.config.read_installation import contradictions, network_of, read_installation
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schemas
from mlops_gitops.config.settings import (
    SETTINGS_PATH,
    Approval,
    DriftPolicy,
    RegistryMode,
    Settings,
    Stage,
)
from mlops_gitops.config.shape import shape_of
from mlops_gitops.config.suspicions import suspicions, without
from mlops_gitops.config.yaml_document import read_yaml
from mlops_gitops.problems import Location, Problem

SETTINGS_SCHEMA = "settings"

_GATE_KEYS = ("approvers", "author_may_approve", "require_approval_for")
"""What says who or what may pass a gate."""
_DEFAULT_PREFIX = "mlops-pipeline"
_DEFAULT_CONFIGS = ("**/mlops-config.json",)


@lru_cache(maxsize=16)
def read_settings(data: bytes, schemas: Schemas) -> Settings | tuple[Problem, ...]:
    """Read the settings; if anything is wrong, give all problems instead."""
    document = read_yaml(SETTINGS_PATH, data)
    if isinstance(document, Problem):
        return (document,)
    schema = schemas.bundled(SETTINGS_SCHEMA)
    suspects = suspicions(document, schema)
    shape = shape_of(schemas, SETTINGS_SCHEMA, None).check(document)
    problems = (*suspects, *without(shape.problems, suspects))
    problems = problems or (
        *_repeated_stages(document),
        *_without_gate(document),
        *contradictions(document),
    )
    return problems or _settings(document)


def no_settings() -> Problem:
    """MG040: There are no settings.

    `mlops-gitops.yaml` at the root of the repository says which accounts, stages and buckets its
    configs are for. Without it no config means anything.

    Wrong:
        a repository with mlops-config.json alone

    Right:
        version: 1
        region: us-east-1
        assets_bucket: acme-mlops-assets
        orchestrator: {account: "111111111111"}
        stages:
          - {name: dev, account: "222222222222"}
    """
    return Said(
        "MG040",
        f"There is no {SETTINGS_PATH} at the root of the repository.",
        "Write one; `mlops-gitops explain MG040` shows the smallest.",
    ).at(Location(SETTINGS_PATH, 1, 1))


def repeated_stage(name: str, first: Location) -> Said:
    """MG041: Two stages have one name.

    Configs, stacks and approvals name a stage by its name alone.

    Wrong:
        stages:
          - {name: dev, account: "222222222222"}
          - {name: dev, account: "333333333333"}

    Right:
        stages:
          - {name: dev, account: "222222222222"}
          - {name: staging, account: "333333333333"}
    """
    message = f"Stage {quoted(name)} is already there on line {first.line}."
    return Said("MG041", message, "Give every stage its own name.")


def no_gate(stage: str, key: str) -> Said:
    """MG068: A stage says who may approve, or what needs approval, and has no gate.

    Without `approval: manual` nobody is asked before the stage is deployed, whatever
    `approvers`, `author_may_approve` or `require_approval_for` say.

    Wrong:
        - {name: prod, account: "444444444444", author_may_approve: false}

    Right:
        - {name: prod, account: "444444444444", approval: manual, author_may_approve: false}
    """
    message = f"Stage {quoted(stage)} has {key}, and no gate where anybody would be asked."
    return Said("MG068", message, f"Add approval: manual, or leave {key} out.")


def _without_gate(document: Document) -> tuple[Problem, ...]:
    return tuple(
        no_gate(stage["name"], key).at(
            document.where("stages", index, key), pointer(("stages", index, key))
        )
        for index, stage in enumerate(_raw(document)["stages"])
        for key in _GATE_KEYS
        if key in stage and stage.get("approval") != Approval.MANUAL.value
    )


def _repeated_stages(document: Document) -> tuple[Problem, ...]:
    names = [stage["name"] for stage in _raw(document)["stages"]]
    return tuple(
        repeated_stage(name, document.where("stages", names.index(name), "name")).at(
            document.where("stages", index, "name"), pointer(("stages", index, "name"))
        )
        for index, name in enumerate(names)
        if names.index(name) < index
    )


def _settings(document: Document) -> Settings:
    """Build the settings; the shape has been checked, so nothing required is missing."""
    raw = _raw(document)
    return Settings(
        path=document.path,
        prefix=raw.get("prefix", _DEFAULT_PREFIX),
        region=raw["region"],
        assets_bucket=raw["assets_bucket"],
        model_registry=RegistryMode(raw.get("model_registry", RegistryMode.OFF.value)),
        orchestrator_account=raw["orchestrator"]["account"],
        stages=tuple(_stage(document, index) for index in range(len(raw["stages"]))),
        notification_email=raw.get("notifications", {}).get("email"),
        configs=tuple(raw.get("configs", _DEFAULT_CONFIGS)),
        max_changed_percent=raw.get("max_changed_percent"),
        python=raw.get("python", ""),
        **read_installation(raw),
    )


def _stage(document: Document, index: int) -> Stage:
    raw = _raw(document)["stages"][index]
    risks = raw.get("require_approval_for")
    return Stage(
        name=raw["name"],
        account=raw["account"],
        approval=Approval(raw.get("approval", Approval.NONE.value)),
        where=document.where("stages", index),
        ou=raw.get("ou"),
        approvers=tuple(raw.get("approvers", ())),
        approval_timeout_minutes=raw.get("approval_timeout_minutes"),
        author_may_approve=raw.get("author_may_approve", True),
        block=tuple(raw.get("block", ())),
        protect_endpoints=raw.get("protect_endpoints", True),
        require_approval_for=None if risks is None else tuple(risks),
        network=network_of(raw),
        drift=DriftPolicy(raw.get("drift", DriftPolicy.OBSERVE.value)),
    )


def _raw(document: Document) -> Any:
    return document.value
