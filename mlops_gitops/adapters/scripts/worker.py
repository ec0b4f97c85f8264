"""What runs a user's `pipeline.py`: by the interpreter that has the SageMaker SDK, never by ours.

Run by its path, alone: `python -I worker.py ORDER RESULT`. The order is JSON: `folder` is the copy
of the config's folder, `script` its path in there; `calls` has for each stage its `stage`,
`arguments` (given if the signature takes them), `extra` (given in any case), `environment`;
`memory`, `seconds` and `file_size` are limits. The result is JSON: `definitions` by stage, `sdk`,
`line` of the function, `error` (null, or `kind`, `message`, `path`, `line`, `about`).

It holds to Python 3.9, the oldest that the SDK runs with.
"""

from __future__ import annotations

import importlib.util
import inspect
import json
import os
import signal
import socket
import sys
import traceback
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, ModuleType

_FUNCTION = "get_pipeline"
_LOOPBACK = ("127.", "::1", "localhost")


class _TooLong(BaseException):
    """The time is up; no `except Exception` of the script holds it up."""


class Refusal(Exception):
    """What the script is told to have done wrong, by us."""

    def __init__(self, kind: str, about: str) -> None:
        super().__init__(about)
        self.kind, self.about = kind, about


def main(order_file: str, result_file: str) -> None:
    """Follow an order."""
    order: dict[str, Any] = json.loads(Path(order_file).read_text(encoding="utf-8"))
    own = os.getpid()
    begun: list[int] = []
    folder = os.path.realpath(order["folder"])
    result: dict[str, Any] = {"definitions": {}, "sdk": version(), "error": None}
    try:
        _limit(order)
        os.chdir(folder)
        result["definitions"] = _definitions(order, folder, begun)
    except BaseException as error:  # noqa: BLE001 - whatever a user's code raises is told
        result["error"] = told(error, folder, order["script"], begun)
    signal.setitimer(signal.ITIMER_REAL, 0)
    result["line"] = next(iter(begun), 1)
    # A fork of the script that comes back here has nothing to say.
    if os.getpid() == own:
        made = Path(f"{result_file}.new")
        made.write_text(json.dumps(result), encoding="utf-8")
        made.replace(result_file)
    os._exit(0)


def version() -> str:
    """Give the version of the SDK; "" where there is none."""
    try:
        return metadata.version("sagemaker")
    except metadata.PackageNotFoundError:
        return ""


def _limit(order: dict[str, Any]) -> None:
    import resource

    for name, value in (
        ("RLIMIT_AS", order["memory"]),
        ("RLIMIT_FSIZE", order["file_size"]),
        ("RLIMIT_CORE", 0),
    ):
        limit = getattr(resource, name)
        hard = resource.getrlimit(limit)[1]
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        # macOS knows the limit of memory and takes none.
        if sys.platform == "linux" or name != "RLIMIT_AS":
            resource.setrlimit(limit, (allowed, hard))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, _time_is_up)
    signal.setitimer(signal.ITIMER_REAL, order["seconds"])
    sys.addaudithook(stay_here)


def _time_is_up(_number: int, _frame: FrameType | None) -> None:
    raise _TooLong


