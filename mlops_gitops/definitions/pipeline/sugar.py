"""References to what only steps of one kind have: top models, best models, results.

They are looked for wherever they stand in a step, before the step is compiled.
"""

from collections.abc import Iterator, Mapping

from mlops_gitops.config import pipeline_job_problems as say
from mlops_gitops.config.document import Json, Path
from mlops_gitops.definitions.pipeline.references import get, joined, scalar
from mlops_gitops.definitions.pipeline.shorthand import Mistake, Shorthand
from mlops_gitops.definitions.pipeline.surroundings import Surroundings

_TOP, _BEST, _RESULT = "top_model", "best_model", "result"
_NESTED = frozenset({"if_steps", "else_steps", "steps"})
"""Steps inside of a step; each is looked at by itself."""


def without_top_models(value: Json, around: Surroundings) -> Json:
    """Give a step with each top model in the definition's spelling."""
    match value:
        case {"top_model": {"step": str() as name, **rest}, **others} if not others:
            rank = rest.get("top_k", 0)
            return _top_model(name, rank if isinstance(rank, int) else 0, around)
        case dict():
            return {
                key: each if key in _NESTED else without_top_models(each, around)
                for key, each in value.items()
            }
        case list():
            return [without_top_models(each, around) for each in value]
        case _:
            return value


def tuning_output(name: str, step: Mapping[str, Json], around: Surroundings) -> Json:
    """Say where the jobs of a tuning step write.

    By default that is the same for all executions: what a cache or a selective execution takes
    over is of an earlier one, and jobs have names of their own anyway.
    """
    own: Json = f"{around.folder}/{name}"
    written = scalar(step.get("output_uri"))
    given = written.removesuffix("/") if isinstance(written, str) else written
    return own if given is None else given


def sugar_mistakes(step: Shorthand) -> Iterator[Mistake]:
    """Say which of a step's references are to steps of another kind, or to too low a rank."""
    for kind, about, at in _found(step.value, step.at):
        if kind == _TOP:
            yield from _top_model_mistakes(about, at, step.around)
        else:
            yield from _kind_mistakes(kind, str(about["step"]), at, step.around)


def _top_model(name: str, rank: int, around: Surroundings) -> Json:
    """Put the address of a model together as `get_top_model_s3_uri` of the SDK does."""
    job = get(f"Steps.{name}.TrainingJobSummaries[{rank}].TrainingJobName")
    declared = around.declared.get(name)
    output = (
        get(f"Steps.{name}.TrainingJobDefinition.OutputDataConfig.S3OutputPath")
        if declared is None
        else tuning_output(name, declared, around)
    )
    return joined(output, job, "output/model.tar.gz")


def _top_model_mistakes(
    about: Mapping[str, Json], at: Path, around: Surroundings
) -> Iterator[Mistake]:
    name = str(about["step"])
    declared = around.declared.get(name)
    if declared is None:
        return  # as written, or not there at all: the definition is held to its references
    if declared["type"] != "tuning":
        yield Mistake((*at, _TOP, "step"), say.no_tuning_step(name, _of_type("tuning", around)))
        return
    rank, jobs = about.get("top_k", 0), declared.get("max_jobs")
    if isinstance(rank, int) and isinstance(jobs, int) and rank >= jobs:
        yield Mistake((*at, _TOP, "top_k"), say.rank_too_low(name, rank, jobs))


def _kind_mistakes(kind: str, name: str, at: Path, around: Surroundings) -> Iterator[Mistake]:
    wanted, said = _KINDS[kind]
    declared = around.declared.get(name)
    if declared is not None and declared["type"] != wanted:
        yield Mistake((*at, kind, "step"), said(name, _of_type(wanted, around)))


_KINDS = {
    _BEST: ("auto_ml", say.no_auto_ml_step),
    _RESULT: ("function", say.no_function_step),
}


def _of_type(kind: str, around: Surroundings) -> tuple[str, ...]:
    return tuple(name for name, step in around.declared.items() if step["type"] == kind)


def _found(
    value: "Json | Mapping[str, Json]", at: Path
) -> Iterator[tuple[str, Mapping[str, Json], Path]]:
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from _found(each, (*at, index))
    elif isinstance(value, Mapping):
        for key, each in value.items():
            is_one = len(value) == 1 and key in (_TOP, _BEST, _RESULT)
            if is_one and isinstance(each, Mapping) and "step" in each:
                yield key, each, at
            elif key not in _NESTED:
                yield from _found(each, (*at, key))
