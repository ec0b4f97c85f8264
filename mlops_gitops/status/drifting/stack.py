"""Stacks changed by hand: a stack's template, parameters and tags against what its digest says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mlops_gitops.config.secrets import masked_value
from mlops_gitops.desired.digest import stage_digest
from mlops_gitops.desired.shown import MASK, is_hidden, without_hidden
from mlops_gitops.desired.stack import DIGEST, DesiredStack, Template
from mlops_gitops.diff.deployed import DeployedStack
from mlops_gitops.diff.values import canonical, compare_values
from mlops_gitops.package.bundle import BundledStage
from mlops_gitops.status.drift import PropertyDrift

_AWS = "aws:"
DIGEST_PATH = f"Outputs.{DIGEST}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a stack is made of, the digest left out."""

    template: Template
    parameters: Mapping[str, str]
    tags: Mapping[str, str]

    @property
    def digest(self) -> str:
        """The digest that it should carry."""
        return stage_digest(self.template, self.parameters, self.tags)


def desired_content(stack: DesiredStack) -> Content:
    """Give what git says that a stack is made of."""
    return Content(template=stack.template, parameters=stack.parameter_values(), tags=stack.tags)


def bundled_content(stage: BundledStage) -> Content:
    """Give what a bundle says that a stack is made of."""
    return Content(template=stage.template, parameters=stage.parameters, tags=stage.tags)


def live_content(stack: DeployedStack, template: Template) -> Content:
    """Give what a deployed stack is made of; AWS's own tags are none of its."""
    tags = {key: value for key, value in stack.tags.items() if not key.startswith(_AWS)}
    return Content(template=template, parameters=stack.parameters, tags=tags)


def is_as_digested(stack: DeployedStack, live: Content, last: Content | None) -> bool | None:
    """Whether a stack is what its digest says; None where AWS hides a value and nobody knows it.

    Args:
        stack: as it is deployed.
        live: what it is made of.
        last: what it was last deployed with, where that is known.
    """
    hidden = _hidden(live)
    if not hidden:
        return live.digest == stack.digest
    if last is None:
        return None
    known = {name: last.parameters[name] for name in hidden if name in last.parameters}
    parameters = {**live.parameters, **known}
    return stage_digest(live.template, parameters, live.tags) == stack.digest


def _hidden(content: Content) -> frozenset[str]:
    declared = content.template.get("Parameters", {})
    return frozenset(name for name in content.parameters if is_hidden(declared.get(name, {})))


def stack_differences(
    desired: Content | None, last: Content | None, live: Content, digest: str
) -> tuple[PropertyDrift, ...]:
    """Say in which values a stack is not what it was deployed with; at least one.

    Args:
        desired: what git says; None where it says nothing.
        last: what it was last deployed with; None where nobody knows any more.
        live: what it is made of.
        digest: that it says it has.
    """
    found = () if last is None else tuple(_between(desired, last, live))
    return found or (
        PropertyDrift(
            path=DIGEST_PATH,
            desired=desired.digest if desired else None,
            deployed=digest or None,
            live=live.digest,
        ),
    )


def _between(desired: Content | None, last: Content, live: Content) -> Iterator[PropertyDrift]:
    wanted = {} if desired is None else _changes(desired, live)
    for path, (before, after) in _changes(last, live).items():
        git = _wanted(wanted, path, after) if desired else None
        yield PropertyDrift(path=path, desired=git, deployed=before, live=after)


def _wanted(
    wanted: Mapping[str, tuple[str | None, str | None]], path: str, live: str | None
) -> str | None:
    """Find git's value of a path: that of a part that differs from what is there, else what is."""
    for name, (before, _) in wanted.items():
        if path == name or path.startswith((f"{name}.", f"{name}[")):
            return before
    return live


def _changes(before: Content, after: Content) -> dict[str, tuple[str | None, str | None]]:
    pairs = (
        ("Parameters.", _parameters(before), _parameters(after)),
        ("Tags.", dict(before.tags), dict(after.tags)),
        ("", _sections(before.template), _sections(after.template)),
    )
    return {
        change.name: (_shown(change.name, change.before), _shown(change.name, change.after))
        for prefix, old, new in pairs
        for change in compare_values(prefix, old, new)
    }


def _parameters(content: Content) -> dict[str, Any]:
    hidden = _hidden(content)
    return {
        name: MASK if name in hidden else value
        for name, value in content.parameters.items()
        if name != DIGEST
    }


def _sections(template: Template) -> Mapping[str, Any]:
    """Give a template's sections; what declares parameters stands apart from their values."""
    shown = without_hidden(template)
    renamed = {("Declared" if key == "Parameters" else key): shown[key] for key in shown}
    sections: Mapping[str, Any] = canonical(renamed)
    return sections


def _shown(name: str, value: str | None) -> str | None:
    return None if value is None else masked_value(name.rsplit(".", 1)[-1], value)
