"""References like `#{variables.commit}` in the configuration of an action.

After AWS's page "Variables reference". They are resolved when the action starts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlops_gitops.emulator.codepipeline.state import Execution

REFERENCE = re.compile(r"#\{([^{}]*)\}")
MAX_VALUE = 1000


class UnresolvedError(Exception):
    """A reference that has no value, or a value that grew too long."""


def resolve(
    configuration: Mapping[str, str], execution: Execution, defaults: Mapping[str, str | None]
) -> dict[str, str]:
    """Fill in the references of an action's configuration.

    Raises:
        UnresolvedError: A reference has no value, or the value is then over 1,000 characters.
    """
    known = _known(execution, defaults)

    def value_of(match: re.Match[str]) -> str:
        reference = match.group(1)
        if reference not in known:
            message = (
                f"The action configuration contains a variable that could not be resolved: "
                f"#{{{reference}}}"
            )
            raise UnresolvedError(message)
        return known[reference]

    filled = {key: REFERENCE.sub(value_of, value) for key, value in configuration.items()}
    for key, value in filled.items():
        if len(value) > MAX_VALUE:
            message = (
                f"The resolved value of the action configuration '{key}' has {len(value)} "
                f"characters; the maximum is {MAX_VALUE}."
            )
            raise UnresolvedError(message)
    return filled


def _known(execution: Execution, defaults: Mapping[str, str | None]) -> dict[str, str]:
    known = {"codepipeline.PipelineExecutionId": execution.id}
    for name, value in pipeline_variables(execution, defaults).items():
        known[f"variables.{name}"] = value
    for namespace, outputs in execution.outputs.items():
        known.update({f"{namespace}.{key}": value for key, value in outputs.items()})
    return known


def pipeline_variables(execution: Execution, defaults: Mapping[str, str | None]) -> dict[str, str]:
    """Give the value of every pipeline variable that has one: as started, else the default."""
    given = {name: value for name, value in defaults.items() if value is not None}
    return {**given, **execution.variables}
