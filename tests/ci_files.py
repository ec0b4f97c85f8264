"""Files that other people's CI reads, held to what reads them there."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = Path(sys.executable).parent


def against_schema(file: Path, schema: str) -> str:
    """Hold a file to a schema that check-jsonschema carries; what is wrong, "" if nothing."""
    program = str(PROGRAMS / "check-jsonschema")
    done = _said(program, "--builtin-schema", f"vendor.{schema}", str(file))
    return "" if done.returncode == 0 else done.stdout + done.stderr


def audited(*places: Path, persona: str = "pedantic") -> str:
    """Have zizmor look at workflows and actions, offline; what it found."""
    options = ("--offline", "--no-progress", "--strict-collection", f"--persona={persona}")
    done = _said(str(PROGRAMS / "zizmor"), *options, *map(str, places))
    assert "completed" in done.stderr, done.stderr
    return "" if done.returncode == 0 else done.stdout


def read_yaml(file: Path) -> Any:
    """Read a YAML file; `on` is a text, as in YAML 1.2 and for GitHub."""
    return YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))


def run_shell(script: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a script as GitHub runs `shell: bash`."""
    command = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script)
    return _said(*command, folder=folder, environment=environment)


def _said(
    *command: str, folder: Path = ROOT, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env=os.environ | (environment or {}),
        check=False,
        capture_output=True,
        text=True,
    )
