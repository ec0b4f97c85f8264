"""GitHub's own description of its REST API, holding requests and answers to it.

`github/api.json` is the part of it that we use (MIT licence; see scripts/generate_github_api.py).
"""

import copy
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from openapi_schema_validator import OAS30StrictValidator, OAS30Validator
from referencing import Registry
from referencing.jsonschema import DRAFT4

_NAME = "urn:github"
_TEXT = (Path(__file__).parent / "github" / "api.json").read_text(encoding="utf-8")
# A schema is looked at by itself, so what it refers to has to say where that is.
_API = json.loads(_TEXT.replace('"#/', f'"{_NAME}#/'))
_REGISTRY: Any = Registry().with_resource(_NAME, DRAFT4.create_resource(_API))


@dataclass(frozen=True, slots=True)
class Operation:
    """One call that the description knows, and the parts of the path that were asked for."""

    description: Mapping[str, Any]
    parts: Mapping[str, str]

    def example(self, status: int) -> Any:
        """Give the description's own example of an answer."""
        content = _found(self.description["responses"][str(status)])["content"]
        (example, *_) = content["application/json"]["examples"].values()
        return copy.deepcopy(_found(example)["value"])

    def mistakes_of_request(self, query: str, body: bytes) -> Iterator[str]:
        """Say what is wrong with a request."""
        known = {one["name"]: one for one in map(_found, self.description.get("parameters", ()))}
        for name, text in parse_qsl(query):
            if name not in known or known[name]["in"] != "query":
                yield f"no parameter {name}"
            else:
                yield from _mistakes(known[name]["schema"], _typed(known[name], text))
        for name, text in self.parts.items():
            yield from _mistakes(known[name]["schema"], _typed(known[name], text))
        wanted = self.description.get("requestBody")
        if (wanted is not None) != bool(body):
            yield "a body where none belongs, or none where one does"
        elif wanted is not None:
            schema, sent = wanted["content"]["application/json"]["schema"], json.loads(body)
            yield from _mistakes(schema, sent)
            yield from (f"no field {name}" for name in sent.keys() - schema["properties"].keys())

    def mistakes_of_answer(self, status: int, body: Any) -> Iterator[str]:
        """Say what is wrong with an answer; 3xx, 403, 429 and 5xx may come from any call."""
        answers = self.description["responses"]
        described = _found(answers.get(str(status), {}))
        if str(status) not in answers and status < 300:
            yield f"no answer {status}"
        elif "content" in described:
            yield from _mistakes(described["content"]["application/json"]["schema"], body)


def operation(method: str, path: str) -> Operation | None:
    """Find what the description says of a call; None where it knows no such."""
    for template, methods in _API["paths"].items():
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template))
        match = re.fullmatch(pattern, path)
        if match and method.lower() in methods:
            return Operation(methods[method.lower()], match.groupdict())
    return None


def _found(value: Any) -> Any:
    while "$ref" in value:
        _, _, kind, name = value["$ref"].split("/")
        value = _API["components"][kind][name]
    return value


def _typed(parameter: Mapping[str, Any], text: str) -> Any:
    is_number = parameter["schema"]["type"] == "integer" and text.isdecimal()
    return int(text) if is_number else text


def _mistakes(schema: Any, value: Any) -> Iterator[str]:
    validator = OAS30Validator(
        schema, registry=_REGISTRY, format_checker=OAS30StrictValidator.FORMAT_CHECKER
    )
    yield from (
        f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(value)
    )
