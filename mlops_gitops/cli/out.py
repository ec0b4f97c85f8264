"""Standard output and standard error: the one place through which a command says anything."""

import io

import click

from mlops_gitops.config.secrets import masked


def echo(text: str, *, err: bool = False) -> None:
    """Write a text, without the secrets that users, AWS or a library may have left in it.

    Args:
        text: data, or talk.
        err: whether it is talk, which goes to standard error.
    """
    click.echo(masked(text), err=err)


def echo_usage(error: click.ClickException) -> None:
    """Say what is wrong with a command line, as click does."""
    text = io.StringIO()
    error.show(file=text)
    echo(text.getvalue().removesuffix("\n"), err=True)
