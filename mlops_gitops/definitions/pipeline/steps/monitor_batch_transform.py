"""Monitored transform: a batch transform, and a check before or after it.

The steps are called NAME-transform and NAME-monitoring, as `MonitorBatchTransformStep` of the
SageMaker Python SDK calls them.
"""

from collections.abc import Iterator
from dataclasses import replace

from mlops_gitops.config.document import Json
from mlops_gitops.config.pipeline_model_problems import (
    check_choice,
    checked_too_early,
    no_baseline_to_watch,
)
from mlops_gitops.definitions.pipeline.checks import image_mistakes, kind_mistakes
from mlops_gitops.definitions.pipeline.clarify import KINDS as CLARIFY_KINDS
from mlops_gitops.definitions.pipeline.shorthand import Compiled, Mistake, Shorthand, together
from mlops_gitops.definitions.pipeline.steps import clarify_check, quality_check, transform

_CHECKS = {"quality": quality_check, "clarify": clarify_check}
_KINDS = {"quality": tuple(quality_check.KINDS), "clarify": tuple(CLARIFY_KINDS)}
_FRAMEWORKS = {"quality": "model-monitor", "clarify": "clarify"}
_BASELINES = {
    "quality": ("supplied_baseline_statistics", "supplied_baseline_constraints"),
    "clarify": ("supplied_baseline_constraints",),
}
_EARLY = ("data_quality", "explainability")
_BEFORE = "monitor_before_transform"


def compile_step(step: Shorthand) -> Compiled:
    """Give the transform and its check, one of which waits for the other."""
    is_before = bool(step.value.get(_BEFORE))
    kind = next(kind for kind in _CHECKS if kind in step.value)
    first, last = f"{step.name}-transform", f"{step.name}-monitoring"
    transformed = _part(step, first, "transform", after=last if is_before else "")
    checked = _part(step, last, kind, after="" if is_before else first)
    checked = replace(checked, value={**checked.value, **_control(step, kind)})
    made = (transform.compile_step(transformed), _CHECKS[kind].compile_step(checked))
    return together(replace(each, origins=_placed(each, step)) for each in made)


def mistakes(step: Shorthand) -> Iterator[Mistake]:
    """Say what is wrong with its check: none, two, no baseline, or before what it needs."""
    found = [kind for kind in _CHECKS if kind in step.value]
    if len(found) != 1:
        yield step.mistake(check_choice(len(found)), *found[1:2])
        return
    (kind,) = found
    yield from _of_check(step, kind)
    if not all(key in step.value for key in _BASELINES[kind]):
        yield step.mistake(no_baseline_to_watch(" and ".join(_BASELINES[kind])))
    about = step.value[kind]
    is_early = isinstance(about, dict) and any(each in about for each in _EARLY)
    if step.value.get(_BEFORE) and not is_early:
        yield step.mistake(checked_too_early(), _BEFORE)


def _of_check(step: Shorthand, kind: str) -> Iterator[Mistake]:
    about = step.value[kind]
    value = {**about, "name": step.name} if isinstance(about, dict) else {}
    check = replace(step, value=value, at=(*step.at, kind))
    yield from kind_mistakes(check, _KINDS[kind])
    yield from image_mistakes(check, _FRAMEWORKS[kind])
    yield from clarify_check.analysis_mistakes(check)


def _part(step: Shorthand, name: str, key: str, after: str) -> Shorthand:
    """Give one of the two as a shorthand of its own."""
    about = step.value[key]
    written = step.value.get("depends_on")
    before: list[Json] = list(written) if isinstance(written, list) else []
    value: dict[str, Json] = {
        **(about if isinstance(about, dict) else {}),
        "name": name,
        "depends_on": [after] if after else before,
    }
    for shown in ("display_name", "description"):
        if shown in step.value:
            text = str(step.value[shown])
            suffix = name.removeprefix(step.name)
            value[shown] = f"{text}{suffix}" if shown == "display_name" else text
    return replace(step, value=value)


def _control(step: Shorthand, kind: str) -> dict[str, Json]:
    more = ("fail_on_violation", *_BASELINES[kind])
    given = {key: step.value[key] for key in more if key in step.value}
    return {"skip_check": False, "register_new_baseline": False, **given}


def _placed(made: Compiled, step: Shorthand) -> tuple[tuple[str, tuple[str | int, ...]], ...]:
    return tuple((name, step.at) for name, _ in made.origins)
