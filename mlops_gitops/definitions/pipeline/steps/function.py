"""Function: a Python function with JSON in and JSON out, run as a training job.

What it gives back is a file of the job's model, which is not compressed, so that other steps and
`result` read it by its address; see `references.result_uri`.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlops_gitops.config import pipeline_job_problems as say
from mlops_gitops.definitions.pipeline import program, training_jobs
from mlops_gitops.definitions.pipeline.envelope import single
from mlops_gitops.definitions.pipeline.function_arguments import hyperparameters, results
from mlops_gitops.definitions.pipeline.jobs import image_mistakes, image_of
from mlops_gitops.definitions.pipeline.shorthand import Compiled, Mistake, Shorthand, given
from mlops_gitops.definitions.pipeline.signatures import Signature, functions_of
from mlops_gitops.definitions.pipeline.source import files_of, path_of, source_mistakes
from mlops_gitops.definitions.pipeline.training_jobs import CODE_CHANNEL, CODE_FOLDER

if TYPE_CHECKING:
    from mlops_gitops.config.document import Json


def compile_step(step: Shorthand) -> Compiled:
    """Give a step of type `Training` whose container calls the function."""
    code = program.code_to_run(step)
    arguments: dict[str, Json] = {
        "RoleArn": step.around.role_arn,
        "AlgorithmSpecification": {
            "TrainingImage": image_of(step),
            "TrainingInputMode": "File",
            "ContainerEntrypoint": program.entrypoint(CODE_FOLDER),
            "ContainerArguments": program.call(step, _function(step)),
        },
        **given(HyperParameters=hyperparameters(step)),
        "InputDataConfig": [
            *training_jobs.channels(step),
            *(training_jobs.channel(each.name, {"s3_uri": each.uri}) for each in results(step)),
            training_jobs.channel(CODE_CHANNEL, {"s3_uri": code.uri}),
        ],
        "OutputDataConfig": {**training_jobs.output(step), "CompressionType": "NONE"},
        "ResourceConfig": training_jobs.resources(step),
        "StoppingCondition": training_jobs.limits(step),
        **training_jobs.surroundings(step),
    }
    made = single(step, "Training", arguments)
    return Compiled(steps=made.steps, origins=made.origins, assets=code.assets)


def mistakes(step: Shorthand) -> Iterator[Mistake]:
    """Say what is wrong: image, files, the function and its arguments, waiting."""
    yield from image_mistakes(step)
    found = list(source_mistakes(step))
    yield from found or _function_mistakes(step)
    yield from training_jobs.limit_mistakes(step)


def _function(step: Shorthand) -> str:
    return str(step.value["code"]).rpartition(":")[2]


def _function_mistakes(step: Shorthand) -> Iterator[Mistake]:
    file = path_of(step, "code")
    try:
        known = functions_of(files_of(step)[file])
    except SyntaxError as error:
        why = f"{error.msg}, in line {error.lineno}"
        yield step.mistake(say.unreadable_python(file, why), "code")
        return
    except ValueError as error:  # null bytes
        yield step.mistake(say.unreadable_python(file, str(error)), "code")
        return
    signature = known.get(_function(step))
    if signature is None:
        yield step.mistake(say.no_function(_function(step), file, tuple(known)), "code")
    else:
        yield from _argument_mistakes(step, signature)


def _argument_mistakes(step: Shorthand, signature: Signature) -> Iterator[Mistake]:
    written = step.value.get("arguments")
    names = tuple(written) if isinstance(written, dict) else ()
    for name in names:
        if name not in signature.taken and not signature.takes_all:
            said = say.unknown_argument(_function(step), name, signature.taken)
            yield step.mistake(said, "arguments", name)
    lacking = [name for name in signature.required if name not in names]
    if lacking:
        said = say.missing_argument(_function(step), lacking)
        yield step.mistake(said, *(("arguments",) if names else ()))
