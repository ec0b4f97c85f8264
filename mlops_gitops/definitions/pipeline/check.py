"""Check: what is wrong with a definition as a whole, told where the config declares it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from mlops_gitops.config import pipeline_loop_problems as say_more
from mlops_gitops.config import pipeline_problems as say
from mlops_gitops.config.document import Json, Path
from mlops_gitops.config.pipeline_job_problems import not_ensembling
from mlops_gitops.config.said import Said
from mlops_gitops.definitions.pipeline.definition import Definition
from mlops_gitops.definitions.pipeline.loops import (
    loop_mistakes,
    loop_reference,
    loops_of,
    outside_of_loop,
)
from mlops_gitops.definitions.pipeline.properties import property_mistake
from mlops_gitops.definitions.pipeline.requests import request_mistakes
from mlops_gitops.definitions.pipeline.shorthand import Mistake
from mlops_gitops.definitions.pipeline.step_rules import step_mistakes
from mlops_gitops.executor.language import (
    EXECUTION_VARIABLES,
    Kind,
    Reference,
    all_steps,
    mistakes,
    needs,
    nested_steps,
    own_needs,
    references,
)
from mlops_gitops.executor.retries import EXCEPTIONS
from mlops_gitops.problems import Severity

LIMIT = 1_048_576
"""Characters. Source: `PipelineDefinition`, CreatePipeline of the SageMaker API reference."""
TYPES = frozenset(
    {
        "AutoML", "Callback", "Cleanup", "ClarifyCheck", "Condition", "EMR", "EMRServerless",
        "Endpoint", "EndpointConfig", "Fail", "ForEach", "InferenceComponent", "Job", "Lambda",
        "Lineage", "Model", "Processing", "QualityCheck", "RegisterModel", "Training", "Transform",
        "Tuning",
    }
)  # fmt: skip
"""Types of steps that both majors of the SageMaker Python SDK write."""
_RETRIED = frozenset(
    {
        "AutoML", "EMR", "EMRServerless", "EndpointConfig", "Model", "Processing", "RegisterModel",
        "Training", "Transform", "Tuning",
    }
)  # fmt: skip
_CACHED = frozenset(
    {
        "AutoML", "Callback", "ClarifyCheck", "EMR", "EMRServerless", "Endpoint", "EndpointConfig",
        "Lambda", "Processing", "QualityCheck", "Training", "Transform", "Tuning",
    }
)  # fmt: skip
_FEATURES = (
    ("RetryPolicies", "retries", _RETRIED),
    ("CacheConfig", "cache", _CACHED),
)
_MODE = "ENSEMBLING"
_BRANCHES = frozenset({"IfSteps", "ElseSteps", "ForEachBody"})


@dataclass(frozen=True)
class _Checked:
    """A definition and what is looked up in it again and again."""

    definition: Definition

    @cached_property
    def steps(self) -> tuple[tuple[dict[str, Json], Path], ...]:
        """Every step, and where in the config it is; for a shorthand, where that is."""
        found = all_steps(list(self.definition.steps))
        places = (at for _, at in self.definition.origins)
        return tuple(zip((step for step, _ in found), places, strict=False))

    @cached_property
    def by_name(self) -> Mapping[str, Mapping[str, Json]]:
        """The steps by name; of two alike the first."""
        found: dict[str, Mapping[str, Json]] = {}
        for step, _ in self.steps:
            found.setdefault(str(step.get("Name")), step)
        return found

    @cached_property
    def loops(self) -> Mapping[str, str]:
        """The loop of each step that is inside of one, by names."""
        return loops_of([step for step, _ in self.steps])

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters."""
        return tuple(str(each.get("Name")) for each in self.definition.parameters)


