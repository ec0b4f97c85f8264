"""How an operation is added to SageMaker: a part gives handlers by the operations' names.

A part is a function `part(inside) -> {"CreateThing": handler, …}`, listed in `parts.py`. A handler
takes whose call it is and the request, which already agrees with botocore's description of the
operation, and returns the answer as JSON (times as seconds since 1970) or raises `CallError`. What
it wants to keep goes into `inside.store`. A handler takes the place of moto's operation of the same
name, which it can still reach through `inside.moto`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlops_gitops.emulator.codepipeline.clients import Clients
from mlops_gitops.emulator.providers import Api
from mlops_gitops.emulator.sagemaker.store import Store
from mlops_gitops.emulator.wire import Scope

Request = Mapping[str, Any]
Operation = Callable[[Scope, Request], dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """What a part may use."""

    store: Store
    call: Api
    """Any operation of SageMaker, of a part or of moto."""
    moto: Api
    """moto's operations, past what parts have put in their place."""
    folder: Path
    """A folder for what does not go into records; `local reset` removes it."""
    clients: Clients
    """Other services of the embedded AWS: `clients.of_account("s3", scope.account, …)`."""


Part = Callable[[Inside], Mapping[str, Operation]]


def arn(scope: Scope, kind: str, name: str) -> str:
    """The ARN of a resource: `arn(scope, "model-card", "churn")`."""
    partition = {"cn": "aws-cn", "us-gov": "aws-us-gov"}
    place = next((p for prefix, p in partition.items() if scope.region.startswith(prefix)), "aws")
    return f"arn:{place}:sagemaker:{scope.region}:{scope.account}:{kind}/{name}"
