"""The stacks of bootstrap's parts, as settings ask for them."""

from typing import Any

from blueprints.resolving import resolved
from builders import BLUEPRINTS, DATA, SETTINGS, repository

from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.desired.bootstrap.part import Known, Part, part_stack
from mlops_gitops.desired.stack import DeployableStack
from mlops_gitops.use_cases.validate import load_repository

KEY = "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"
REVISION = "1f" * 20


def stack_of(part: Part, more: str, text: str = SETTINGS) -> DeployableStack:
    """The stack of a part, which settings with some more lines want."""
    files = MemoryFiles(repository(settings=f"{text}{more}\n"))
    settings = load_repository(files, DATA).settings
    assert part.wanted(settings)
    known = Known(
        settings=settings,
        account=settings.orchestrator_account,
        outputs={"AssetsKmsKeyArn": KEY},
        revision=REVISION,
    )
    return part_stack(part, known, BLUEPRINTS.blueprint(part.blueprint))


def resources_of(stack: DeployableStack) -> dict[str, Any]:
    """What it makes, worked out."""
    declared = stack.template["Parameters"]
    defaults = {name: one["Default"] for name, one in declared.items() if "Default" in one}
    return resolved(stack.template, {**defaults, **stack.parameters})
