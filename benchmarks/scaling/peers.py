"""What else deploys many stacks: Sceptre, and the `aws` command once for each stack.

Both are asked about stacks of one account that are as they should be. `sceptre launch` has
CloudFormation compare, by an update that it refuses; its `diff` would ask for less, but wants
`NotificationARNs`, which the embedded AWS leaves out of what it tells. `aws cloudformation deploy`
makes a change set that turns out empty.
"""

import json
import subprocess
import venv
from collections.abc import Sequence
from pathlib import Path

from mlops_gitops.desired.stack import DesiredStack
from mlops_gitops.desired.template_text import template_text
from scaling.accounts import ROOT
from scaling.measured import Cost, Door, Failed, ran

PEERS = ROOT / ".venv-bench" / "stacks"
"""Apart from the other peers: Sceptre wants an older jsonschema than one of them."""


def install_peers() -> None:
    """Make the environment of the peers, once."""
    if not (PEERS / "bin" / "sceptre").exists():
        venv.create(PEERS, with_pip=True)
        (PEERS / ".gitignore").write_text("*\n", encoding="utf-8")
        install = [str(PEERS / "bin" / "pip"), "install", "-qq", "awscli", "sceptre"]
        subprocess.run(install, check=True)


def sceptre(folder: Path, stacks: Sequence[DesiredStack], door: Door) -> Cost:
    """Launch stacks that are deployed already, all of one account, with one command.

    Raises:
        Failed: it did not, or found something to update.
    """
    (folder / "config" / "all").mkdir(parents=True)
    (folder / "templates").mkdir()
    region = stacks[0].id.region
    about = f"project_code: bench\nregion: {region}\n"
    (folder / "config" / "config.yaml").write_text(about, encoding="utf-8")
    for stack in stacks:
        name = stack.id.name
        template = template_text(stack.template)
        (folder / "templates" / f"{name}.json").write_text(template, encoding="utf-8")
        config = {  # JSON is YAML, too
            "template": {"type": "file", "path": f"{name}.json"},
            "stack_name": name,
            "parameters": stack.parameter_values(),
            "stack_tags": dict(stack.tags),
        }
        written = json.dumps(config)
        (folder / "config" / "all" / f"{name}.yaml").write_text(written, encoding="utf-8")
    command = [str(PEERS / "bin" / "sceptre"), "launch", "all", "--yes"]
    cost = ran(command, door, folder=folder, AWS_ACCESS_KEY_ID=stacks[0].id.account)
    if cost.said.count("No updates to perform.") != len(stacks):
        raise Failed(cost.said)
    return cost


def aws_deploy(folder: Path, stack: DesiredStack, door: Door) -> Cost:
    """Ask CloudFormation what a deployment of one stack would change.

    Raises:
        Failed: it was not told, or something would.
    """
    template = folder / f"{stack.id.name}.json"
    template.write_text(template_text(stack.template), encoding="utf-8")
    values = [f"{name}={value}" for name, value in stack.parameter_values().items()]
    command = [
        *(str(PEERS / "bin" / "aws"), "cloudformation", "deploy"),
        *("--stack-name", stack.id.name, "--template-file", str(template)),
        *("--no-execute-changeset", "--no-fail-on-empty-changeset"),
        *("--capabilities", "CAPABILITY_NAMED_IAM"),
        *("--parameter-overrides", *values),
        *("--tags", *(f"{key}={value}" for key, value in stack.tags.items())),
    ]
    cost = ran(command, door, AWS_ACCESS_KEY_ID=stack.id.account)
    if "No changes to deploy" not in cost.said:
        raise Failed(cost.said)
    return cost