def definition_mistakes(definition: Definition, config: Json) -> Iterator[Mistake]:
    """Say what is wrong with a compiled definition.

    Args:
        definition: compiled.
        config: the whole of what the user wrote, to tell steps as written from shorthands.
    """
    checked = _Checked(definition)
    found = [*_names(checked), *_of_steps(checked, config)]
    yield from found
    # A name that two steps have, or a step after the last one, makes circles that are none.
    if all(mistake.said.severity is Severity.WARNING for mistake in found):
        yield from _cycles(checked)
    size = len(definition.text())
    if size > LIMIT:
        yield Mistake(("steps",), say.too_large(size, LIMIT))


def _of_steps(checked: _Checked, config: Json) -> Iterator[Mistake]:
    for step, at in checked.steps:
        is_written = _is_written(config, at)
        for place, said in _of_step(checked, step):
            yield Mistake((*at, *place) if is_written else at, said)


def _is_written(config: Json, at: Path) -> bool:
    """Tell whether what stands at a place is a step in the definition's spelling."""
    for part in at:
        config = config[part]  # type: ignore[index]  # places are of this very value
    return isinstance(config, dict) and "type" not in config


def _names(checked: _Checked) -> Iterator[Mistake]:
    seen = set[str]()
    for step, at in checked.steps:
        name = str(step.get("Name"))
        if name in seen:
            yield Mistake(at, say.duplicate_step(name))
        seen.add(name)


def _of_step(checked: _Checked, step: Mapping[str, Json]) -> Iterator[tuple[Path, Said]]:
    kind = str(step.get("Type"))
    if kind not in TYPES:
        yield ("Type",), say.unknown_step_type(kind, sorted(TYPES))
    for key, what, types in _FEATURES:
        if key in step and kind in TYPES - types:
            yield (key,), say.no_retries(what, kind)
    yield from _exceptions(step)
    own = _without_branches(step)
    for wrong in mistakes(own):
        yield wrong.at, say.bad_reference(wrong.message)
    for reference in references(own):
        said = _reference(checked, step, reference)
        if said is not None:
            yield reference.at, said
    yield from _dependencies(checked, step)
    for said in loop_mistakes(step, checked.loops):
        yield ("Name",), said
    yield from step_mistakes(step, checked.by_name)
    for place, said in request_mistakes(kind, step.get("Arguments", {})):
        yield ("Arguments", *place), said
    yield from _mode(kind, step)


def _exceptions(step: Mapping[str, Json]) -> Iterator[tuple[Path, Said]]:
    """Hold retry policies to the failures that there are."""
    policies = step.get("RetryPolicies")
    for index, policy in enumerate(policies if isinstance(policies, list) else []):
        named = policy.get("ExceptionType") if isinstance(policy, dict) else None
        for name in named if isinstance(named, list) else []:
            if isinstance(name, str) and name not in EXCEPTIONS:
                yield (
                    ("RetryPolicies", index, "ExceptionType"),
                    say.unknown_exception(name, EXCEPTIONS),
                )


def _mode(kind: str, step: Mapping[str, Json]) -> Iterator[tuple[Path, Said]]:
    """Hold AutoML to the one mode in which steps of pipelines run."""
    match step.get("Arguments"):
        case {"AutoMLJobConfig": {"Mode": str() as mode}} if kind == "AutoML" and mode != _MODE:
            yield ("Arguments", "AutoMLJobConfig", "Mode"), not_ensembling(mode)


def _without_branches(step: Mapping[str, Json]) -> dict[str, Json]:
    """Leave out the steps inside of a step: they are looked at by themselves."""
    arguments = step.get("Arguments")
    if not isinstance(arguments, dict):
        return dict(step)
    own: dict[str, Json] = {key: arguments[key] for key in arguments if key not in _BRANCHES}
    return {**step, "Arguments": own}


def _reference(checked: _Checked, step: Mapping[str, Json], reference: Reference) -> Said | None:
    of_loop = loop_reference(step, reference, checked.loops)
    if of_loop is not None:
        return of_loop
    match reference.kind:
        case Kind.PARAMETER:
            known = checked.parameters
            is_known = reference.name in known
            return None if is_known else say.unknown_parameter(reference.name, known)
        case Kind.STEP | Kind.PROPERTY_FILE:
            return _of_another(checked, str(step.get("Name")), reference)
        case Kind.EXECUTION:
            name = reference.name
            known = tuple(sorted(EXECUTION_VARIABLES))
            return None if name in known else say_more.unknown_variable(name, known)
        case Kind.ITEM | Kind.OUTPUT:
            return None


