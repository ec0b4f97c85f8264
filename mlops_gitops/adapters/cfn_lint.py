"""cfn-lint, which knows every resource type of a region.

Source: cfn-lint 1.58, `cfnlint.api` and `cfnlint.decode`; a decoded template keeps the place of
every node, so values can be put in without moving anything.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Any

from mlops_gitops.config.blueprints.said import linted
from mlops_gitops.desired.stack import Template
from mlops_gitops.errors import MissingExtra
from mlops_gitops.ports import Finding
from mlops_gitops.problems import Location, Problem, Severity


class CfnLint:
    """Lints templates for one region."""

    def __init__(self, region: str) -> None:
        self._region = region

    def lint(self, path: str, text: bytes, sample: Callable[[str], Any]) -> tuple[Problem, ...]:
        """Say what is wrong with a template; see `TemplateLinter.lint`."""
        matches = self._matches(text.decode(), {}, partial(_fill, sample=sample))
        return tuple(_problem(path, match) for match in matches)

    def lint_rendered(
        self, template: Template, parameters: Mapping[str, str]
    ) -> tuple[Finding, ...]:
        """Say what is wrong with a rendered template; see `TemplateLinter.lint_rendered`."""
        matches = self._matches(json.dumps(template), parameters, lambda decoded: decoded)
        return tuple(map(_finding, matches))

    def _matches(
        self, text: str, parameters: Mapping[str, str], prepare: Callable[[Any], Any]
    ) -> list[Any]:
        try:
            from cfnlint.config import ConfigMixIn
            from cfnlint.decode import decode_str
            from cfnlint.runner import run_template_by_data
        except ModuleNotFoundError as error:
            message = "Linting templates needs cfn-lint, which is not installed."
            hint = "Run: pip install 'mlops-gitops[lint]'"
            raise MissingExtra(message, hint=hint) from error
        template, errors = decode_str(text)
        if errors:
            return list(errors)
        known = [dict(parameters)] if parameters else []
        config = ConfigMixIn([], regions=[self._region], parameters=known)
        return list(run_template_by_data(prepare(template), config, rules()))


@cache
def rules() -> Any:
    """Give cfn-lint's rules: reading them takes as long as linting a template, so it is done once.

    They know nothing of a region, and turn to each template anew: cfn-lint's own runner uses them
    for all templates, too.
    """
    from cfnlint.config import ConfigMixIn
    from cfnlint.runner import Runner

    return Runner(ConfigMixIn([])).rules


def _fill(node: Any, sample: Callable[[str], Any]) -> Any:
    """Put samples in the place of inserts; the nodes around them keep their places."""
    for key, inner in _children(node):
        if key == "Mlops::Insert" and isinstance(inner, str):
            # Beside other members an insert adds its own to them.
            del node[key]
            added = _at(node, sample(inner))
            node.update(added if isinstance(added, dict) else {})
            continue
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
    message = str(match.message).replace("\n", " ")
    where = Location(path, match.linenumber, match.columnnumber)
    return linted(match.rule.id, message, _severity(match)).at(where)


def _finding(match: Any) -> Finding:
    # A match that is about the whole template has no path.
    path = tuple(getattr(match, "path", None) or ())
    return Finding(
        rule=match.rule.id, message=str(match.message), severity=_severity(match), path=path
    )


def _severity(match: Any) -> Severity:
    return Severity.ERROR if match.rule.id.startswith("E") else Severity.WARNING
