"""cfn-lint, which knows every resource type of a region.

Source: cfn-lint 1.58, `cfnlint.api` and `cfnlint.decode`; a decoded template keeps the place of
every node, so values can be put in without moving anything.
"""

from collections.abc import Callable, Iterator
from typing import Any

from mlops_gitops.config.blueprints.said import linted
from mlops_gitops.errors import MissingExtra
from mlops_gitops.problems import Location, Problem, Severity


class CfnLint:
    """Lints templates for one region."""

    def __init__(self, region: str) -> None:
        self._region = region

    def lint(self, path: str, text: bytes, sample: Callable[[str], Any]) -> tuple[Problem, ...]:
        """Say what is wrong with a template; see `TemplateLinter.lint`."""
        try:
            from cfnlint.config import ConfigMixIn
            from cfnlint.decode import decode_str
            from cfnlint.runner import Runner
        except ModuleNotFoundError as error:
            message = "Linting a blueprint needs cfn-lint, which is not installed."
            hint = "Run: pip install 'mlops-gitops[lint]'"
            raise MissingExtra(message, hint=hint) from error
        template, errors = decode_str(text.decode())
        if not errors:
            filled = _fill(template, sample)
            config = ConfigMixIn([], regions=[self._region])
            errors = list(Runner(config).validate_template(filled))
        return tuple(_problem(path, match) for match in errors)


def _fill(node: Any, sample: Callable[[str], Any]) -> Any:
    """Put samples in the place of inserts; the nodes around them keep their places."""
    for key, inner in _children(node):
        match inner:
            case {"Mlops::Insert": str() as name} if len(inner) == 1:
                node[key] = _at(inner, sample(name))
            case _:
                _fill(inner, sample)
    return node


def _children(node: Any) -> Iterator[tuple[Any, Any]]:
    match node:
        case dict():
            yield from tuple(node.items())
        case list():
            yield from tuple(enumerate(node))
        case _:
            pass


def _at(place: Any, value: Any) -> Any:
    """Give a value the place of the insert that it stands for."""
    from cfnlint.decode.node import dict_node, list_node, str_node

    begin, end = place.start_mark, place.end_mark
    match value:
        case dict():
            pairs = {str_node(key, begin, end): _at(place, each) for key, each in value.items()}
            return dict_node(pairs, begin, end)
        case list():
            return list_node([_at(place, each) for each in value], begin, end)
        case str():
            return str_node(value, begin, end)
        case _:
            return value


def _problem(path: str, match: Any) -> Problem:
    rule, message = match.rule.id, str(match.message).replace("\n", " ")
    severity = Severity.ERROR if rule.startswith("E") else Severity.WARNING
    where = Location(path, match.linenumber, match.columnnumber)
    return linted(rule, message, severity).at(where)