def _of_another(checked: _Checked, own: str, reference: Reference) -> Said | None:
    other = checked.by_name.get(reference.name)
    if other is None:
        return say.unknown_step(reference.name, tuple(checked.by_name))
    if reference.name == own:
        return say.cycle((own, own))
    if other.get("Type") == "Fail":
        return say.after_fail(reference.name)
    if reference.kind is Kind.PROPERTY_FILE:
        files = other.get("PropertyFiles")
        listed = files if isinstance(files, list) else []
        names = [str(each.get("PropertyFileName")) for each in listed if isinstance(each, dict)]
        name = str(reference.path[0])
        return None if name in names else say.unknown_property_file(reference.name, name, names)
    return property_mistake(other, reference)


def _dependencies(checked: _Checked, step: Mapping[str, Json]) -> Iterator[tuple[Path, Said]]:
    depends = step.get("DependsOn")
    for index, each in enumerate(depends if isinstance(depends, list) else []):
        name = str(each.get("Step") if isinstance(each, dict) else each)
        place: Path = ("DependsOn", index)
        if name not in checked.by_name:
            yield place, say.unknown_step(name, tuple(checked.by_name))
        elif checked.by_name[name].get("Type") == "Fail":
            yield place, say.after_fail(name)
        else:
            said = outside_of_loop(str(step.get("Name")), name, checked.loops)
            if said is not None:
                yield place, said


def _cycles(checked: _Checked) -> Iterator[Mistake]:
    """Name the steps that wait for each other, outside of others and inside."""
    places = {id(step): at for step, at in checked.steps}
    levels: list[tuple[list[Mapping[str, Json]], Mapping[str, Json] | None]]
    levels = [(list(checked.definition.steps), None)]
    levels += [(_inside(step), step) for step, _ in checked.steps if _inside(step)]
    for steps, around in levels:
        in_circle = _circular(_waits(steps, around))
        if in_circle:
            known = [*steps, *([around] if around else [])]
            place = next(places[id(step)] for step in known if step.get("Name") == in_circle[0])
            yield Mistake(place, say.cycle(in_circle))


def _inside(step: Mapping[str, Json]) -> list[Mapping[str, Json]]:
    """Give the steps directly inside of a step."""
    return [
        each
        for _, inner in nested_steps(step)
        for each in (inner if isinstance(inner, list) else ())
        if isinstance(each, dict)
    ]


def _waits(
    steps: Sequence[Mapping[str, Json]], around: Mapping[str, Json] | None
) -> dict[str, set[str]]:
    """Say what waits for what; steps inside of another one wait as it does.

    Args:
        steps: that stand side by side.
        around: what they are inside of; it is decided before they start.
    """
    holder = {
        str(each.get("Name")): str(step.get("Name"))
        for step in steps
        for each, _ in all_steps([dict(step)])
    }
    waits = {}
    for step in steps:
        name = str(step.get("Name"))
        waits[name] = {holder[need] for need in needs(step) if need in holder} - {name}
    if around:
        own = str(around.get("Name"))
        inside = {holder[need.step] for need in own_needs(around) if need.step in holder}
        waits = {name: {*others, own} for name, others in waits.items()} | {own: inside}
    return waits


def _circular(waits: Mapping[str, set[str]]) -> tuple[str, ...]:
    """Take away what waits for nothing and what nothing waits for; what stays goes in circles."""
    left = dict(waits)
    while True:
        awaited = {name for others in left.values() for name in others}
        free = [name for name in left if not left[name] & left.keys() or name not in awaited]
        if not free:
            return tuple(left)
        left = {name: others for name, others in left.items() if name not in free}
