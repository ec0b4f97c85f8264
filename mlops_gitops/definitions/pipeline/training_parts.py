"""Parts of training: what training, tuning and fine-tuning have in common beside the job's limits.

The algorithm is that of an image, or a script in a framework's image. Scripts are found as the
SageMaker Training Toolkit finds them: by hyperparameters that name an archive and a file in it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mlops_gitops.config import pipeline_job_problems as say
from mlops_gitops.config.document import Json
from mlops_gitops.definitions.asset import Asset
from mlops_gitops.definitions.pipeline import training_jobs
from mlops_gitops.definitions.pipeline.code import code_of
from mlops_gitops.definitions.pipeline.jobs import image_mistakes, image_of
from mlops_gitops.definitions.pipeline.shorthand import Mistake, Shorthand, given
from mlops_gitops.definitions.pipeline.source import files_of, path_of, source_mistakes
from mlops_gitops.definitions.pipeline.tarball import tar_gz
from mlops_gitops.definitions.pipeline.text import as_json, as_text

_ARCHIVE = "sourcedir.tar.gz"
_LOG_LEVEL = "20"
"""INFO, as the SDK writes it."""
_DATA = {"training": ("train", "training"), "validation": ("validation", "test")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """The script of a training step, packed.

    Attributes:
        hyperparameters: that name it.
    """

    hyperparameters: Mapping[str, Json]
    assets: tuple[Asset, ...]


def script_of(step: Shorthand) -> Script:
    """Pack the code of a step; nothing where the image brings its own."""
    if "code" not in step.value:
        return Script(hyperparameters={}, assets=())
    code = code_of({_ARCHIVE: tar_gz(files_of(step))}, step.around)
    named = script_hyperparameters(step, f"{code.uri}/{_ARCHIVE}", path_of(step, "code"))
    return Script(hyperparameters=named, assets=code.assets)


def script_hyperparameters(step: Shorthand, archive: str, script: str) -> dict[str, Json]:
    """Give the hyperparameters by which the toolkit finds a script in an archive."""
    return {
        "sagemaker_submit_directory": as_json(step, archive),
        "sagemaker_program": as_json(step, script),
        "sagemaker_container_log_level": _LOG_LEVEL,
        "sagemaker_region": as_json(step, step.around.scope.region),
    }


def hyperparameters(step: Shorthand) -> dict[str, Json]:
    """Give the step's own hyperparameters: plain texts for algorithms, JSON for scripts."""
    spelt = as_json if "code" in step.value else as_text
    return {name: spelt(step, value) for name, value in step.mapped("hyperparameters").items()}


def algorithm(step: Shorthand) -> dict[str, Json]:
    """Say what trains: image, how data comes, metrics."""
    return {
        "TrainingImage": image_of(step),
        "TrainingInputMode": step.value.get("input_mode", "File"),
        **given(MetricDefinitions=metrics(step)),
    }


def metrics(step: Shorthand) -> list[Json]:
    """Give the metrics that are read from the log."""
    return [
        {"Name": name, "Regex": regex} for name, regex in step.mapped("metric_definitions").items()
    ]


def training_mistakes(step: Shorthand) -> Iterator[Mistake]:
    """Say what is wrong: image, script, data, waiting."""
    yield from image_mistakes(step)
    yield from source_mistakes(step)
    inputs = step.members("inputs")
    for what, names in _DATA.items():
        if not any(name in inputs for name in names):
            yield step.mistake(say.no_channel(step.name, what, names))
    yield from training_jobs.limit_mistakes(step)
