"""Tuning: many training jobs, each with other hyperparameters; the 50 best are ranked.

The trials of its jobs belong to the experiment of the pipeline, so none is named here.
"""

from collections.abc import Iterator, Mapping

from mlops_gitops.config import pipeline_job_problems as say
from mlops_gitops.config.document import Json
from mlops_gitops.definitions.pipeline import training_jobs, training_parts
from mlops_gitops.definitions.pipeline.envelope import single
from mlops_gitops.definitions.pipeline.references import scalar, scalars
from mlops_gitops.definitions.pipeline.shorthand import Compiled, Mistake, Shorthand, given
from mlops_gitops.definitions.pipeline.sugar import tuning_output
from mlops_gitops.definitions.pipeline.text import as_text

_BOUNDED = {"continuous": "ContinuousParameterRanges", "integer": "IntegerParameterRanges"}
_CATEGORICAL = "categorical"


def compile_step(step: Shorthand) -> Compiled:
    """Give the step of type `Tuning`."""
    script = training_parts.script_of(step)
    static = {**training_parts.hyperparameters(step), **script.hyperparameters}
    output = training_jobs.output(step) | {
        "S3OutputPath": tuning_output(step.name, step.value, step.around)
    }
    jobs: dict[str, Json] = {
        "RoleArn": step.around.role_arn,
        "AlgorithmSpecification": training_parts.algorithm(step),
        **given(StaticHyperParameters=static),
        "InputDataConfig": training_jobs.channels(step),
        "OutputDataConfig": output,
        "ResourceConfig": training_jobs.resources(step),
        "StoppingCondition": training_jobs.limits(step),
        **training_jobs.surroundings(step),
    }
    arguments: dict[str, Json] = {
        "HyperParameterTuningJobConfig": _search(step),
        "TrainingJobDefinition": jobs,
        **given(WarmStartConfig=_warm_start(step)),
    }
    made = single(step, "Tuning", arguments)
    return Compiled(steps=made.steps, origins=made.origins, assets=script.assets)


def mistakes(step: Shorthand) -> Iterator[Mistake]:
    """Say what is wrong with the training jobs, with the ranges and with the numbers of jobs."""
    yield from training_parts.training_mistakes(step)
    yield from _range_mistakes(step)
    jobs, parallel = step.value.get("max_jobs"), step.value.get("max_parallel_jobs")
    if isinstance(jobs, int) and isinstance(parallel, int) and parallel > jobs:
        yield step.mistake(say.more_at_once(parallel, jobs), "max_parallel_jobs")


def _search(step: Shorthand) -> dict[str, Json]:
    objective = step.value["objective"]
    about: Mapping[str, Json] = objective if isinstance(objective, dict) else {}
    return {
        "Strategy": step.value.get("strategy", "Bayesian"),
        "HyperParameterTuningJobObjective": {"Type": about["goal"], "MetricName": about["metric"]},
        "ResourceLimits": {
            "MaxNumberOfTrainingJobs": step.scalar("max_jobs"),
            "MaxParallelTrainingJobs": _or(step.scalar("max_parallel_jobs"), 1),
        },
        "ParameterRanges": _ranges(step),
        "TrainingJobEarlyStoppingType": step.value.get("early_stopping", "Off"),
        **given(RandomSeed=step.value.get("random_seed")),
    }


def _or(value: Json, otherwise: int) -> Json:
    return otherwise if value is None else value


def _ranges(step: Shorthand) -> dict[str, Json]:
    bounded: dict[str, Json] = {
        member: [_bounded(step, *each) for each in _of_kind(step, kind).items()]
        for kind, member in _BOUNDED.items()
    }
    choices: list[Json] = [
        {"Name": name, "Values": [as_text(step, each) for each in scalars(values)]}
        for name, values in _of_kind(step, _CATEGORICAL).items()
    ]
    return given(**bounded, CategoricalParameterRanges=choices)


def _bounded(step: Shorthand, name: str, bounds: Json) -> Json:
    least, most = (as_text(step, each) for each in scalars(bounds))
    return {"Name": name, "MinValue": least, "MaxValue": most, "ScalingType": "Auto"}


def _of_kind(step: Shorthand, kind: str) -> Mapping[str, Json]:
    ranges = step.value["ranges"]
    found = ranges.get(kind) if isinstance(ranges, dict) else None
    return found if isinstance(found, dict) else {}


def _warm_start(step: Shorthand) -> dict[str, Json]:
    written = step.value.get("warm_start")
    if not isinstance(written, dict):
        return {}
    parents = written["parents"]
    named: list[Json] = [
        {"HyperParameterTuningJobName": scalar(each)}
        for each in (parents if isinstance(parents, list) else ())
    ]
    return {"WarmStartType": written["type"], "ParentHyperParameterTuningJobs": named}


def _range_mistakes(step: Shorthand) -> Iterator[Mistake]:
    fixed, seen = step.mapped("hyperparameters"), set[str]()
    for kind in (*_BOUNDED, _CATEGORICAL):
        for name, values in _of_kind(step, kind).items():
            at = ("ranges", kind, name)
            if name in fixed:
                yield step.mistake(say.fixed_and_searched(name), *at)
            if name in seen:
                yield step.mistake(say.searched_twice(name), *at)
            seen.add(name)
            if kind in _BOUNDED and _is_upside_down(values):
                yield step.mistake(say.range_upside_down(name), *at)


def _is_upside_down(bounds: Json) -> bool:
    match bounds:
        case [int() | float() as least, int() | float() as most]:
            return least >= most
        case _:
            return False
