"""How many problems of one file are told."""

from collections.abc import Iterable
from itertools import islice

from mlops_gitops.config.document import Document
from mlops_gitops.config.said import Said
from mlops_gitops.problems import Problem

MOST_PROBLEMS = 100


def limited(problems: Iterable[Problem], document: Document) -> tuple[Problem, ...]:
    """Take as many problems as are told; what is left over is said in one more."""
    found = tuple(islice(problems, MOST_PROBLEMS + 1))
    if len(found) <= MOST_PROBLEMS:
        return found
    return (*found[:MOST_PROBLEMS], more_problems().at(document.where()))


def more_problems() -> Said:
    """MG160: A file has more problems than are told.

    A file with so many mistakes is often another kind of file, which got the name of a config.

    Wrong:
        a config with 5,000 unknown keys

    Right:
        a config whose first 100 problems are mended; the others are told then
    """
    message = f"The file has more than {MOST_PROBLEMS} problems; only so many are told."
    return Said("MG160", message, "Mend these, and run it again for the others.")
