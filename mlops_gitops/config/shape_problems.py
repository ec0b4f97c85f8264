"""What is said about a document whose shape is wrong: keys, types, stages.

Each function says one thing; its docstring is what `mlops-gitops explain` prints.
"""

from collections.abc import Sequence
from json import dumps

from mlops_gitops.config.document import Json
from mlops_gitops.config.said import Said, listed, nearest, quoted
from mlops_gitops.config.schemas import Schema

_KINDS = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "an object",
    "array": "a list",
    "null": "null",
}
_FEW = 12
_NOT_MEANT = ("$schema", "state")
"""What no other key is taken for."""


def unknown_key(name: str, meant: str | None, known: Sequence[str]) -> Said:
    """MG020: A key is not known here.

    A key that nobody reads is a wish that nobody hears: a misspelt `kms_key_arn` would deploy
    without the key. Keys are known per pipeline type; `mlops-gitops schema TYPE` lists them.

    Wrong:
        {"pipeline_type": "byom_realtime_builtin", "endpont_name": "churn"}

    Right:
        {"pipeline_type": "byom_realtime_builtin", "endpoint_name": "churn"}
    """
    if meant is None:
        others = (key for key in known if key not in _NOT_MEANT)
        hint = f"Delete it, or use one of: {', '.join(others)}."
    else:
        hint = f"Did you mean {quoted(meant)}?"
    return Said("MG020", f"Unknown key {quoted(name)}.", hint)


def missing_key(name: str, about: Schema, needing: str = "") -> Said:
    """MG021: A required key is missing.

    The place is the object that should have it.

    Wrong:
        {"pipeline_type": "byom_realtime_builtin", "inference_instance": "ml.m5.large"}

    Right:
        {"pipeline_type": "byom_realtime_builtin", "model_name": "churn",
         "inference_instance": "ml.m5.large", "data_capture_location": "acme-captured/churn"}
    """
    meaning = about.get("description", "It has to be there.")
    examples = about.get("examples", ())
    example = f" For example: {_written(examples[0])}." if examples else ""
    why = f": {needing} needs it" if needing else ""
    return Said("MG021", f"Key {quoted(name)} is missing{why}.", f"Add it. {meaning}{example}")


def _written(value: Json) -> str:
    return quoted(value) if isinstance(value, str) else dumps(value, ensure_ascii=False)


def wrong_type(name: str, about: Schema, given: str, value: Json) -> Said:
    """MG022: A value has the wrong type.

    Versions and account ids are texts: as a number, `1.10` is `1.1` and `012345670123` loses
    its zero.

    Wrong:
        {"model_framework_version": 1}

    Right:
        {"model_framework_version": "1"}
    """
    wanted = _wanted(about)
    if isinstance(value, float) and wanted == _KINDS["integer"]:
        given = str(value)
    message = f"{quoted(name)} must be {wanted}, not {given}."
    if "enum" in about and "x-rule" not in about and value is not None:
        return Said("MG022", message, about.get("x-hint") or _listing(_possible(about)))
    return Said("MG022", message, about.get("x-hint") or _type_hint(wanted, value))


def _wanted(about: Schema) -> str:
    """Name what a value should be; a text that only spells it otherwise is left out."""
    types = about.get("type", "string")
    types = [types] if isinstance(types, str) else list(types)
    respelt = len(types) > 1 and ("x-rule" in about or "enum" in about)
    return listed([_KINDS[name] for name in (types[:1] if respelt else types)], "or")


def _type_hint(wanted: str, value: Json) -> str:
    if value is None:
        return "Write a value, or leave the key out."
    if wanted == "a text" and isinstance(value, (bool, int, float)):
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return f'Write it in quotes: "{text}".'
    if isinstance(value, str) and wanted in {"a whole number", "a number"}:
        return "Write it without quotes."
    return f"Write {wanted}."


def not_among(name: str, value: Json, about: Schema) -> Said:
    """MG023: A value is none of those that are possible.

    Wrong:
        approval: maybe

    Right:
        approval: manual
    """
    possible = _possible(about)
    close = nearest(str(value), possible)
    listing = _listing(possible)
    hint = f"Did you mean {quoted(close)}? {listing}" if close else about.get("x-hint") or listing
    return Said("MG023", f"{quoted(name)} cannot be {quoted(str(value))}.", hint)


def _possible(about: Schema) -> list[str]:
    options = about.get("enum", [about.get("const")])
    return list(dict.fromkeys(_spelt(option) for option in options if option != ""))


def _listing(possible: Sequence[str]) -> str:
    more = ", ..." if len(possible) > _FEW else "."
    return f"Possible: {', '.join(possible[:_FEW])}{more}"


def _spelt(option: Json) -> str:
    return str(option).lower() if isinstance(option, bool) else str(option)


def out_of_bounds(name: str, value: Json, keyword: str, about: Schema) -> Said:
    """MG024: A value is too small, too large, too short or too long.

    The bounds are those of the AWS service that gets the value.

    Wrong:
        approval_timeout_minutes: 1

    Right:
        approval_timeout_minutes: 1440
    """
    message = f"{quoted(name)} cannot be {quoted(str(value))}."
    if isinstance(value, str) and keyword in {"minLength", "maxLength"}:
        message = f"{quoted(name)} has {len(value)} characters."
    return Said("MG024", message, about.get("x-hint") or _bounds(keyword, about))


