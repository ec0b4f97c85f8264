"""Template -> Document: CloudFormation's YAML in its long form, with a place for everything.

Source: "CloudFormation template formats" and "Intrinsic function reference", user guide: tags such
as `!Ref` are short forms; anchors and aliases are not supported.
"""

from functools import lru_cache
from typing import Any

from ruamel.yaml.events import ScalarEvent, SequenceStartEvent

from mlops_gitops.config import refusals
from mlops_gitops.config.document import Document
from mlops_gitops.config.scan import Json, Path, Refused
from mlops_gitops.config.yaml_document import Builder, Open, read_with, unused_yaml
from mlops_gitops.problems import Problem

MAX_TEMPLATE_BYTES = 256 * 1024
"""The parser is pure Python; this much takes it some seconds. AWS's own limit is 1 MB."""


@lru_cache(maxsize=32)
def read_template(path: str, data: bytes) -> Document | Problem:
    """Read a template; the first thing that cannot be taken is the one problem it has.

    What was read is kept: a run looks at the same template more than once, and reading is slow.
    """
    return read_with(_TemplateBuilder, path, data, MAX_TEMPLATE_BYTES)


class _TemplateBuilder(Builder):
    """Builds the long form of CloudFormation's tags."""

    def key(self, parent: Open, event: Any, offset: int) -> None:
        """Take a key; CloudFormation knows no merging of objects."""
        if isinstance(event, ScalarEvent) and event.value == "<<" and event.style is None:
            raise Refused(unused_yaml("a merge key (<<)"), offset, parent.path)
        Builder.key(self, parent, event, offset)

    def tagged(self, parent: Open | None, event: Any, offset: int, path: Path) -> None:
        """Take a value with a tag: an object whose one key is the function's name."""
        if not str(event.tag).startswith("!"):
            Builder.tagged(self, parent, event, offset, path)
        function = long_name(str(event.tag))
        inner = (*path, function)
        if len(inner) >= refusals.MAX_DEPTH:
            raise Refused(refusals.too_deep(), offset, path)
        self.keys[inner] = self.values[inner] = offset
        if isinstance(event, ScalarEvent):
            self.put(parent, {function: _argument(function, event.value)})
            return
        value: list[Json] | dict[str, Json] = [] if isinstance(event, SequenceStartEvent) else {}
        self.put(parent, {function: value})
        self.open.append(Open(value, inner))


def long_name(tag: str) -> str:
    """Give the function that a tag is short for: `!Sub` -> `Fn::Sub`."""
    name = tag.removeprefix("!")
    return name if name in {"Ref", "Condition"} else f"Fn::{name}"


def _argument(function: str, text: str) -> Json:
    """Give a function's argument that is one text."""
    return [*text.split(".", 1)] if function == "Fn::GetAtt" else text
