"""Problems as SARIF 2.1.0, for code scanning and for editors.

Sources: OASIS Standard "Static Analysis Results Interchange Format (SARIF) Version 2.1.0";
"SARIF support for code scanning" of GitHub's documentation.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from mlops_gitops.config.said import printable
from mlops_gitops.problems import Problem, errors_among
from mlops_gitops.views.explanations_text import explanation_markdown

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_PROJECT = "https://github.com/mlops-gitops/mlops-gitops"
_ROOT = "%SRCROOT%"
_INVALID = 3


def problems_sarif(
    problems: Sequence[Problem], explanations: Mapping[str, str], version: str
) -> str:
    """Write one run with a result for each problem; ASCII only.

    Args:
        problems: with paths relative to the checkout.
        explanations: code -> what it means, its title first.
        version: of this program.
    """
    codes = sorted({problem.code for problem in problems})
    run = {
        "tool": {
            "driver": {
                "name": "mlops-gitops",
                "version": version,
                "informationUri": _PROJECT,
                "rules": [_rule(code, explanations.get(code, code)) for code in codes],
            }
        },
        "invocations": [_invocation(problems)],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the checkout."}}},
        # The standard counts in UTF-16 unless told otherwise; our columns are characters.
        "columnKind": "unicodeCodePoints",
        "results": list(_results(problems, codes)),
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(code: str, explanation: str) -> dict[str, Any]:
    title, _, rest = explanation.partition("\n")
    return {
        "id": code,
        "shortDescription": {"text": title},
        "fullDescription": {"text": rest.strip().partition("\n\n")[0] or title},
        "help": {"text": explanation, "markdown": explanation_markdown(explanation)},
        "helpUri": f"{_PROJECT}/blob/main/docs/problems.md#{code.lower()}",
    }


def _invocation(problems: Sequence[Problem]) -> dict[str, Any]:
    invalid = bool(errors_among(tuple(problems)))
    return {
        # Whether the program did its work, which it did; what it found is in the exit code.
        "executionSuccessful": True,
        "exitCode": _INVALID if invalid else 0,
        "exitCodeDescription": "there are errors" if invalid else "no errors",
    }


def _results(problems: Sequence[Problem], codes: Sequence[str]) -> Iterator[dict[str, Any]]:
    seen: Counter[str] = Counter()
    for problem in problems:
        where = f"{problem.where.path}\0{problem.pointer}"
        same = f"{problem.code}\0{where}\0{problem.message}"
        seen[same] += 1
        mark = f"{same}\0{seen[same]}".encode("utf-8", "surrogatepass")
        yield {
            "ruleId": problem.code,
            "ruleIndex": codes.index(problem.code),
            "level": problem.severity.value,
            "message": {"text": f"{printable(problem.message)}\n{printable(problem.hint)}"},
            "locations": [_location(problem)],
            # Neither line nor column: a problem that moved is the same problem.
            "partialFingerprints": {"mlopsGitops/v1": sha256(mark).hexdigest()},
        }


def _location(problem: Problem) -> dict[str, Any]:
    where = problem.where
    place = {
        # Colons too are escaped: in the first part of a path they would make it a scheme.
        "artifactLocation": {"uri": quote(where.path, errors="replace"), "uriBaseId": _ROOT},
        "region": {"startLine": where.line, "startColumn": where.column},
    }
    if not problem.pointer:
        return {"physicalLocation": place}
    logical = {"fullyQualifiedName": printable(problem.pointer), "kind": "member"}
    return {"physicalLocation": place, "logicalLocations": [logical]}
