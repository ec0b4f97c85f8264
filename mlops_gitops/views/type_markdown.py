"""A pipeline type as a page of the documentation."""

from collections.abc import Iterator, Sequence

from mlops_gitops.desired.field_facts import FieldFact
from mlops_gitops.desired.type_facts import TypeFacts


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
    schedule = " A schedule starts the same state machine later on." if facts.is_scheduled else ""
    return f"{where} {run}{schedule}"


def _creates(facts: TypeFacts) -> str:
    said = f"One stack for each stage, from blueprint `{facts.blueprint}`, version {facts.version}:"
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


def _table(head: Sequence[str], rows: "Iterator[Sequence[str]] | Sequence[Sequence[str]]") -> str:
    lines = [_row(head), _row(["---"] * len(head)), *(_row(row) for row in rows)]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
