"""Execute code: a script of the user's own, run as a training job."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlops_gitops.definitions.pipeline import program, training_jobs
from mlops_gitops.definitions.pipeline.envelope import single
from mlops_gitops.definitions.pipeline.jobs import image_mistakes, image_of
from mlops_gitops.definitions.pipeline.shorthand import Compiled, Mistake, Shorthand
from mlops_gitops.definitions.pipeline.source import source_mistakes
from mlops_gitops.definitions.pipeline.training_jobs import CODE_CHANNEL, CODE_FOLDER

if TYPE_CHECKING:
    from mlops_gitops.config.document import Json


def compile_step(step: Shorthand) -> Compiled:
    """Give a step of type `Training` whose container runs the script."""
    code = program.code_to_run(step)
    given = [program.argument(each) for each in step.scalars("arguments")]
    arguments: dict[str, Json] = {
        "RoleArn": step.around.role_arn,
        "AlgorithmSpecification": {
            "TrainingImage": image_of(step),
            "TrainingInputMode": "File",
            "ContainerEntrypoint": program.entrypoint(CODE_FOLDER),
            "ContainerArguments": program.run(step, given),
        },
        "InputDataConfig": [
            *training_jobs.channels(step),
            training_jobs.channel(CODE_CHANNEL, {"s3_uri": code.uri}),
        ],
        "OutputDataConfig": training_jobs.output(step),
        "ResourceConfig": training_jobs.resources(step),
        "StoppingCondition": training_jobs.limits(step),
        **training_jobs.surroundings(step),
    }
    made = single(step, "Training", arguments)
    return Compiled(steps=made.steps, origins=made.origins, assets=code.assets)


def mistakes(step: Shorthand) -> Iterator[Mistake]:
    """Say what is wrong: image, files, waiting."""
    yield from image_mistakes(step)
    yield from source_mistakes(step)
    yield from training_jobs.limit_mistakes(step)