def stay_here(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse every address that is not this machine: what is built there differs each time."""
    if event == "socket.connect":
        asked, address = arguments
        if asked.family in (socket.AF_INET, socket.AF_INET6):
            _refuse_unless_here(str(address[0]))
    elif event == "socket.getaddrinfo" and arguments[0] is not None:
        host = arguments[0]
        _refuse_unless_here(host.decode() if isinstance(host, bytes) else str(host))


def _refuse_unless_here(host: str) -> None:
    if not host.startswith(_LOOPBACK):
        raise Refusal("network", host)


def _definitions(order: dict[str, Any], folder: str, begun: list[int]) -> dict[str, Any]:
    """Have every stage's pipeline built, in the order's order; note the line of the function."""
    first = order["calls"][0]
    os.environ.update(first["environment"])
    module = load(folder, order["script"])
    function = function_of(module)
    begun.append(line_of(function))
    found = {}
    for call in order["calls"]:
        os.environ.update(call["environment"])
        if "boto3" in sys.modules:
            # Its default session would stay with the first stage.
            vars(sys.modules["boto3"])["DEFAULT_SESSION"] = None
        found[call["stage"]] = definition_of(function(**keywords(function, call)))
    return found


def find_beside(folder: str, script: str) -> Path:
    """Let the script import what lies beside it; give its path."""
    path = Path(folder, script)
    for each in (folder, str(path.parent)):
        if each not in sys.path:
            sys.path.insert(0, each)
    return path


def load(folder: str, script: str) -> ModuleType:
    """Import the script."""
    path = find_beside(folder, script)
    name = Path(script).stem
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise Refusal("missing", "")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def function_of(module: ModuleType) -> Callable[..., Any]:
    """Give the function that makes the pipeline."""
    function = getattr(module, _FUNCTION, None)
    if not callable(function):
        raise Refusal("missing", "")
    made: Callable[..., Any] = function
    return made


def definition_of(pipeline: Any) -> dict[str, Any]:
    """Ask what the function returned for its definition."""
    definition = getattr(pipeline, "definition", None)
    if isinstance(pipeline, type) or not callable(definition):
        raise Refusal("returned", type(pipeline).__name__)
    text = definition()
    try:
        made = json.loads(text)
    except (TypeError, ValueError) as error:
        raise Refusal("not_json", str(error)) from error
    if not isinstance(made, dict):
        raise Refusal("not_json", "it is no JSON object")
    return made


def keywords(function: Callable[..., Any], call: dict[str, Any]) -> dict[str, Any]:
    """Give what the signature takes; say what it takes and nobody gives, and the other way."""
    parameters = inspect.signature(function).parameters.values()
    takes_all = any(each.kind is each.VAR_KEYWORD for each in parameters)
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    names = [each.name for each in parameters if each.kind in named]
    for name in call["extra"]:
        if not takes_all and name not in names:
            raise Refusal("unknown_argument", name)
    known = call["arguments"].items()
    given = {key: value for key, value in known if takes_all or key in names}
    given.update(call["extra"])
    for each in parameters:
        if each.kind in named and each.default is each.empty and each.name not in given:
            raise Refusal("missing_argument", each.name)
    return given


def line_of(function: Callable[..., Any]) -> int:
    """Give the line where a function begins."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    return code.co_firstlineno if code is not None else 1


def told(error: BaseException, folder: str, script: str, begun: list[int]) -> dict[str, Any]:
    """Say where in the user's files something went wrong, and what it was.

    Much of the SDK works when the definition is asked for; then it is the function's line.
    """
    path, line = _place(error, folder)
    if path is None:
        path, line = script, next(iter(begun), 1)
    said: dict[str, Any] = {"path": path, "line": line, "about": "", "message": str(error)}
    if isinstance(error, Refusal):
        said.update(kind=error.kind, about=error.about)
    elif isinstance(error, _TooLong):
        said.update(kind="time")
    elif isinstance(error, MemoryError):
        said.update(kind="memory")
    elif isinstance(error, SyntaxError):
        said.update(kind="syntax", message=error.msg)
    elif isinstance(error, SystemExit):
        said.update(kind="exit", message=str(error.code))
    elif isinstance(error, ImportError) and (error.name or "").split(".")[0] == "sagemaker":
        said.update(kind="sdk", about=error.name)
    else:
        said.update(kind="raised", about=type(error).__name__)
    return said


def _place(error: BaseException, folder: str) -> tuple[str | None, int | None]:
    """Find the last line of the user's own files that was running."""
    broken = error.filename or "" if isinstance(error, SyntaxError) else ""
    if isinstance(error, SyntaxError) and _is_in(broken, folder):
        return os.path.relpath(os.path.realpath(broken), folder), error.lineno
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if _is_in(frame.filename, folder)]
    if not own:
        return None, None
    return os.path.relpath(os.path.realpath(own[-1].filename), folder), own[-1].lineno


def _is_in(path: str, folder: str) -> bool:
    return os.path.realpath(path).startswith(folder + os.sep)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
