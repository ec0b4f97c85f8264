"""What is accepted is written into the configs of every type, and comes out of them again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import COMMIT, Trial, prepare

from mlops_gitops.config.document import Document, read_document
from mlops_gitops.config.edit import written_at
from mlops_gitops.config.schemas import CONTENT
from mlops_gitops.status.accepted import Accepted
from mlops_gitops.status.accepting import live_in
from mlops_gitops.status.drift import Drift, DriftKind, PropertyDrift
from mlops_gitops.use_cases.accept import accept
from mlops_gitops.use_cases.desire import DesiredWorkload, desire

EXAMPLES = Path(__file__).parents[3] / "config-examples" / "good"
BIGGER = "ml.m5.4xlarge"


def opened(example: str) -> Trial:
    """Give an example as a committed repository, with whatever its configs name in the bucket."""
    root = EXAMPLES / example
    files = {
        str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }
    made = Trial(files)
    prepare(made)
    for config in made.world().repository.configs:
        for key in config.texts(CONTENT).values():
            made.cloud.assets.write(key, b"content", "")
    made.remember(COMMIT.id)
    return made


def bigger(workload: DesiredWorkload) -> Iterator[Drift]:
    """Let somebody choose another instance in the last stage, by hand, wherever there is one."""
    stack = workload.stacks[-1]
    for name, value in stack.parameters.items():
        if value.value.startswith("ml."):
            path = f"Parameters.{name}"
            was = value.value
            changed = PropertyDrift(path=path, desired=was, deployed=was, live=BIGGER)
            yield Drift(
                kind=DriftKind.STACK_CHANGED,
                stack=stack.id,
                workload=workload.name,
                stage=stack.stage,
                logical_id="",
                physical_id="",
                resource_type="AWS::CloudFormation::Stack",
                properties=(changed,),
                next_step="mlops-gitops drift --revert",
            )


@pytest.mark.parametrize(
    "example",
    [
        "batch-multi-account",
        "guide-multi-account",
        "monitors-multi-account",
        "per-stage-everything",
    ],
)
def test_what_is_written_comes_out_and_nothing_else_is_touched(example: str) -> None:
    """The value that is live is composed; without the field the file is the same to the byte."""
    made = opened(example)
    world = made.world()
    tried = 0
    for workload in desire(world).workloads:
        for drift in bigger(workload):
            accepted = accept(world, [drift])
            assert accepted.left == ()
            hold_to(made, workload, drift, accepted)
            tried += 1
    assert tried


def test_a_field_that_was_left_to_its_default_is_added_behind_the_others() -> None:
    """What nobody has written is written now, as the file is written, and nothing else changes."""
    made = opened("training-multi-account")
    drift = next(each for one in desire(made.world()).workloads for each in bigger(one))

    accepted = accept(made.world(), [drift])

    ((path, after),) = accepted.files.items()
    before = made.files[path]
    kept = before[: before.rindex(b"}")].rstrip()
    assert after.startswith(kept + b',\n  "instance_type": ')
    assert after.endswith(before[len(kept) :])
    assert BIGGER.encode() in after


def hold_to(made: Trial, workload: DesiredWorkload, drift: Drift, accepted: Accepted) -> None:
    """Compare with what git said, and with what is live."""
    (path,) = accepted.files
    (field, *_inside) = accepted.taken[0].place
    before, after = made.files[path], accepted.files[path]
    assert without(path, before, str(field)) == without(path, after, str(field))
    made.files[path] = after
    composed = {each.name: each for each in desire(made.world()).workloads}[workload.name]
    made.files[path] = before
    assert live_in(composed.stacks[-1], drift, drift.properties[0].path) == BIGGER


def without(path: str, content: bytes, field: str) -> str:
    """Cut a field's value out of a config."""
    document = read_document(path, content)
    assert isinstance(document, Document)
    value = written_at(document.text, (field,))
    assert value is not None
    key = document.text.index(f'"{field}"')
    at = document.text.index(value, key + len(field) + 2)
    return document.text[:at] + document.text[at + len(value) :]
