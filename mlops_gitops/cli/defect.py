"""Defects of ours: one line for the user, the rest in a file for the report."""

import platform
import sys
import tempfile
import traceback

from mlops_gitops import __version__
from mlops_gitops.cli.out import echo
from mlops_gitops.config.said import printable
from mlops_gitops.config.secrets import masked


def tell_defect(error: Exception) -> None:
    """Say that something is our fault, and keep what a report needs in a file only we can read."""
    with tempfile.NamedTemporaryFile(
        "w", prefix="mlops-gitops-", suffix=".log", delete=False, encoding="utf-8"
    ) as log:
        log.write(f"mlops-gitops {__version__}, Python {sys.version}, {platform.platform()}\n")
        log.write(masked("".join(traceback.format_exception(error))))
    echo(printable(f"Error: this is a defect of mlops-gitops: {error!r}"), err=True)
    echo(f"Please report it with {log.name}; look through it for secrets first.", err=True)
