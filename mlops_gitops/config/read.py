"""Read configs: document x schemas x settings -> Config, or what is wrong with it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from mlops_gitops.config.declared import Config, Workload
from mlops_gitops.config.document import Document
from mlops_gitops.config.draft import Draft
from mlops_gitops.config.frameworks import Frameworks
from mlops_gitops.config.pipeline_type import find_type
from mlops_gitops.config.rules import rules_in
from mlops_gitops.config.schemas import PER_STAGE, PipelineType, Schemas
from mlops_gitops.config.settings import Settings
from mlops_gitops.config.shape import Shape, Verdict, compile_shape
from mlops_gitops.problems import Problem, errors_among

_NO_FIELDS = frozenset({"pipeline_type", "$schema"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What all configs of a repository are held to."""

    settings: Settings
    schemas: Schemas
    frameworks: Frameworks
    _compiled: dict[str, tuple[PipelineType, Shape]] = field(
        default_factory=dict, init=False, repr=False
    )

    def find(self, document: Document) -> tuple[PipelineType, Shape] | Problem:
        """Find the type of a config and its shape; both are made once per type."""
        name = document.value.get("pipeline_type")
        if isinstance(name, str) and name in self._compiled:
            return self._compiled[name]
        found = find_type(document, self.schemas)
        if isinstance(found, Problem):
            return found
        stages = tuple(stage.name for stage in self.settings.stages)
        self._compiled[found.name] = (found, compile_shape(found.schema, stages))
        return self._compiled[found.name]


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading one config: a config unless there are errors, and all problems."""

    config: Config | None
    problems: tuple[Problem, ...] = ()


def read_config(document: Document, contract: Contract) -> Reading:
    """Read one config."""
    found = contract.find(document)
    if isinstance(found, Problem):
        return Reading(None, (found,))
    type_, shape = found
    verdict = shape.check(document)
    draft = _draft(document, type_, contract, verdict)
    problems = (*verdict.problems, *_broken_rules(draft))
    return Reading(None if errors_among(problems) else _config(draft), problems)


def _draft(document: Document, type_: PipelineType, contract: Contract, verdict: Verdict) -> Draft:
    value = document.value
    written = {name: value[name] for name in value if name not in _NO_FIELDS and value[name] != ""}
    return Draft(
        document=document,
        type=type_,
        settings=contract.settings,
        frameworks=contract.frameworks,
        fields={name: written[name] for name in written if name not in verdict.wrong},
        mentioned=frozenset(written) | verdict.meant,
    )


def _broken_rules(draft: Draft) -> Iterator[Problem]:
    for rule in rules_in("config"):
        yield from rule.check(draft)


def _config(draft: Draft) -> Config:
    """Build the config; shape and rules have been checked, so nothing can be missing."""
    properties = draft.type.schema["properties"]
    staged = {
        name
        for name, value in draft.fields.items()
        if isinstance(value, dict) and PER_STAGE in properties[name]
    }
    return Config(
        workload=Workload(str(draft.fields["model_name"]).lower(), draft.type.name),
        blueprint=draft.type.blueprint,
        stack_postfix=draft.type.stack_postfix,
        fields=draft.fields,
        document=draft.document,
        staged=frozenset(staged),
    )
