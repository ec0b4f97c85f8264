"""Calls: what a config's script is called with, in each of its stages."""

import posixpath
from collections.abc import Iterator, Mapping

from mlops_gitops.config import pipeline_script_problems as say
from mlops_gitops.config.declared import Config
from mlops_gitops.config.document import Json
from mlops_gitops.config.scripts import SCRIPT
from mlops_gitops.config.settings import Settings
from mlops_gitops.definitions.pipeline.parameters import of_stage
from mlops_gitops.definitions.pipeline.script import (
    ARGUMENTS,
    DEFAULT_PYTHON,
    PYTHON,
    ScriptCall,
    ScriptOrder,
)
from mlops_gitops.definitions.pipeline.shorthand import Mistake
from mlops_gitops.definitions.pipeline.surroundings import Surroundings
from mlops_gitops.definitions.scope import Scope


def call_of(scope: Scope, prefix: str) -> ScriptCall:
    """Say what `get_pipeline` is called with in one stage.

    The names are those of the `get_pipeline` of AWS's MLOps project templates
    (github.com/aws/amazon-sagemaker-examples, sagemaker-pipelines), and the stage.

    Args:
        scope: the config in the stage.
        prefix: of the installation, which stands for the SageMaker project.
    """
    around = Surroundings(scope=scope)
    name = scope.config.workload.model_name
    return ScriptCall(
        stage=scope.stage,
        account=scope.account,
        arguments={
            "account": scope.account,
            "base_job_prefix": name,
            "default_bucket": scope.assets_bucket,
            "model_package_group_name": name,
            "pipeline_name": around.pipeline_name,
            "region": scope.region,
            "role": around.role_arn,
            "sagemaker_project_name": prefix,
            "stage": scope.stage,
        },
        extra={
            key: of_stage(value, scope.stage) for key, value in _arguments(scope.config).items()
        },
        prefix=around.folder.removeprefix(f"s3://{scope.assets_bucket}/"),
    )


def order_of(
    config: Config, settings: Settings, calls: tuple[ScriptCall, ...], python: str
) -> ScriptOrder:
    """Say which file is run with which others, and by what.

    Args:
        config: which names the script.
        settings: of the installation.
        calls: in the order in which they are made.
        python: the interpreter that whoever runs us names; empty for the config's.
    """
    folder = posixpath.dirname(config.document.path)
    inside = f"{folder}/" if folder else ""
    return ScriptOrder(
        script=config.beside(str(config.fields[SCRIPT])).removeprefix(inside),
        files={
            path.removeprefix(inside): content
            for path, content in config.files.items()
            if path.startswith(inside)
        },
        calls=calls,
        python=python or str(config.fields.get(PYTHON) or settings.python or DEFAULT_PYTHON),
        region=settings.region,
        bucket=settings.assets_bucket,
    )


def call_mistakes(config: Config) -> Iterator[Mistake]:
    """Say what is wrong with a script's place and its arguments; nothing of it is run."""
    folder = posixpath.dirname(config.document.path)
    written = str(config.fields[SCRIPT])
    if folder and not config.beside(written).startswith(f"{folder}/"):
        yield Mistake((SCRIPT,), say.outside(written))
    stages = [stage.name for stage in config.stages]
    for name, value in _arguments(config).items():
        if isinstance(value, dict):
            lacks = [stage for stage in stages if stage not in value]
            unknown = [stage for stage in value if stage not in stages]
            if lacks or unknown:
                yield Mistake((ARGUMENTS, name), say.stages_of_argument(name, lacks, unknown))


def _arguments(config: Config) -> Mapping[str, Json]:
    given = config.fields.get(ARGUMENTS)
    return given if isinstance(given, dict) else {}
