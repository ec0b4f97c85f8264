"""What steps with code of the user's run first in their container; an asset, imported by nobody.

It prepares (initialization script, requirements), then runs a script or calls a function with JSON.
It uses Python's own library alone, in a way that Python 3.8 understands: the image decides.
Source of the folders: "How Amazon SageMaker Provides Training Information".
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

_CODE = Path(__file__).absolute().parent
# /opt/ml, or what stands for it: below it, code is at input/data/NAME or at processing/input/code.
_BASE = _CODE.parents[2]
_REASON = 1000


def main(words: list[str]) -> None:
    """Run what the words name; what they end with are arguments of the script.

    Args:
        words: what to prepare with, `--script FILE` or `--function FILE:NAME`, `--` and arguments.
    """
    parser = argparse.ArgumentParser()
    for name in ("--init", "--requirements", "--script", "--function"):
        parser.add_argument(name)
    own, arguments = _split(words)
    asked = parser.parse_args(own)
    if asked.init:
        _prepare(["/bin/bash", asked.init])
    if asked.requirements:
        pip = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check"]
        _prepare([*pip, "--requirement", asked.requirements])
    if asked.script:
        _run_script(asked.script, arguments)
    else:
        _call_function(*asked.function.rsplit(":", 1))


def _split(words: list[str]) -> tuple[list[str], list[str]]:
    """Part what is ours from what is the script's."""
    if "--" not in words:
        return words, []
    index = words.index("--")
    return words[:index], words[index + 1 :]


def _prepare(command: list[str]) -> None:
    code = subprocess.call(command, cwd=str(_CODE))  # noqa: S603 - the user's own preparation
    if code != 0:
        _fail(f"{' '.join(command[-2:])} ended with exit code {code}.")


def _run_script(name: str, arguments: list[str]) -> NoReturn:
    """Become the script, so that signals reach it."""
    program = "/bin/bash" if name.endswith(".sh") else sys.executable
    os.chdir(str(_CODE))
    sys.stdout.flush()
    os.execv(program, [program, str(_CODE / name), *arguments])  # noqa: S606 - the user's own script


def _call_function(file: str, name: str) -> None:
    sys.path[:0] = [str((_CODE / file).parent), str(_CODE)]
    try:
        result = getattr(_load(file), name)(**_arguments())
    except Exception as error:  # noqa: BLE001 - whatever it is, the job ends with its words
        traceback.print_exc()
        _fail(f"{type(error).__name__}: {error}")
    try:
        text = json.dumps(result, allow_nan=False)
    except (TypeError, ValueError) as error:
        _fail(f"{name} gave back what is not JSON: {error}")
    folder = _BASE / "model"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "result.json").write_text(text, encoding="utf-8")


def _load(file: str) -> Any:
    """Import a file by its path: its name may be that of a module of Python's own library."""
    spec = importlib.util.spec_from_file_location(Path(file).stem, str(_CODE / file))
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _arguments() -> dict[str, Any]:
    """Give the function's arguments.

    A hyperparameter is JSON by the argument's name. What was a reference stands by itself: its kind
    and where in the arguments it belongs, `text:data` or `json:limits/0`.
    """
    file = _BASE / "input" / "config" / "hyperparameters.json"
    given = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    found = {name: json.loads(value) for name, value in given.items() if ":" not in name}
    for name, value in given.items():
        kind, colon, place = name.partition(":")
        if colon:
            _put(found, place.split("/"), _KINDS[kind](value))
    return found


def _put(inside: Any, parts: list[str], value: Any) -> None:
    for part in parts[:-1]:
        inside = inside[_key(inside, part)]
    inside[_key(inside, parts[-1])] = value


def _key(inside: Any, part: str) -> int | str:
    name = part.replace("~1", "/").replace("~0", "~")
    return int(name) if isinstance(inside, list) else name


def _json(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def _result(channel: str) -> Any:
    """Read what another function gave back, which is a channel of this job."""
    file = _BASE / "input" / "data" / channel / "result.json"
    return json.loads(file.read_text(encoding="utf-8"))


_KINDS: dict[str, Callable[[str], Any]] = {"text": str, "json": _json, "result": _result}


def _fail(reason: str) -> NoReturn:
    """End the job with a reason that SageMaker shows."""
    sys.stderr.write(f"{reason}\n")
    folder = _BASE / "output"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("failure", "message"):  # of training, and of processing
        (folder / name).write_text(reason[:_REASON], encoding="utf-8")
    sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
