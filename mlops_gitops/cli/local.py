"""`mlops-gitops local`."""

import shlex
from pathlib import Path

import click

from mlops_gitops import app
from mlops_gitops.cli import options
from mlops_gitops.emulator import lifecycle
from mlops_gitops.errors import EmulatorError, UsageError

DEMO_REPOSITORY = Path(__file__).parent / "demo_repository"
_HINT = "Start it with `mlops-gitops local up`."


@click.group("local")
def command() -> None:
    """Start and stop the embedded AWS: four accounts on 127.0.0.1.

    \u0008
    Example:
      mlops-gitops local up
      eval "$(mlops-gitops local env)"
      mlops-gitops plan
    """


@command.command("up")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=lifecycle.DEFAULT_PORT,
    show_default=True,
    help="Port on 127.0.0.1; 0 takes a free one. One that runs already keeps its own.",
)
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="MLOPS_GITOPS_ROOT",
    help="Repository whose accounts are made; by default the nearest one upwards.",
)
@click.option(
    "--enforce-iam",
    is_flag=True,
    help="Refuse what the policies of roles do not allow, as AWS does. It takes more time.",
)
def up(port: int, root: Path | None, *, enforce_iam: bool) -> None:
    """Start it and prepare its accounts with the same templates as real ones.

    The accounts are those of the settings, or four of its own outside a repository. State is
    kept until `local reset`.

    \u0008
    Example:
      mlops-gitops local up --port 4566
      mlops-gitops local up --enforce-iam
    """
    folder = _folder(root)
    iam = lifecycle.Iam(enforced=enforce_iam)
    running = app.embedded_up(folder, app.embedded_state(), port, _report, iam)
    _tell(running)
    click.echo('Next: eval "$(mlops-gitops local env)"', err=True)


@command.command("down")
def down() -> None:
    """Stop it; its state is kept.

    \u0008
    Example:
      mlops-gitops local down
    """
    click.echo("Stopped." if lifecycle.down(app.embedded_state()) else "It was not running.")


@command.command("status")
def status() -> None:
    """Say whether it runs, and where.

    \u0008
    Example:
      mlops-gitops local status
    """
    running = lifecycle.status(app.embedded_state())
    if running is None:
        raise EmulatorError("The embedded AWS is not running.", hint=_HINT)
    _tell(running)


@command.command("env")
def env() -> None:
    """Print shell exports that point every AWS program at it.

    \u0008
    Example:
      eval "$(mlops-gitops local env)"
    """
    running = lifecycle.status(app.embedded_state())
    if running is None:
        raise EmulatorError("The embedded AWS is not running.", hint=_HINT)
    for name, value in lifecycle.environment(running).items():
        click.echo(f"unset {name}" if value is None else f"export {name}={shlex.quote(value)}")


@command.command("reset")
@options.yes
def reset(*, yes: bool) -> None:
    """Stop it and forget everything it knew.

    \u0008
    Example:
      mlops-gitops local reset --yes
    """
    if not yes:
        options.ask("Forget everything the embedded AWS knows?")
    lifecycle.reset(app.embedded_state())
    click.echo("Stopped and emptied.")


def _tell(running: lifecycle.Running) -> None:
    click.echo(f"Embedded AWS (emulated) at {running.endpoint_url}, state in {running.state_dir}")
    if running.enforces_iam:
        click.echo("It refuses what the policies of roles do not allow.")


def _report(step: str) -> None:
    click.echo(step, err=True)


def _folder(root: Path | None) -> Path:
    try:
        return options.find_root(root)
    except UsageError:
        return DEMO_REPOSITORY
