"""`mlops-gitops completion`."""

import click
from click.shell_completion import get_completion_class

from mlops_gitops.cli import COMPLETE, group
from mlops_gitops.cli.out import echo
from mlops_gitops.errors import UsageError

PROGRAM = "mlops-gitops"


@click.command("completion")
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def command(shell: str) -> None:
    """Print what completes commands and options in a shell.

    \u0008
    Example:
      eval "$(mlops-gitops completion bash)"    # a line of ~/.bashrc; of ~/.zshrc with zsh
      mlops-gitops completion fish > ~/.config/fish/completions/mlops-gitops.fish
    """
    maker = get_completion_class(shell)
    if maker is None:
        raise UsageError(f"There is nothing for {shell}.", hint="Name bash, zsh or fish.")
    echo(maker(group, {}, PROGRAM, COMPLETE).source().rstrip("\n"))
