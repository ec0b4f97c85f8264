"""The command line: parse, ask a use case, show its answer, exit with its code."""

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from mlops_gitops import __version__
from mlops_gitops.cli.interruptions import interrupted_code, terminable
from mlops_gitops.cli.lazy import LazyGroup
from mlops_gitops.cli.out import echo, echo_usage
from mlops_gitops.config.said import printable
from mlops_gitops.errors import InvalidRepository, MlopsError

if TYPE_CHECKING:
    from mlops_gitops.cli.world import OpenWorld

COMMANDS: Mapping[str, str] = {
    "init": "Begin a repository: settings, an example, and files for CI.",
    "validate": "Check settings and configs, offline.",
    "migrate": "Write configs of versions 1.0 to 1.5 in today's format.",
    "explain": "Say what a problem's code means, with an example.",
    "schema": "Print the JSON Schema of a pipeline type, or of what a command writes.",
    "render": "Print the template and the parameters of one stage, offline.",
    "plan": "Show what a deployment would change in every stage. Nothing is changed.",
    "diff": "Show the plan between two commits, offline.",
    "apply": "Carry every changed workload to the first stage, and on through the gates.",
    "ci": "Do what a run of CI is for: plan a pull request, or apply the default branch.",
    "watch": "Follow a branch: validate, plan and apply each of its commits, in order.",
    "approve": "Let a stage be deployed, after showing exactly what will run.",
    "reject": "Refuse a stage, with a reason. Nothing is deployed, the execution ends there.",
    "status": "Show what runs where, what waits, and what failed with the next command.",
    "history": "Show what was deployed, when, from which commit, and who approved which digest.",
    "suspend": "Let nothing be deployed into a workload or a stage for a while; list what is held.",
    "resume": "End a suspension, or let a digest be deployed again that was rolled back from.",
    "drift": "Show what was changed by hand: in stacks, in resources, in delivery pipelines.",
    "rollback": "Have a workload be again what it was before, in git and in every stage.",
    "retire": "Delete what is deployed of a workload that no config declares any more.",
    "adopt": "Take over what MLOps Workload Orchestrator deployed, and endpoints made by hand.",
    "repair": "Bring what is stuck to where apply works again, by one safe step.",
    "why": "Say why a workload is not as it should be, and the exact next command.",
    "blueprint": "List, show, begin and lint pipeline types: the installed ones and your own.",
    "pipeline": "Run SageMaker pipelines, and import them and Step Functions workflows.",
    "model-card": "List, describe, export and delete SageMaker model cards.",
    "gc": "Delete what nobody needs any more, after listing it.",
    "bootstrap": "Prepare the account whose credentials are in use: roles, bucket, key, topic.",
    "doctor": "Check what a first deployment needs, hop by hop. Nothing is changed.",
    "local": "Start and stop the embedded AWS: four accounts on 127.0.0.1.",
    "demo": "Watch a config reach production on the embedded AWS.",
    "completion": "Print what completes commands and options in a shell.",
}
"""Name and one line of help; the module of the same name is imported only when it runs."""
COMPLETE = "_MLOPS_GITOPS_COMPLETE"
"""Variable by which a shell asks what a word may become."""


@click.group(
    cls=LazyGroup,
    table=COMMANDS,
    module="mlops_gitops.cli.{}",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="mlops-gitops")
def group() -> None:
    """GitOps for SageMaker: validate, plan, apply and approve what git says should run."""


def main(open_world: "OpenWorld | None" = None) -> None:
    """Run the command line; the one place where failures become exit codes.

    Args:
        open_world: what commands run in; None for AWS.

    Exit codes: 0 success, 1 tool, AWS or usage error, 2 changes present (only with
    `--detailed-exitcode`), 3 invalid, 4 blocked, 5 incomplete, 130 and 143 interrupted.
    """
    try:
        with terminable():
            code = group.main(standalone_mode=False, obj=open_world, complete_var=COMPLETE)
        sys.stdout.flush()
    except (KeyboardInterrupt, click.exceptions.Abort) as error:
        echo("Interrupted.", err=True)
        sys.stdout.flush()
        # A usual exit would wait for threads that wait for AWS, and let them go on meanwhile.
        os._exit(interrupted_code(error))
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python must not complain at the end either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except click.ClickException as error:
        echo_usage(error)
        sys.exit(1)
    except InvalidRepository as error:
        from mlops_gitops.views.problems_text import problems_text

        echo(problems_text(error.problems), err=True)
        sys.exit(error.exit_code)
    except MlopsError as error:
        echo(printable(f"Error: {error.message}"), err=True)
        echo(printable(error.hint), err=True)
        sys.exit(error.exit_code)
    except Exception as error:  # noqa: BLE001 - a defect of ours is told, and kept for a report
        from mlops_gitops.cli.defect import is_full_disk, tell_defect, tell_full_disk

        if is_full_disk(error):
            tell_full_disk(error)
        else:
            tell_defect(error)
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)
