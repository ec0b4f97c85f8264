"""From a script: what `pipeline.py` made -> the definition, its steps as written."""

from hashlib import sha256

from mlops_gitops.config.document import Json
from mlops_gitops.config.scripts import SCRIPT
from mlops_gitops.definitions.pipeline.definition import Definition
from mlops_gitops.definitions.pipeline.script import Built
from mlops_gitops.definitions.pipeline.steps import compile_steps
from mlops_gitops.definitions.pipeline.surroundings import Surroundings
from mlops_gitops.definitions.scope import Scope

_OURS = frozenset({"Version", "Metadata", "Parameters", "PipelineExperimentConfig", "Steps"})


def from_script(scope: Scope) -> Definition:
    """Take what the script made; where it was not run, say so in the place of a definition."""
    if scope.built is None:
        return Definition(parameters=(), experiment=None, steps=(), unbuilt=_unbuilt(scope))
    value = scope.built.definition
    compiled = compile_steps(value["Steps"], (SCRIPT, "Steps"), Surroundings(scope=scope))
    return Definition(
        parameters=tuple(
            each for each in _listed(value.get("Parameters")) if isinstance(each, dict)
        ),
        experiment=value.get("PipelineExperimentConfig"),
        steps=compiled.steps,
        origins=compiled.origins,
        assets=scope.built.assets,
        # Version 3 of the SDK says of everything that there is none.
        further={key: value[key] for key in value if key not in _OURS and value[key] is not None},
    )


def is_definition(value: Json) -> bool:
    """Tell whether a value has the form of a definition, as far as everything else counts on."""
    return isinstance(value, dict) and _are_steps(value.get("Steps"))


def written(built: Built) -> dict[str, Json]:
    """Give what stands where the origins of its steps say, as if the config had it."""
    return {SCRIPT: dict(built.definition)}


def _are_steps(value: Json) -> bool:
    """Tell whether a list has steps in the definition's spelling, those inside of steps too."""
    return isinstance(value, list) and all(
        isinstance(each, dict)
        and isinstance(each.get("Name"), str)
        and isinstance(each.get("Type"), str)
        and "type" not in each
        and _are_nested(each.get("Arguments"))
        for each in value
    )


def _are_nested(arguments: Json) -> bool:
    if not isinstance(arguments, dict):
        return True
    branches = (arguments.get(key) for key in ("IfSteps", "ElseSteps", "Steps"))
    return all(each is None or _are_steps(each) for each in branches)


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _unbuilt(scope: Scope) -> str:
    """Name what would be run, and its bytes, so that a comparison sees other code."""
    whole = sha256()
    for path, content in sorted(scope.files.items()):
        whole.update(f"{len(path)}:{path}:{len(content)}:".encode())
        whole.update(content)
    return f"(made by plan from {scope.text(SCRIPT)}, code {whole.hexdigest()[:16]})"
