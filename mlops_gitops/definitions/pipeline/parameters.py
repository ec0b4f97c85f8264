"""Parameters: what an execution may be started with, with the default of one stage."""

from collections.abc import Iterator

from mlops_gitops.config.document import Json, Path
from mlops_gitops.definitions.scope import Scope

FIELD = "parameters"
NAME = "Name"
DEFAULT = "DefaultValue"


def parameters_of(scope: Scope) -> tuple[dict[str, Json], ...]:
    """Give the parameters in the definition's spelling."""
    return tuple(
        {key: of_stage(value, scope.stage) if key == DEFAULT else value for key, value in each}
        for each in (declared.items() for declared, _ in declared_parameters(scope.value(FIELD)))
    )


def declared_parameters(written: Json) -> Iterator[tuple[dict[str, Json], Path]]:
    """Give each parameter in the definition's spelling, and where in the config it is.

    A default may still be an object with one value per stage.
    """
    if isinstance(written, dict):
        for name, default in written.items():
            found: dict[str, Json] = {NAME: name, "Type": type_of(default), DEFAULT: default}
            yield found, (FIELD, name)
    elif isinstance(written, list):
        for index, each in enumerate(written):
            if isinstance(each, dict):
                yield each, (FIELD, index)


def of_stage(value: Json, stage: str) -> Json:
    """Give a value, or what an object with one value per stage gives for one."""
    return value.get(stage) if isinstance(value, dict) else value


def type_of(value: Json) -> str:
    """Name the type of a parameter by its default."""
    match value:
        case bool():
            return "Boolean"
        case int():
            return "Integer"
        case float():
            return "Float"
        case dict():
            # Where one stage's number is a fraction, the others' are fractions, too.
            kinds = {type_of(each) for each in value.values()}
            return "Float" if kinds == {"Integer", "Float"} else min(kinds, default="String")
        case _:
            return "String"
