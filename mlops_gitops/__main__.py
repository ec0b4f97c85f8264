"""The door: what the command `mlops-gitops` and `python -m mlops_gitops` run."""

import contextlib
import gc
import os
import sys
from typing import NoReturn

_OBJECTS = 100_000


def main() -> NoReturn:
    """Run the command line, and leave without tidying up what ends with the process anyway.

    Starting up makes many objects and no garbage. Python looks for garbage every 700 of them, and
    takes all of them apart at its end; without either, a whole `validate` takes a quarter less.
    """
    gc.set_threshold(_OBJECTS)
    from mlops_gitops.cli import main as run

    code: object = 0
    try:
        run()
    except SystemExit as end:
        code = end.code
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
