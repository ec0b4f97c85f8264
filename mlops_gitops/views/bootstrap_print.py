"""What bootstrap would deploy: templates that CloudFormation takes, and how to call it."""

import json
from collections.abc import Iterator, Sequence

from mlops_gitops.config.said import printable
from mlops_gitops.desired.bootstrap.printed import Printed
from mlops_gitops.views.values_json import values_json


def printed_text(parts: Sequence[Printed]) -> str:
    """Write each part as a template, with its parameters as comments above; YAML holds both."""
    return "\n---\n".join("\n".join(_lines(part)) for part in parts)


def printed_json(parts: Sequence[Printed]) -> str:
    """Write all parts as one JSON object."""
    return values_json(printed=tuple(parts))


def _lines(part: Printed) -> Iterator[str]:
    yield f"# Stack {part.stack} in {part.region}, accounts {', '.join(part.accounts)}"
    yield f"# Capabilities: {', '.join(part.capabilities) or 'none'}"
    yield from (_comment("Tag", name, value) for name, value in sorted(part.tags.items()))
    yield from (_comment("Parameter", *pair) for pair in sorted(part.parameters.items()))
    yield json.dumps(part.template, indent=2)


def _comment(kind: str, name: str, value: str) -> str:
    return printable(f"# {kind} {name}: {value}")
