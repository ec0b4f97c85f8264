"""What nobody expects: a full disk, and defects of ours, with a file for the report."""

import errno
import os
import platform
import sys
import tempfile
import traceback

from mlops_gitops import __version__
from mlops_gitops.cli.out import echo
from mlops_gitops.config.said import printable
from mlops_gitops.config.secrets import masked

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def is_full_disk(error: Exception) -> bool:
    """Whether something could not be written because there is no room for it."""
    return isinstance(error, OSError) and error.errno in _FULL


def tell_full_disk(error: Exception) -> None:
    """Say that there is no room; what still waits to be written has nowhere to go."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    echo(printable(f"Error: While writing to this machine's disk: {error}"), err=True)
    hint = "Free some space, then repeat the command; what was done so far is not done twice."
    echo(hint, err=True)


def tell_defect(error: Exception) -> None:
    """Say that something is our fault, and keep what a report needs in a file only we can read."""
    echo(printable(f"Error: this is a defect of mlops-gitops: {error!r}"), err=True)
    try:
        name = _kept(error)
    except OSError as full:
        echo(printable(f"Please report it; what belongs to it could not be kept: {full}"), err=True)
    else:
        echo(f"Please report it with {name}; look through it for secrets first.", err=True)


def _kept(error: Exception) -> str:
    with tempfile.NamedTemporaryFile(
        "w", prefix="mlops-gitops-", suffix=".log", delete=False, encoding="utf-8"
    ) as log:
        log.write(f"mlops-gitops {__version__}, Python {sys.version}, {platform.platform()}\n")
        log.write(masked("".join(traceback.format_exception(error))))
    return log.name
