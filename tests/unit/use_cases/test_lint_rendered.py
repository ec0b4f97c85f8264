"""Findings of a linter become problems: once each, with a place, short, and without secrets."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from builders import BLUEPRINTS, DATA, SETTINGS, realtime

from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.desired.stack import Template
from mlops_gitops.ports import Finding
from mlops_gitops.problems import Location, Problem, Severity
from mlops_gitops.use_cases.lint_rendered import lint_rendered
from mlops_gitops.use_cases.validate import Validated, validate

CONFIG = "churn/mlops-config.json"
WHOLE = Finding(rule="E1001", message="Something is odd.", severity=Severity.ERROR, path=())


class Linter:
    """Finds what a test says."""

    def __init__(self, find: Callable[[Mapping[str, str]], tuple[Finding, ...]]) -> None:
        self._find = find

    def lint(self, path: str, text: bytes, sample: Callable[[str], Any]) -> tuple[Problem, ...]:
        """Blueprints are not looked at here."""
        raise NotImplementedError

    def lint_rendered(
        self, template: Template, parameters: Mapping[str, str]
    ) -> tuple[Finding, ...]:
        """Find what the test says of these parameters."""
        assert template["Resources"]
        return self._find(parameters)


def validated(settings: str = SETTINGS) -> Validated:
    """Read a repository with one realtime workload."""
    files = {
        "mlops-gitops.yaml": settings.encode(),
        CONFIG: json.dumps(realtime("churn"), indent=2).encode(),
    }
    return validate(MemoryFiles(files), DATA)


def linted(find: Callable[[Mapping[str, str]], tuple[Finding, ...]]) -> tuple[Problem, ...]:
    """Lint that repository."""
    return lint_rendered(validated(), DATA, BLUEPRINTS, Linter(find))


def test_what_has_no_place_stands_at_the_first_line() -> None:
    """With the path in the template, once for all stages."""
    (problem,) = linted(lambda _: (WHOLE,))

    assert problem.where == Location(CONFIG, 1, 1)
    assert problem.pointer == ""
    assert problem.message == "E1001: Something is odd. (the template in dev, staging and prod)"
    assert problem.severity is Severity.ERROR
    assert "E1001" in problem.hint


def test_only_the_stages_that_are_wrong_are_named() -> None:
    """What is wrong in prod is not said of dev."""
    (problem,) = linted(lambda given: (WHOLE,) if given["EndpointName"] == "churn-prod" else ())

    assert problem.message.endswith("(the template in prod)")


def test_messages_are_one_short_line_without_secrets() -> None:
    """cfn-lint lists hundreds of instance types, and quotes what was written."""
    many = ", ".join(f"'ml.m{size}.large'" for size in range(200))
    key = "AKIA" + "Z" * 16
    told = f"'{key}' is not one of [{many}]\nwhen 'Ref' is resolved"
    found = Finding(rule="W1030", message=told, severity=Severity.WARNING, path=("Resources", "A"))

    (problem,) = linted(lambda _: (found,))

    assert key not in problem.message
    assert "['ml.m0.large', 'ml.m1.large', 'ml.m2.large', ... 200 in all] when" in problem.message
    assert "\n" not in problem.message
    assert problem.severity is Severity.WARNING


def test_every_parameter_is_given() -> None:
    """Nothing is judged as missing that only AWS knows; ARNs have the form of an ARN."""
    seen: list[Mapping[str, str]] = []

    def find(given: Mapping[str, str]) -> tuple[Finding, ...]:
        seen.append(given)
        return ()

    assert linted(find) == ()
    assert len(seen) == 3
    for given in seen:
        assert given.keys() >= BLUEPRINTS.blueprint("realtime").defaults.keys()
        assert given["AssetsKmsKeyArn"].startswith("arn:aws:kms:us-east-1:111111111111:key/")


def test_without_settings_nothing_is_rendered() -> None:
    """Their own problems are told, and no more."""
    read = validated("version: 1\n")

    assert read.settings is None
    assert lint_rendered(read, DATA, BLUEPRINTS, Linter(lambda _: (WHOLE,))) == ()
