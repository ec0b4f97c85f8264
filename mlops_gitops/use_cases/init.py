"""Begin a repository: what stands in the files that nobody wants to type."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from string import Template
from typing import assert_never

from mlops_gitops.config.settings import SETTINGS_PATH

_NOBODY = "@your-organization/ml-platform"
ENVIRONMENT = "mlops-gitops"
"""Of GitHub: what our workflow that applies runs in, unless it is told otherwise."""


class Ci(StrEnum):
    """Whose CI the repository gets files for."""

    GITHUB = "github"
    GITLAB = "gitlab"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is known of a repository before it is there.

    Attributes:
        orchestrator: account of the assets bucket and the delivery pipelines.
        region: of all stages.
        bucket: the assets bucket.
        stages: names and accounts, in order; all but the first get a gate.
        model: name of the example; a file name, too.
        ci: whose CI runs there.
        branch: the one that is applied from.
        owners: who is asked to review, as CODEOWNERS writes them.
        plan_role: ARN of the role that CI plans with.
        apply_role: ARN of the role that CI applies with.
        revision: commit or tag of this program that CI runs.
        repository: what GitHub or GitLab call it, with its owner; empty if nobody said.
    """

    orchestrator: str
    region: str
    bucket: str
    stages: tuple[tuple[str, str], ...]
    model: str
    ci: Ci
    branch: str
    owners: tuple[str, ...]
    plan_role: str
    apply_role: str
    revision: str
    repository: str


class _Text(Template):
    """A text with places `%{name}`; `$` is left to the languages of CI."""

    delimiter = "%"


def begin_repository(wishes: Wishes, skeleton: Mapping[str, str]) -> dict[str, bytes]:
    """Make the files of a new repository, by path; the caller holds them to the schemas.

    Args:
        wishes: what they say.
        skeleton: texts with places to fill, by the names of files under `cli/init_files`.
    """
    values = _values(wishes)
    return {
        path: _Text(skeleton[name]).substitute(values).encode()
        for path, name in _texts_by_path(wishes)
    }


def _texts_by_path(wishes: Wishes) -> Iterator[tuple[str, str]]:
    yield SETTINGS_PATH, "settings.yaml"
    yield f"{wishes.model}/mlops-config.json", "config.json"
    yield ".pre-commit-config.yaml", "pre-commit.yaml"
    yield _owners_path(wishes.ci), "codeowners"
    match wishes.ci:
        case Ci.GITHUB:
            yield ".github/workflows/mlops-gitops.yml", "github.yml"
        case Ci.GITLAB:
            yield ".gitlab-ci.yml", "gitlab.yml"
        case Ci.NONE:
            pass
        case _:
            assert_never(wishes.ci)


def _owners_path(ci: Ci) -> str:
    """Name the place where the code host looks first, so that no other file goes before ours.

    Sources: GitHub's page "About code owners", GitLab's page "Code Owners".
    """
    return ".github/CODEOWNERS" if ci is Ci.GITHUB else "CODEOWNERS"


def _values(wishes: Wishes) -> dict[str, str]:
    """Give what stands in the places; what a user wrote is a quoted text, in YAML and in JSON."""
    return {
        "region": json.dumps(wishes.region),
        "bucket": json.dumps(wishes.bucket),
        "orchestrator": json.dumps(wishes.orchestrator),
        "stages": "\n".join(_stages(wishes.stages)),
        "model": json.dumps(wishes.model),
        "artifact": json.dumps(f"{wishes.model}/model.tar.gz"),
        "capture": json.dumps(f"{wishes.bucket}-captured/{wishes.model}"),
        "branch": json.dumps(wishes.branch),
        "plan_role": json.dumps(wishes.plan_role),
        "apply_role": json.dumps(wishes.apply_role),
        "revision": wishes.revision,
        "lines": "\n".join(_owned(wishes)),
        "trusted": "".join(f"{line}\n" for line in _trusted(wishes)),
    }


def _stages(stages: tuple[tuple[str, str], ...]) -> Iterator[str]:
    for number, (name, account) in enumerate(stages):
        approval = "manual" if number else "none"
        place = f"name: {json.dumps(name)}, account: {json.dumps(account)}"
        yield f"  - {{{place}, approval: {approval}}}"


def _trusted(wishes: Wishes) -> Iterator[str]:
    """Say whose pipelines get roles, if the repository was named."""
    if not wishes.repository or wishes.ci is Ci.NONE:
        return
    name, branch = json.dumps(wishes.repository), json.dumps(wishes.branch)
    yield "# Whose pipelines get roles, which `bootstrap` makes."
    yield "ci:"
    if wishes.ci is Ci.GITHUB:
        yield f"  github: {{repository: {name}, branch: {branch}, environment: {ENVIRONMENT}}}"
    else:
        yield f"  gitlab: {{project: {name}, branch: {branch}}}"


def _owned(wishes: Wishes) -> Iterator[str]:
    """Give the lines of CODEOWNERS; as long as there is nobody, they are comments."""
    begin, owners = ("", " ".join(wishes.owners)) if wishes.owners else ("# ", _NOBODY)
    if not wishes.owners:
        yield "# Name your people, and take away the signs before the lines."
    for path, _ in sorted(_texts_by_path(wishes)):
        if not path.endswith("/mlops-config.json"):
            yield f"{begin}/{path} {owners}"
    yield f"{begin}/blueprints/ {owners}"
