"""Accounts in which everything that a repository declares is deployed already.

One workload of each type is deployed through CloudFormation's API. The others are copied from it
where the embedded AWS keeps its state, with names, parameters and tags of their own; through the
API a thousand workloads would take an hour. What is copied has a record in CloudFormation and no
more: its endpoints and jobs do not exist.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scaling.repositories import BUCKET, KINDS, ORCHESTRATOR, STAGES, Config, artifact, written

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from embedded_aws import client, in_environment  # noqa: E402 - found by the line above

from mlops_gitops import app  # noqa: E402 - as above
from mlops_gitops.adapters.aws.stacks import stack_content  # noqa: E402 - as above
from mlops_gitops.desired.stack import DIGEST, DesiredStack  # noqa: E402 - as above
from mlops_gitops.desired.template_text import template_text  # noqa: E402 - as above
from mlops_gitops.emulator import lifecycle  # noqa: E402 - as above
from mlops_gitops.emulator.lifecycle import Measuring, Running  # noqa: E402 - as above
from mlops_gitops.pipeline.delivery import delivery_pipeline  # noqa: E402 - as above
from mlops_gitops.runs.marks import settled_key  # noqa: E402 - as above
from mlops_gitops.use_cases.desire import DesiredWorkload, desire  # noqa: E402 - as above
from mlops_gitops.use_cases.world import World  # noqa: E402 - as above

_CONTENT = b"label,age,income\n1,30,1000\n0,40,2000\n"
_Stacks = dict[str, tuple[DesiredStack, ...]]
"""A workload's name -> its stacks, that of its delivery pipeline among them."""


def deployed(folder: Path, configs: Mapping[str, Config]) -> Path:
    """Write a repository, and the state of accounts that run it.

    Args:
        folder: gets `repository` and `state`; the latter is given.
        configs: as they were generated, which begins with one of each type.
    """
    root, state = folder / "repository", folder / "state"
    first = dict(list(configs.items())[: len(KINDS)])
    written(root, first)
    app.embedded_up(root, state, 0, lambda _: None)
    with serving(state) as running:
        _put(running, [artifact(config) for config in first.values()])
        _make_buckets(running)
        models = _wanted(app.world_on_aws(root))
        for stacks in models.values():  # in this order: monitors watch an endpoint
            _create(running, stacks)
        _put(running, map(settled_key, models))
    keys = [artifact(config) for config in configs.values()]
    _copy_objects(state, keys[0], keys[len(first) :])
    written(root, configs)
    with serving(state):
        wanted = _wanted(app.world_on_aws(root))
    others = {name: stacks for name, stacks in wanted.items() if name not in models}
    _copy_objects(state, settled_key(next(iter(models))), map(settled_key, others))
    _copy_stacks(state / "aws" / "cloudformation.json", models, others)
    return state


@contextmanager
def serving(state: Path, measuring: Measuring = lifecycle.NOT_MEASURED) -> Iterator[Running]:
    """Serve accounts, and point this process at them; whoever serves them already is used."""
    running = lifecycle.up(state, port=0, measuring=measuring)
    try:
        with in_environment(running):
            yield running
    finally:
        lifecycle.down(state)


def _wanted(world: World) -> _Stacks:
    desired = desire(world)

    def stacks(workload: DesiredWorkload) -> tuple[DesiredStack, ...]:
        delivery = delivery_pipeline(
            world.settings, workload.name, workload.stacks, desired.installation
        )
        return (*workload.stacks, delivery)

    return {workload.name: stacks(workload) for workload in desired.workloads}


def _put(running: Running, keys: Iterable[str]) -> None:
    for key in keys:
        client(running, "s3").put_object(Bucket=BUCKET, Key=key, Body=_CONTENT)


def _make_buckets(running: Running) -> None:
    for stage, account in STAGES.items():
        s3 = client(running, "s3", account)
        s3.create_bucket(Bucket=f"acme-{stage}-data")
        s3.put_object(Bucket=f"acme-{stage}-data", Key="batch/in.csv", Body=_CONTENT)


def _create(running: Running, stacks: Sequence[DesiredStack]) -> None:
    """Create stacks through the API, and wait until they are there."""
    for stack in stacks:
        cloudformation = client(running, "cloudformation", stack.id.account)
        content = stack_content(stack.deployable())
        cloudformation.create_stack(StackName=stack.id.name, **content)
    for stack in stacks:
        cloudformation = client(running, "cloudformation", stack.id.account)
        cloudformation.get_waiter("stack_create_complete").wait(
            StackName=stack.id.name, WaiterConfig={"Delay": 0.1, "MaxAttempts": 600}
        )


def _copy_objects(state: Path, like: str, keys: Iterable[str]) -> None:
    """Let more keys of the assets bucket hold what one holds."""
    bucket = state / "s3" / ORCHESTRATOR / BUCKET
    content = (bucket / like).read_bytes()
    about = json.loads((bucket / f"{like}.meta.json").read_bytes())
    for key in keys:
        (bucket / key).parent.mkdir(parents=True, exist_ok=True)
        (bucket / key).write_bytes(content)
        said = json.dumps({**about, "key": key})
        (bucket / f"{key}.meta.json").write_text(said, encoding="utf-8")


def _copy_stacks(file: Path, models: _Stacks, wanted: _Stacks) -> None:
    """Let more stacks be deployed, each like the one of its type and stage."""
    state = json.loads(file.read_bytes())
    records = state["payload"]["stacks"]["data"]
    # A model's workload ends with its type, as every other one's of that type.
    like = {
        (model.rpartition("-")[2], stack.stage): (stack, records[_place(stack)])
        for model, stacks in models.items()
        for stack in stacks
    }
    for name, stacks in wanted.items():
        for stack in stacks:
            model, record = like[name.rpartition("-")[2], stack.stage]
            records[_place(stack)] = _copied(record, model, stack)
    file.write_text(json.dumps(state), encoding="utf-8")


def _place(stack: DesiredStack) -> str:
    return f"{stack.id.account}\0{stack.id.region}\0{stack.id.name!r}"


def _copied(record: Mapping[str, Any], model: DesiredStack, stack: DesiredStack) -> dict[str, Any]:
    """Give the record of a stack, made of that of a stack of the same type in the same stage."""
    own = {"_template", "_template_body"}
    text = json.dumps({key: value for key, value in record.items() if key not in own})
    copied = json.loads(text.replace(model.workload.model_name, stack.workload.model_name))
    values = {name: each.value for name, each in stack.parameters.items()}
    for each in copied["Parameters"]:
        each["ParameterValue"] = values[each["ParameterKey"]]
    for name, each in copied["_resolved_params"].items():
        each["Value"] = values.get(name, each["Value"])
    for each in copied["Outputs"]:
        if each["OutputKey"] == DIGEST:
            each["OutputValue"] = stack.digest
    body = template_text(stack.template)
    return {
        **copied,
        "Tags": [{"Key": key, "Value": value} for key, value in sorted(stack.tags.items())],
        "_template": json.loads(body),
        "_template_body": body,
    }
