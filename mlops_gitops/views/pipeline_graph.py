"""Graphs of pipelines: Mermaid for documents and pull requests, text for terminals.

Source of the syntax: "Flowcharts" of Mermaid's documentation. Steps get nodes by number, so that no
name has to be one that Mermaid takes.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from mlops_gitops.config.said import printable
from mlops_gitops.executor.language import all_steps, nested_steps, own_needs

_SHAPES: Mapping[str, tuple[str, str]] = {
    "Condition": ("{", "}"),
    "Fail": ("([", "])"),
}
_PLAIN = ("[", "]")
_BRANCHES = {"IfSteps": "yes", "ElseSteps": "no", "Steps": "each"}


def mermaid(definition: Mapping[str, Any]) -> str:
    """Draw a definition as a Mermaid flowchart, from the top down."""
    steps = [step for step, _ in all_steps(definition.get("Steps", []))]
    numbers = {str(step.get("Name")): f"s{index}" for index, step in enumerate(steps)}
    lines = ["flowchart TD"]
    for step in steps:
        name, kind = str(step.get("Name")), str(step.get("Type"))
        begin, end = _SHAPES.get(kind, _PLAIN)
        lines.append(f'  {numbers[name]}{begin}"{_label(name)}<br>{_label(kind)}"{end}')
    for step in steps:
        name = str(step.get("Name"))
        lines += [
            f"  {numbers[need]} --> {numbers[name]}"
            for need in sorted({each.step for each in own_needs(step)})
            if need in numbers
        ]
        lines += [
            f"  {numbers[name]} -->|{word}| {numbers[inner]}"
            for inner, word in _inside(step)
            if inner in numbers
        ]
    return "\n".join(lines)


def graph_text(definition: Mapping[str, Any]) -> str:
    """Write a definition as an indented list: each step, and what it waits for."""
    return "\n".join(printable(line) for line in _lines(definition.get("Steps", []), 0, ""))


def _lines(steps: Any, depth: int, word: str) -> Iterator[str]:
    for step in steps if isinstance(steps, list) else ():
        waits = sorted({each.step for each in own_needs(step)})
        after = f"  after {', '.join(waits)}" if waits else ""
        branch = f"{word}: " if word else ""
        yield f"{'  ' * depth}{branch}{step.get('Name')}  {step.get('Type')}{after}"
        for key, inner in nested_steps(step):
            yield from _lines(inner, depth + 1, _BRANCHES[key])


def _inside(step: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, inner in nested_steps(step):
        for each in inner if isinstance(inner, list) else ():
            if isinstance(each, dict):
                yield str(each.get("Name")), _BRANCHES[key]


def _label(text: str) -> str:
    """Write a text as Mermaid reads it: quotes and brackets as entities."""
    return "".join(each if each.isalnum() or each in " _-." else f"#{ord(each)};" for each in text)
