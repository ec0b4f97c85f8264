"""Compile: a config -> the definition of its pipeline in one stage."""

from mlops_gitops.config.document import Json
from mlops_gitops.config.scripts import SCRIPT
from mlops_gitops.definitions.pipeline.definition import Definition
from mlops_gitops.definitions.pipeline.from_script import from_script
from mlops_gitops.definitions.pipeline.parameters import parameters_of
from mlops_gitops.definitions.pipeline.references import get, scalar
from mlops_gitops.definitions.pipeline.steps import compile_steps
from mlops_gitops.definitions.pipeline.surroundings import Surroundings
from mlops_gitops.definitions.scope import Scope

_STEPS = "steps"
_KNOWN = "definition of the pipeline"


def compile_pipeline(scope: Scope) -> Definition:
    """Compile a pipeline whose config has no errors. Same input, same bytes; once for a scope."""
    if _KNOWN not in scope.known:
        scope.known[_KNOWN] = _compile(scope)
    definition: Definition = scope.known[_KNOWN]
    return definition


def _compile(scope: Scope) -> Definition:
    if SCRIPT in scope.config.fields:
        return from_script(scope)
    around = Surroundings(scope=scope)
    compiled = compile_steps(scope.value(_STEPS), (_STEPS,), around)
    return Definition(
        parameters=parameters_of(scope),
        experiment=_experiment(scope),
        steps=compiled.steps,
        origins=compiled.origins,
        assets=tuple({asset.key: asset for asset in compiled.assets}.values()),
        resources=compiled.resources,
    )


def _experiment(scope: Scope) -> Json:
    """Say where executions are tracked: as the SDK does, unless the config says otherwise."""
    if "experiment" in scope.config.fields and scope.config.fields["experiment"] is None:
        return None
    written = scope.value("experiment")
    given = written if isinstance(written, dict) else {}
    return {
        "ExperimentName": scalar(given.get("experiment_name")) or get("Execution.PipelineName"),
        "TrialName": scalar(given.get("trial_name")) or get("Execution.PipelineExecutionId"),
    }
