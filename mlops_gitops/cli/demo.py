"""`mlops-gitops demo`."""

import contextlib
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import assert_never

import click

from mlops_gitops import app
from mlops_gitops.cli.demo_screen import ask_to_go_on, headline, run, say, typed
from mlops_gitops.cli.demo_steps import (
    STEPS,
    Action,
    Check,
    Edit,
    Enter,
    Run,
    StartAws,
    Upload,
)
from mlops_gitops.cli.demo_world import (
    edit,
    isolate,
    look_at_endpoints,
    make_repository,
    upload,
    with_digests,
)
from mlops_gitops.cli.interruptions import Interruptions
from mlops_gitops.emulator import lifecycle
from mlops_gitops.errors import EmulatorError, UsageError

_WELCOME = """\
Two configs on their way to production, and a commit that does not get there.
All of AWS is emulated here, on 127.0.0.1: no account is needed, and nothing costs anything."""
_NEXT = """\
The repository and the embedded AWS are left as they are. To go on with them:
  cd {repository}
  export XDG_STATE_HOME={state_home}
  eval "$(mlops-gitops local env)"
Then, for instance:
  mlops-gitops apply      # starts what was rejected once more
  mlops-gitops render abalone/mlops-config.json --stage prod
  mlops-gitops history pulsar
  or edit a config, commit it, and look at `mlops-gitops plan`
To stop and remove it all:
  mlops-gitops local down
  rm -r {folder}"""


@click.command("demo")
@click.option("--yes", is_flag=True, help="Do not stop between the steps.")
@click.option("--keep", is_flag=True, help="Leave the repository and the embedded AWS running.")
@click.option(
    "--enforce-iam",
    "start",
    flag_value=f"{StartAws().line} --enforce-iam",
    default=StartAws().line,
    help="Have the embedded AWS refuse what the policies of roles do not allow.",
)
def command(*, yes: bool, keep: bool, start: str) -> None:
    """Watch a config reach production on the embedded AWS.

    It works in a temporary folder and on 127.0.0.1, and takes less than a minute. Without a
    terminal it does not stop between the steps.

    \u0008
    Example:
      mlops-gitops demo
      mlops-gitops demo --yes --keep
      mlops-gitops demo --enforce-iam
    """
    if shutil.which("git") is None:
        raise UsageError("The demo needs git, and it is not installed.", hint="Install git.")
    asks = not yes and sys.stdin.isatty() and sys.stdout.isatty()
    interruptions = Interruptions()
    with interruptions.caught(), _folder(interruptions, keep=keep) as folder:
        isolate(folder / "state")
        make_repository(folder / "repository")
        with contextlib.chdir(folder / "repository"):
            _walk(interruptions, start, asks=asks)


@contextlib.contextmanager
def _folder(interruptions: Interruptions, *, keep: bool) -> Iterator[Path]:
    """Give a temporary folder; at the end, however it comes, clear up what is in it."""
    folder = Path(tempfile.mkdtemp(prefix="mlops-gitops-demo-")).resolve()
    try:
        yield folder
    except SystemExit:
        say("\nInterrupted.")
        raise
    finally:
        with interruptions.held():
            if keep:
                _tell_what_is_next(folder)
            else:
                lifecycle.down(app.embedded_state())
                shutil.rmtree(folder, ignore_errors=True)
                say("The embedded AWS is stopped, and the repository removed; --keep keeps both.")


def _walk(interruptions: Interruptions, start: str, *, asks: bool) -> None:
    say(_WELCOME)
    started = time.monotonic()
    for number, step in enumerate(STEPS, start=1):
        if number > 1 and asks and not ask_to_go_on():
            return
        say()
        headline(f"{number}/{len(STEPS)}  {step.title}")
        say(step.text)
        for action in step.actions:
            _do(StartAws(start) if isinstance(action, StartAws) else action, interruptions)
    took = "" if asks else f" in {time.monotonic() - started:.0f} seconds"
    say()
    headline(f"Done{took}: two models serve in dev, staging and prod (emulated).")


def _do(action: Action, interruptions: Interruptions) -> None:
    here = Path.cwd()
    match action:
        case Run(line, exits, fold):
            run(with_digests(line, here), exits, fold)
        case StartAws(line):
            # A server that is about to come up can be stopped only once it is up.
            with interruptions.held():
                run(line, 0, None)
        case Enter(line):
            typed(line)
            _enter()
        case Edit(path, old, new):
            edit(action, here)
            say(f"\n{path} in an editor:\n  - {old}\n  + {new}")
        case Upload(key):
            say(f"\nUploaded {upload(key, here)}")
        case Check():
            _check(here)
        case _:
            assert_never(action)


def _enter() -> None:
    running = lifecycle.status(app.embedded_state())
    if running is None:
        raise EmulatorError("The embedded AWS has stopped.", hint="Start the demo again.")
    app.enter(lifecycle.environment(running))


def _check(root: Path) -> None:
    say("\nThe demo asks SageMaker (emulated) for every endpoint:")
    for found in look_at_endpoints(root):
        places = ", ".join(f"{stage.stage} ({stage.account})" for stage in found.stages)
        say(f"  {found.workload} is InService in {places}")


def _tell_what_is_next(folder: Path) -> None:
    if shutil.which("mlops-gitops") is None:
        say(f'First: export PATH="{Path(sys.executable).parent}:$PATH"')
    repository, state_home = folder / "repository", folder / "state"
    say(_NEXT.format(folder=folder, repository=repository, state_home=state_home))
