"""Scripts: a user's `pipeline.py` that is to be run, and what comes of it.

It is run where `ports.PipelineScripts` says; here are the nouns of both sides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.asset import Asset

PYTHON = "python"
"""The field that names the interpreter."""
ARGUMENTS = "script_arguments"
DEFAULT_PYTHON = ".venv-sagemaker/bin/python3"
"""Where the interpreter is unless somebody says otherwise, from the repository's root."""


class FaultKind(Enum):
    """Why nothing was built. The values are those that the process which runs scripts writes."""

    ARGUMENT_MISSING = "missing_argument"
    ARGUMENT_UNKNOWN = "unknown_argument"
    AWS = "aws"
    DIED = "died"
    EXIT = "exit"
    INTERPRETER = "interpreter"
    MEMORY = "memory"
    MISSING = "missing"
    NETWORK = "network"
    NOT_JSON = "not_json"
    RAISED = "raised"
    RETURNED = "returned"
    SDK = "sdk"
    SYNTAX = "syntax"
    TIME = "time"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptFault:
    """Why nothing was built, and where.

    Attributes:
        path: of the user's file, relative to the folder that was copied.
        message: what Python said.
        about: what it is about: a name, an operation of AWS, the type of an exception.
        sdk: version of the SageMaker SDK there; empty where there is none.
    """

    kind: FaultKind
    path: str
    line: int = 1
    message: str = ""
    about: str = ""
    sdk: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptCall:
    """One call of `get_pipeline`.

    Attributes:
        arguments: given where the signature takes them.
        extra: given in any case.
        prefix: of the keys that the SDK chooses in the default bucket.
    """

    stage: str
    account: str
    arguments: Mapping[str, Json]
    extra: Mapping[str, Json]
    prefix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptOrder:
    """A script, and the calls of it that one process makes, in this order.

    Attributes:
        script: path of the file in its folder.
        files: everything in that folder, by path.
        python: the interpreter: a path from the repository's root, or a command.
        bucket: default bucket of the SDK.
    """

    script: str
    files: Mapping[str, bytes] = field(repr=False)
    calls: tuple[ScriptCall, ...]
    python: str
    region: str
    bucket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a script made for one stage.

    Attributes:
        definition: as the SDK wrote it, with code at addresses of ours.
        assets: the code that it uploads.
        lost: addresses that it uploads to and that stand in the definition in parts only.
    """

    definition: Mapping[str, Json]
    assets: tuple[Asset, ...] = ()
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptRun:
    """What one process made of an order; `definitions` and `objects` are by stage.

    Attributes:
        objects: what was put into S3: address -> content.
        fault: None where every call gave a definition.
    """

    definitions: Mapping[str, Json] = field(default_factory=dict)
    objects: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)
    fault: ScriptFault | None = None
