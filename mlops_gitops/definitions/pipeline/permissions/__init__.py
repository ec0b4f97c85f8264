"""Permissions: what the stack's own role has to be allowed, read from the compiled steps.

`data` is what jobs read and write, `steps` what each type of step asks of SageMaker, `beside` what
steps ask of other services. A statement is known by its Sid: two steps that need the same are one
statement. Sources: "IAM Access Management" and "AWS managed policies for SageMaker Pipelines" of
the SageMaker developer guide, and IAM's own list of actions and their resources.
"""

from collections.abc import Iterable

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.pipeline.definition import Definition
from mlops_gitops.definitions.pipeline.permissions.beside import beside
from mlops_gitops.definitions.pipeline.permissions.data import data
from mlops_gitops.definitions.pipeline.permissions.statement import Statement
from mlops_gitops.definitions.pipeline.permissions.steps import of_steps
from mlops_gitops.definitions.pipeline.surroundings import Surroundings
from mlops_gitops.executor.language import all_steps


def policies_of(definition: Definition, around: Surroundings) -> list[Json]:
    """Give the inline policies of the role: what the steps do, and what they read and write."""
    steps = [step for step, _ in all_steps(list(definition.steps))]
    work = [*of_steps(steps, definition.experiment, around), *beside(steps)]
    return [
        _policy("steps", work),
        _policy("data", data(definition, steps, around)),
    ]


def _policy(name: str, statements: Iterable[Statement]) -> Json:
    merged: dict[str, Statement] = {}
    for statement in statements:
        known = merged.get(statement.sid)
        merged[statement.sid] = statement if known is None else known.with_(statement)
    document: Json = {
        "Version": "2012-10-17",
        "Statement": [merged[sid].as_json() for sid in sorted(merged)],
    }
    return {"PolicyName": name, "PolicyDocument": document}