def _bounds(keyword: str, about: Schema) -> str:
    if keyword in {"minLength", "maxLength"}:
        verb, unit, bounds = "Must have", " characters", ("minLength", "maxLength")
    else:
        verb, unit, bounds = "Must be", "", ("minimum", "maximum")
    least, most = (about.get(bound) for bound in bounds)
    if least is not None and most is not None:
        return f"{verb} between {least} and {most}{unit}."
    if least is None and most is None:
        return f"Write what {keyword} asks for."
    return f"{verb} at least {least}{unit}." if most is None else f"{verb} at most {most}{unit}."


def wrong_length(name: str, count: int, about: Schema) -> Said:
    """MG028: A list is too short or too long.

    Wrong:
        stages: []

    Right:
        stages:
          - {name: dev, account: "222222222222"}
    """
    least, most = about.get("minItems", 0), about.get("maxItems")
    to = " or more" if most is None else "" if most == least else f" to {most}"
    message = f"{quoted(name)} has {count} items; it takes {least}{to}."
    return Said("MG028", message, about.get("x-hint") or "Add or delete items.")


def wrong_size(name: str, count: int, about: Schema) -> Said:
    """Say MG028 about an object with too few or too many members."""
    most = f" to {about['maxProperties']}" if "maxProperties" in about else " or more"
    message = f"{quoted(name)} has {count} names; it takes {about.get('minProperties', 0)}{most}."
    return Said("MG028", message, about.get("x-hint") or "Add or delete names.")


def wrong_name(name: str, about: Schema) -> Said:
    """Say MG024 about a name that is too short or too long."""
    message = f"The name {quoted(name)} has {len(name)} characters."
    return Said("MG024", message, _bounds("maxLength", about))


def missing_stage(name: str, missing: Sequence[str], stages: Sequence[str]) -> Said:
    """MG025: A per-stage object does not name exactly the stages of the settings.

    A value that is missing for `prod` would come to light only in production, after two approvals.
    So an object names every stage of `mlops-gitops.yaml`, and no other.

    Wrong:
        {"inference_instance": {"dev": "ml.t2.medium", "staging": "ml.m5.large"}}

    Right:
        {"inference_instance": {"dev": "ml.t2.medium", "staging": "ml.m5.large",
                                "prod": "ml.m5.xlarge"}}
    """
    message = f"{quoted(name)} has no value for {_stage_names(missing)}."
    hint = f"Name every stage ({listed(stages)}), or write one value for all of them."
    return Said("MG025", message, hint)


def unknown_stage(unknown: Sequence[str], missing: Sequence[str], stages: Sequence[str]) -> Said:
    """Say MG025 about an object with a name that is no stage."""
    many = len(unknown) > 1
    names = listed([quoted(name) for name in unknown[:_FEW]])
    close = nearest(unknown[0], missing) if missing else None
    if close is None and len(missing) == 1 == len(unknown):
        close = missing[0]
    suggestion = f"Did you mean {quoted(close)}? " if close else ""
    message = f"{names} {'are no stages' if many else 'is no stage'} of the settings."
    return Said("MG025", message, f"{suggestion}The stages are {listed(stages)}.")


def _stage_names(names: Sequence[str]) -> str:
    return f"{'stage' if len(names) == 1 else 'stages'} {listed([quoted(name) for name in names])}"


def single_account(name: str, stage: str) -> Said:
    """MG026: A per-stage object stands where there is only one stage.

    With one stage in `mlops-gitops.yaml` there is nothing to tell apart.

    Wrong:
        {"inference_instance": {"dev": "ml.t2.medium", "prod": "ml.m5.large"}}

    Right:
        {"inference_instance": "ml.m5.large"}
    """
    message = f"{quoted(name)} has values per stage, but the settings have one stage only."
    return Said("MG026", message, f"Write the value for {quoted(stage)} alone.")


def not_per_stage(name: str) -> Said:
    """MG027: A key takes one value for all stages.

    What is promoted from stage to stage is the same model; only where and how it runs may differ.
    `mlops-gitops schema TYPE` marks the keys that may differ with `x-per-stage`.

    Wrong:
        {"model_artifact_location": {"dev": "a.tar.gz", "staging": "b.tar.gz", "prod": "c.tar.gz"}}

    Right:
        {"model_artifact_location": "a.tar.gz"}
    """
    message = f"{quoted(name)} takes one value for all stages, not one for each."
    return Said("MG027", message, "Write the value alone.")


def nested_object(stage: str) -> Said:
    """Say MG022 about an object inside a per-stage object."""
    message = f"The value for stage {quoted(stage)} must be a plain value, not an object."
    return Said("MG022", message, "Write the value of that stage alone.")


def unexplained() -> Said:
    """Say MG024 about a document that the schema refuses for a reason we have no words for."""
    message = "The schema of this file refuses it, and no single value is to blame."
    return Said("MG024", message, "Compare the file with what `mlops-gitops schema` prints.")
