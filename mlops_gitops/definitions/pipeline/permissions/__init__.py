"""Permissions: what the stack's own role has to be allowed, read from the compiled steps.

`data` is what jobs read and write, `steps` what each type of step asks of SageMaker, `beside` what
steps ask of other services. A statement is known by its Sid: two steps that need the same are one
statement. Sources: "IAM Access Management" and "AWS managed policies for SageMaker Pipelines" of
the SageMaker developer guide, and IAM's own list of actions and their resources.
"""

from collections.abc import Iterable, Iterator

from mlops_gitops.config.document import Json
from mlops_gitops.config.pipeline_problems import role_too_long
from mlops_gitops.definitions.pipeline.definition import Definition
from mlops_gitops.definitions.pipeline.permissions.beside import beside
from mlops_gitops.definitions.pipeline.permissions.data import data
from mlops_gitops.definitions.pipeline.permissions.length import (
    LIMIT,
    gathered,
    is_too_long,
    length_of,
)
from mlops_gitops.definitions.pipeline.permissions.statement import Statement
from mlops_gitops.definitions.pipeline.permissions.steps import of_steps
from mlops_gitops.definitions.pipeline.shorthand import Mistake
from mlops_gitops.definitions.pipeline.surroundings import Surroundings
from mlops_gitops.executor.language import all_steps


def policies_of(definition: Definition, around: Surroundings) -> list[Json]:
    """Give the inline policies of the role: what the steps do, and what they read and write.

    Where they are longer than IAM takes, resources whose names begin alike are one.
    """
    steps = [step for step, _ in all_steps(list(definition.steps))]
    work = _merged([*of_steps(steps, definition.experiment, around), *beside(steps)])
    material = _merged(data(definition, steps, around))
    whole = _policies(work, material)
    if not is_too_long(length_of(whole, around)):
        return whole
    return _policies(map(gathered, work), map(gathered, material))


def role_mistakes(definition: Definition, around: Surroundings) -> Iterator[Mistake]:
    """Say that the role of the stack would be longer than IAM takes."""
    if around.scope.text("role_arn"):
        return
    length = length_of(policies_of(definition, around), around)
    if is_too_long(length):
        yield Mistake(("steps",), role_too_long(length, LIMIT))


def _policies(work: Iterable[Statement], material: Iterable[Statement]) -> list[Json]:
    return [_policy("steps", work), _policy("data", material)]


def _policy(name: str, statements: Iterable[Statement]) -> Json:
    document: Json = {
        "Version": "2012-10-17",
        "Statement": [statement.as_json() for statement in statements],
    }
    return {"PolicyName": name, "PolicyDocument": document}


def _merged(statements: Iterable[Statement]) -> list[Statement]:
    """Put statements of one Sid together, in the order of the Sids."""
    merged: dict[str, Statement] = {}
    for statement in statements:
        known = merged.get(statement.sid)
        merged[statement.sid] = statement if known is None else known.with_(statement)
    return [merged[sid] for sid in sorted(merged)]
