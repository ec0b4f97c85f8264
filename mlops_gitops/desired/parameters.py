"""Parameters: which value each parameter of a blueprint gets, and where it came from.

The blueprint's own `Parameters` section is the only list. A parameter is filled by the
derivation of its name where there is one, else by the config field of its name
(`InferenceInstance` takes `inference_instance`, or its default in the schema), else by its own
default. `<Field>Object` takes the content-addressed copy of the object that the field names.
"""

from collections.abc import Callable, Mapping

from mlops_gitops.config.schemas import CONTENT
from mlops_gitops.desired.blueprint import Blueprint
from mlops_gitops.desired.context import Context, field_of
from mlops_gitops.desired.derivations import derivations
from mlops_gitops.desired.stack import DIGEST, Resolved

_OBJECT = "Object"


def resolve_parameters(blueprint: Blueprint, context: Context) -> dict[str, Resolved]:
    """Give every parameter of a blueprint but the digest its value.

    Raises:
        ValueError: a parameter has neither derivation, field nor default: the blueprint and
            the schema of its pipeline type do not fit.
    """
    return {
        name: _resolve(name, default, context)
        for name, default in sorted(blueprint.defaults.items())
        if name != DIGEST
    }


def _resolve(name: str, default: str | None, context: Context) -> Resolved:
    derivation = derivations().get(name)
    if derivation is not None:
        return derivation(context)
    field = field_of(name)
    if context.value(field) is not None:
        spelling = _SPELLINGS.get(field, _as_written)
        return Resolved(spelling(context.text(field)), context.place(field))
    if name.endswith(_OBJECT):
        return _object(field_of(name.removesuffix(_OBJECT)), name, context)
    if default is None:
        raise ValueError(f"Nothing fills parameter {name!r} of {context.config.blueprint!r}.")
    return Resolved(default, "blueprint default")


def _object(field: str, parameter: str, context: Context) -> Resolved:
    if field not in context.config.type.annotated.get(CONTENT, ()):
        raise ValueError(f"Nothing fills parameter {parameter!r}: {field!r} is not {CONTENT}.")
    key = context.scope.content_key(field)
    return Resolved(key, f"looked up: content of {context.place(field)}")


def _as_written(text: str) -> str:
    return text


def _location(text: str) -> str:
    return text.removesuffix("/")


_SPELLINGS: Mapping[str, Callable[[str], str]] = {
    # The predecessor lower-cases endpoint names and drops one trailing slash of a location.
    "endpoint_name": str.lower,
    "baseline_job_output_location": _location,
    "batch_job_output_location": _location,
    "data_capture_location": _location,
    "job_output_location": _location,
    "monitor_ground_truth_input": _location,
    "monitoring_output_location": _location,
}
