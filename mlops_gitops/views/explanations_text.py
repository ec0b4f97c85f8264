"""Explanations of problems, for a terminal and for the documentation."""

import re
from collections.abc import Mapping

_EXAMPLE = re.compile(r"^(Wrong|Right):\n((?:    .*(?:\n|$)|\n)+)", re.MULTILINE)


def titles_text(explanations: Mapping[str, str]) -> str:
    """Write one line for every code."""
    return "\n".join(f"{code}  {text.splitlines()[0]}" for code, text in explanations.items())


def explanations_markdown(explanations: Mapping[str, str]) -> str:
    """Write the reference of all codes."""
    parts = ["# Problems", "What `mlops-gitops validate` says, and what it means.", _NOTE]
    parts += [_section(code, text) for code, text in explanations.items()]
    return "\n\n".join(parts)


_NOTE = "Written by `mlops-gitops explain --output markdown`; codes never change their meaning."


def _section(code: str, text: str) -> str:
    return f"## {code}\n\n{explanation_markdown(text)}"


def explanation_markdown(text: str) -> str:
    """Write one explanation: its title, what it means, and its examples as blocks of code."""
    title, _, rest = text.partition("\n")
    body = _EXAMPLE.sub(_example, rest.strip() + "\n").strip()
    return f"**{title}**\n\n{body}"


def _example(match: re.Match[str]) -> str:
    lines = [line.removeprefix("    ") for line in match.group(2).rstrip().splitlines()]
    code = "\n".join(lines)
    return f"{match.group(1)}:\n\n```text\n{code}\n```\n\n"
