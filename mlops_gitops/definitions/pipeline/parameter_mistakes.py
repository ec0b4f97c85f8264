"""What is wrong with the parameters of a pipeline."""

import re
from collections.abc import Iterator

from mlops_gitops.config.document import Json
from mlops_gitops.config.pipeline_problems import wrong_default, wrong_parameter_name
from mlops_gitops.config.said import listed, quoted
from mlops_gitops.definitions.pipeline.parameters import DEFAULT, NAME, declared_parameters
from mlops_gitops.definitions.pipeline.shorthand import Mistake

_POSSIBLE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_KINDS: dict[str, tuple[type, ...]] = {
    "String": (str,),
    "Integer": (int,),
    "Float": (int, float),
    "Boolean": (bool,),
}


def parameter_mistakes(written: Json, stages: tuple[str, ...]) -> Iterator[Mistake]:
    """Hold names, types, values and stages to each other.

    Args:
        written: the config's `parameters`.
        stages: where the pipeline is deployed.
    """
    seen = set[str]()
    for parameter, at in declared_parameters(written):
        name = str(parameter[NAME])
        if not _POSSIBLE.fullmatch(name) or name in seen:
            yield Mistake(at, wrong_parameter_name(name))
        seen.add(name)
        why = _default_mistake(parameter, stages) if DEFAULT in parameter else ""
        if why:
            # A map has the default right behind the name.
            place = (*at, DEFAULT) if isinstance(written, list) else at
            yield Mistake(place, wrong_default(name, why))


def _default_mistake(parameter: dict[str, Json], stages: tuple[str, ...]) -> str:
    default = parameter[DEFAULT]
    if isinstance(default, dict):
        missing = [stage for stage in stages if stage not in default]
        if missing:
            return f"lacks {listed(map(quoted, missing))}"
    values = list(default.values()) if isinstance(default, dict) else [default]
    return next(filter(None, (_value_mistake(parameter, each) for each in values)), "")


def _value_mistake(parameter: dict[str, Json], value: Json) -> str:
    kind, values = str(parameter["Type"]), parameter.get("EnumValues")
    is_truth = isinstance(value, bool) and kind != "Boolean"
    if is_truth or not isinstance(value, _KINDS[kind]):
        return f"is no {kind}"
    if isinstance(values, list) and str(value) not in map(str, values):
        return f"is none of {listed((quoted(str(each)) for each in values), 'or')}"
    return ""
