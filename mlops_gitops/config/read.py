"""Read configs: document x schemas x settings -> Config, or what is wrong with it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from mlops_gitops.config.declared import Config, Workload, identity_of
from mlops_gitops.config.document import Document
from mlops_gitops.config.draft import Draft
from mlops_gitops.config.frameworks import Frameworks
from mlops_gitops.config.limit import limited
from mlops_gitops.config.old_names import may_be_old
from mlops_gitops.config.pipeline_type import find_type
from mlops_gitops.config.retired import check_identity, is_retired, misspelt_state, retired
from mlops_gitops.config.rules import rules_in, rules_named
from mlops_gitops.config.schemas import PER_STAGE, STAGES, STATE, PipelineType, Schemas
from mlops_gitops.config.settings import Settings, Stage
from mlops_gitops.config.shape import Shape, Stages, Verdict, shape_of
from mlops_gitops.config.suspicions import suspicions, without
from mlops_gitops.config.whole import whole
from mlops_gitops.problems import Problem, errors_among

_NO_FIELDS = frozenset({"pipeline_type", "$schema"})
"""What is no field of any type; `state` is none of those that have it from us."""
_ANY_TYPE = {"properties": {"pipeline_type": {"pattern": "."}}}
"""What is known of a config whose type is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What all configs of a repository are held to."""

    settings: Settings
    schemas: Schemas
    frameworks: Frameworks
    _types: dict[str, PipelineType] = field(default_factory=dict, init=False, repr=False)

    def find(self, document: Document) -> tuple[PipelineType, Shape] | Problem:
        """Find the type of a config and its shape; both are made once."""
        name = document.value.get("pipeline_type")
        found = self._types.get(name) if isinstance(name, str) else None
        if found is None:
            looked_up = find_type(document, self.schemas)
            if isinstance(looked_up, Problem):
                return looked_up
            found = self._types[looked_up.name] = looked_up
        own = tuple(stage.name for stage in _stages(self.settings, found, document))
        stages = Stages(all=tuple(stage.name for stage in self.settings.stages), own=own)
        return found, shape_of(self.schemas, found.name, stages)


def _stages(settings: Settings, type_: PipelineType, document: Document) -> tuple[Stage, ...]:
    """Give the stages that a config runs in: those it names, else its type's."""
    named = document.value.get(STAGES)
    if isinstance(named, list) and named:
        return tuple(stage for stage in settings.stages if stage.name in named)
    return (settings.orchestrator_stage,) if type_.in_orchestrator else settings.stages


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading one config: a config unless there are errors, and all problems."""

    config: Config | None
    problems: tuple[Problem, ...] = ()


def read_config(document: Document, contract: Contract) -> Reading:
    """Read one config."""
    found = _old_format(document, contract) or contract.find(document)
    if isinstance(found, Problem):
        suspects = suspicions(document, _ANY_TYPE)
        return Reading(None, (*suspects, *without((found,), suspects)))
    type_, shape = found
    suspects = suspicions(document, type_.schema)
    if is_retired(document, type_):
        return _retired(document, type_, contract.settings, suspects)
    verdict = shape.check(document)
    if misspelt := misspelt_state(verdict):
        return Reading(None, misspelt)
    draft = _draft(document, type_, contract, verdict)
    others = without((*verdict.problems, *_broken_rules(draft)), suspects)
    problems = limited((*suspects, *others), document)
    return Reading(None if errors_among(problems) else _config(draft), problems)


def _retired(
    document: Document, type_: PipelineType, settings: Settings, suspects: tuple[Problem, ...]
) -> Reading:
    others = without(check_identity(document, type_, settings).problems, suspects)
    problems = limited((*suspects, *others), document)
    is_bad = bool(errors_among(problems))
    return Reading(None if is_bad else retired(document, type_, settings), problems)


def _old_format(document: Document, contract: Contract) -> Problem | None:
    if not may_be_old(document.value):
        return None
    from mlops_gitops.config.old_format import find_old_format, old_format

    found = find_old_format(document, contract.schemas)
    return None if found is None else old_format(found, document)


def _draft(document: Document, type_: PipelineType, contract: Contract, verdict: Verdict) -> Draft:
    value, known = document.value, type_.schema["properties"]
    none = _NO_FIELDS | {STATE} if type_.has_state else _NO_FIELDS
    written = {name: value[name] for name in value if name not in none and value[name] != ""}
    return Draft(
        document=document,
        type=type_,
        settings=contract.settings,
        frameworks=contract.frameworks,
        fields={
            name: whole(type_.schema, known[name], written[name])
            for name in written
            if name in known and name not in verdict.wrong
        },
        mentioned=frozenset(written) | verdict.meant | verdict.wrong,
    )


def _broken_rules(draft: Draft) -> Iterator[Problem]:
    for rule in (*rules_in("config"), *rules_named(draft.type.rules)):
        yield from rule.check(draft)


def _config(draft: Draft) -> Config:
    """Build the config; shape and rules have been checked, so nothing can be missing."""
    properties = draft.type.schema["properties"]
    staged = {
        name
        for name, value in draft.fields.items()
        if isinstance(value, dict) and PER_STAGE in properties[name]
    }
    identity = [str(draft.fields[name]) for name in draft.type.identity]
    return Config(
        workload=Workload(identity_of(identity), draft.type.name),
        type=draft.type,
        stages=_stages(draft.settings, draft.type, draft.document),
        fields=draft.fields,
        document=draft.document,
        staged=frozenset(staged),
    )
