"""MG213: A name of a detail on a model card cannot be kept.

Names in `custom_details` and `metadata` have a letter or an underscore. `Ref` and what begins with
`Fn::` is an instruction to CloudFormation, which would put something else in its place. Source:
AWS::SageMaker::ModelCard, in the CloudFormation registry.

Wrong:
    {"custom_details": {"2026": "first year"}}

Right:
    {"custom_details": {"since_2026": "first year"}}
"""

import re
from collections.abc import Iterator

from mlops_gitops.config.document import Json, Path
from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.problems import Problem

_GOOD = re.compile(r"[A-Za-z_]")
_INSTRUCTION = re.compile(r"Ref|Condition|Fn::.*|Mlops::.*")


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse names that CloudFormation would refuse or read as something else."""
    for path, details in _details(draft):
        for name in details:
            if not _GOOD.search(name) or _INSTRUCTION.fullmatch(name):
                message = f"{quoted(name)} is no name for a detail of a model card."
                hint = "Use a word of your own, with a letter."
                yield draft.at_key(Said("MG213", message, hint), *path, name)


def _details(draft: Draft) -> Iterator[tuple[Path, dict[str, Json]]]:
    more, evaluations = (
        draft.fields.get(name) for name in ("additional_information", "evaluation_details")
    )
    if isinstance(more, dict):
        yield from _member(more, "custom_details", ("additional_information",))
    for index, each in enumerate(evaluations if isinstance(evaluations, list) else ()):
        if isinstance(each, dict):
            yield from _member(each, "metadata", ("evaluation_details", index))


def _member(
    value: dict[str, Json], name: str, path: Path
) -> Iterator[tuple[Path, dict[str, Json]]]:
    inner = value.get(name)
    if isinstance(inner, dict):
        yield (*path, name), inner
