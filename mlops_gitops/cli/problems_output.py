"""Problems in the format that was asked for."""

from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

from mlops_gitops import __version__
from mlops_gitops.cli.out import echo
from mlops_gitops.errors import InvalidRepository
from mlops_gitops.problems import Problem, below
from mlops_gitops.views.problems_text import problems_text

_Command = TypeVar("_Command", bound=Callable[..., Any])

FORMATS = ("text", "json", "markdown", "github", "sarif", "junit")


def problems_output(
    output_format: str, root: Path, checked: Sequence[str], problems: Sequence[Problem]
) -> str:
    """Write problems in one of `FORMATS`; `text` and `github` are empty where there are none.

    Args:
        output_format: which.
        root: of the repository. `github` and `sarif` name files as the checkout around it does.
        checked: paths of the configs.
        problems: all of them.
    """
    match output_format:
        case "json":
            from mlops_gitops.views.problems_json import problems_json

            return problems_json(problems)
        case "markdown":
            from mlops_gitops.views.problems_markdown import problems_markdown

            return problems_markdown(len(checked), problems)
        case "github":
            from mlops_gitops.views.problems_github import problems_github

            return problems_github(below(folder_in_checkout(root), problems))
        case "sarif":
            from mlops_gitops.config.explanations import explanations
            from mlops_gitops.views.problems_sarif import problems_sarif

            found = below(folder_in_checkout(root), problems)
            return problems_sarif(found, explanations() if found else {}, __version__)
        case "junit":
            from mlops_gitops.views.problems_junit import problems_junit

            return problems_junit(checked, problems)
        case _:
            return problems_text(problems)


def refused_in_format(command: _Command) -> _Command:
    """Have a command that refuses a repository write the problems as its `--output` says.

    A program that asked for JSON gets JSON; the exit code tells it which. In text they go to
    standard error, as every failure does, so that nobody takes them for the answer.
    """

    @wraps(command)
    def told(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except InvalidRepository as error:
            root = kwargs.get("root")
            if kwargs["output"] == "text" or root is None:
                raise
            paths = sorted({problem.where.path for problem in error.problems})
            echo(problems_output(kwargs["output"], root, paths, error.problems))
            return error.exit_code

    return told  # type: ignore[return-value]  # `wraps` keeps what click needs, not the type


def folder_in_checkout(root: Path) -> str:
    """Give where a repository lies in the git checkout around it; empty where it is the checkout.

    Workflows name files as the checkout does, and there may be more in it than ours.
    """
    absolute = root.resolve()
    for folder in (absolute, *absolute.parents):
        # A worktree and a submodule have a file of that name.
        if (folder / ".git").exists():
            return "/".join(absolute.relative_to(folder).parts)
    return ""
