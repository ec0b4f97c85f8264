"""Training: an algorithm or a script makes a model from data."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlops_gitops.definitions.pipeline import training_jobs, training_parts
from mlops_gitops.definitions.pipeline.envelope import single
from mlops_gitops.definitions.pipeline.shorthand import Compiled, Mistake, Shorthand, given

if TYPE_CHECKING:
    from mlops_gitops.config.document import Json


def compile_step(step: Shorthand) -> Compiled:
    """Give the step of type `Training`."""
    script = training_parts.script_of(step)
    own = training_parts.hyperparameters(step)
    arguments: dict[str, Json] = {
        "RoleArn": step.around.role_arn,
        "AlgorithmSpecification": training_parts.algorithm(step),
        **given(HyperParameters={**own, **script.hyperparameters}),
        "InputDataConfig": training_jobs.channels(step),
        "OutputDataConfig": training_jobs.output(step),
        "ResourceConfig": training_jobs.resources(step),
        "StoppingCondition": training_jobs.limits(step),
        **training_jobs.surroundings(step),
    }
    made = single(step, "Training", arguments)
    return Compiled(steps=made.steps, origins=made.origins, assets=script.assets)


def mistakes(step: Shorthand) -> Iterator[Mistake]:
    """Say what is wrong: image, script, data, waiting."""
    yield from training_parts.training_mistakes(step)
