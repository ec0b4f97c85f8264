"""MG055: The names that are derived from a model's name become too long.

A workload's stacks are called `<prefix>-<model_name>-<type>-codepipeline` and
`<prefix>-<model_name>-<type>-<stage>`; CloudFormation takes 128 characters. It would say so only
while deploying.

Wrong:
    a model_name of 90 characters

Right:
    a model_name that leaves the longest derived name at 128 characters
"""

from collections.abc import Iterator

from mlops_gitops.config.declared import identity_of
from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said
from mlops_gitops.problems import Problem

_LONGEST = 128
"""Source: CreateStack, `StackName`, in the CloudFormation API reference."""


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse model names whose longest stack name CloudFormation would not take."""
    values = [draft.fields.get(field) for field in draft.type.identity]
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) < len(values):
        return
    name = identity_of(texts)
    longest_part = max(range(len(texts)), key=lambda index: len(texts[index]))
    suffixes = ["codepipeline", *(stage.name for stage in draft.settings.places)]
    longest = max(suffixes, key=len)
    derived = f"{draft.settings.prefix}-{name}-{draft.type.stack_postfix}-{longest}"
    excess = len(derived) - _LONGEST
    if excess > 0:
        message = f"The stack name derived from it would have {len(derived)} characters: {derived}."
        most = len(texts[longest_part]) - excess
        hint = f"CloudFormation takes {_LONGEST}; use at most {most} characters here."
        yield draft.at(Said("MG055", message, hint), draft.type.identity[longest_part])
