"""A pipeline type as a page of the documentation."""

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from mlops_gitops.desired.field_facts import FieldFact
from mlops_gitops.desired.type_facts import Schedule, TypeFacts


def type_markdown(facts: TypeFacts, example: str) -> str:
    """Write the page; `example` is a config, or empty."""
    parts = [f"# {facts.name}", f"**{facts.title}.** {facts.description}", _note(facts)]
    if example:
        parts += ["## Example", f"```json\n{example.strip()}\n```"]
    parts += ["## Fields", _FIELDS_NOTE, _table(_FIELD_HEAD, map(_field, facts.fields))]
    parts += [_identity(facts)]
    parts += ["## When it runs", _running(facts)]
    parts += ["## What it creates", _creates(facts)]
    parts += ["## What its roles may do", *_roles(facts)]
    parts += ["## Outputs of its stacks"]
    parts += [
        _table(("output", "what it is"), ((f"`{o.name}`", o.description) for o in facts.outputs))
    ]
    if facts.costs:
        parts += ["## What costs money", "\n".join(f"- {cost}" for cost in facts.costs)]
    return "\n\n".join(parts)


def types_markdown(types: Sequence[TypeFacts]) -> str:
    """Write the list of all types, each with a link to its page and its blueprint's README."""
    rows = (
        (
            f"[`{each.name}`]({each.name}.md)",
            each.title,
            "orchestrator account" if each.in_orchestrator else "stages",
            _when(each),
            f"[{each.blueprint}](../../blueprints/{each.blueprint})",
        )
        for each in types
    )
    head = ("type", "what it is", "where", "runs", "blueprint")
    note = "Written by `make docs` from the schemas and the blueprints."
    return "\n\n".join(["# Pipeline types", note, _table(head, rows)])


def _when(facts: TypeFacts) -> str:
    if not facts.runs:
        return ""
    on_schedule = facts.schedule is not Schedule.NONE
    return "on deployment and on a schedule" if on_schedule else "on deployment"


def _note(facts: TypeFacts) -> str:
    command = f"mlops-gitops blueprint show {facts.name} --output markdown"
    return f"Written by `{command}` from its schema and its blueprint."


_FIELD_HEAD = ("key", "type", "required", "per stage", "default", "what it says")
_FIELDS_NOTE = (
    "*Per stage*: an object with one value for each stage may stand for the value. An empty text"
    " counts as left out."
)


def _field(field: FieldFact) -> tuple[str, ...]:
    says = [field.description, *(f"{_code(limit)}." for limit in field.limits)]
    if field.examples and not field.kind.startswith("always"):
        says.append(f"Such as {', '.join(f'`{example}`' for example in field.examples)}.")
    return (
        f"`{field.name}`",
        field.kind,
        field.required,
        "yes" if field.is_per_stage else "",
        f"`{field.default}`" if field.default else "",
        " ".join(filter(None, says)),
    )


def _code(limit: str) -> str:
    """Begin a limit like a sentence; a pattern is code."""
    if limit.startswith("matches "):
        return f"Matches `{limit.removeprefix('matches ')}`"
    return limit[:1].upper() + limit[1:]


def _identity(facts: TypeFacts) -> str:
    names = " and ".join(f"`{name}`" for name in facts.identity)
    verb = "makes" if len(facts.identity) == 1 else "make"
    return f"{names} {verb} the workload's identity: changed, it is another workload."


def _running(facts: TypeFacts) -> str:
    where = (
        "It is deployed once, in the orchestrator account, unless `stages` says otherwise."
        if facts.in_orchestrator
        else "It is deployed in every stage, or in those that `stages` names, in their order."
    )
    if not facts.runs:
        return f"{where} It is there as soon as it is deployed; nothing runs to an end."
    run = (
        "Each stage of the delivery pipeline ends with *Run*: its state machine is started, and the"
        " pipeline waits for the result. What was deployed and has run already does not run again."
    )
    return " ".join(filter(None, (where, run, _again(facts))))


def _again(facts: TypeFacts) -> str:
    match facts.schedule:
        case Schedule.NONE:
            return ""
        case Schedule.RUN:
            return "Where the config has a schedule, it starts the same state machine again."
        case Schedule.MONITOR:
            return "From then on SageMaker runs the monitor on the schedule of the config."
        case _:
            assert_never(facts.schedule)


def _creates(facts: TypeFacts) -> str:
    stacks = "One stack" if facts.in_orchestrator else "One stack for each stage"
    said = f"{stacks}, from blueprint `{facts.blueprint}`, version {facts.version}:"
    rows = (
        (
            f"`{each.name}`",
            f"`{each.kind}`",
            f"if `{each.condition}`" if each.condition else "always",
        )
        for each in facts.resources
    )
    return f"{said}\n\n{_table(('resource', 'type', 'when'), rows)}"


def _roles(facts: TypeFacts) -> Iterator[str]:
    if not facts.roles:
        yield "It has no roles."
        return
    yield "At most; the template limits resources and adds conditions."
    rows = (
        (f"`{role.name}`", role.description, ", ".join(f"`{each}`" for each in role.actions))
        for role in facts.roles
    )
    yield _table(("role", "what for", "actions"), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [_row(head), _row(["---"] * len(head)), *(_row(row) for row in rows)]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
