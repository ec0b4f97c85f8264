"""Bundles: the same stacks give the same bytes, and the bytes give the stacks back."""

import io
import json
import zipfile
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import STAGES, desired_stack, parameters, templates, with_parameters

from mlops_gitops.desired.stack import DesiredStack
from mlops_gitops.package.bundle import bundle_key
from mlops_gitops.package.make import make_bundle, read_bundle


@st.composite
def workloads(draw: st.DrawFn) -> tuple[DesiredStack, ...]:
    """Draw the stacks of one workload, one for each stage."""
    template = draw(templates())
    return tuple(desired_stack(template, draw(parameters), stage=stage) for stage in STAGES)


@given(workloads(), st.randoms(use_true_random=False))
def test_same_stacks_same_bytes(stacks: tuple[DesiredStack, ...], random: Random) -> None:
    """The order in which they come does not count."""
    shuffled = list(stacks)
    random.shuffle(shuffled)

    one, other = make_bundle("w", shuffled), make_bundle("w", stacks)

    assert (one, one.content) == (other, other.content)


@given(workloads())
def test_what_was_packed_is_read_back(stacks: tuple[DesiredStack, ...]) -> None:
    """Template, parameters, tags; the digests are computed anew and are the same."""
    bundle = make_bundle("w", stacks)

    read = read_bundle(bundle.content)

    assert {stage: each.digest for stage, each in read.items()} == bundle.stage_digests
    for stack in stacks:
        assert read[stack.stage].template == stack.template
        assert read[stack.stage].parameters == stack.parameter_values()
        assert read[stack.stage].tags == stack.tags


@given(workloads())
def test_any_change_changes_bytes_and_digest(stacks: tuple[DesiredStack, ...]) -> None:
    """One parameter of one stage is enough."""
    changed = (*stacks[:-1], with_parameters(stacks[-1], Instance="ml.m5.xlarge"))

    before, after = make_bundle("w", stacks), make_bundle("w", changed)

    assert before.sha256 != after.sha256
    assert before.digest != after.digest


def test_the_zip_is_laid_out_for_codepipeline() -> None:
    """Two files a stage, a fixed date, plain files, nothing compressed."""
    stack = desired_stack({"Resources": {}}, {"Artifact": "x"}, stage="dev")

    bundle = make_bundle("w", [stack])

    with zipfile.ZipFile(io.BytesIO(bundle.content)) as archive:
        entries = archive.infolist()
        configuration = json.loads(archive.read("dev/configuration.json"))
    assert [entry.filename for entry in entries] == ["dev/configuration.json", "dev/template.json"]
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}
    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}
    assert configuration == {"Parameters": stack.parameter_values(), "Tags": dict(stack.tags)}
    assert bundle.key == bundle_key("w") == "mlops_provisioned_pipelines/w/template.zip"


def zipped(files: dict[str, str]) -> bytes:
    """A zip with these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


GOOD = {
    "dev/template.json": "{}",
    "dev/configuration.json": '{"Parameters": {}, "Tags": {}}',
}


def test_a_minimal_bundle_is_read() -> None:
    """What the broken ones below are broken from."""
    assert read_bundle(zipped(GOOD))["dev"].template == {}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no zip at all",
        zipped(GOOD)[:-30],
        zipped({"dev/template.json": "{}"}),
        zipped({**GOOD, "stray.txt": ""}),
        zipped({**GOOD, "dev/template.json": "{"}),
        zipped({**GOOD, "dev/template.json": "[]"}),
        zipped({**GOOD, "dev/template.json": '{"a": NaN}'}),
        zipped({**GOOD, "dev/configuration.json": "{}"}),
        zipped({**GOOD, "dev/configuration.json": "[]"}),
        zipped({**GOOD, "dev/configuration.json": '{"Parameters": [], "Tags": {}}'}),
        zipped({**GOOD, "dev/configuration.json": '{"Parameters": {}, "Tags": "x"}'}),
    ],
    ids=range(12),
)
def test_garbage_is_no_bundle(content: bytes) -> None:
    """Whoever replaced the object gets a clear refusal, never a traceback."""
    with pytest.raises(ValueError, match="no bundle"):
        read_bundle(content)


@given(st.binary(max_size=200))
def test_random_bytes_are_no_bundle(content: bytes) -> None:
    """The same for anything at all."""
    with pytest.raises(ValueError, match="no bundle"):
        read_bundle(content)


@given(workloads(), st.data())
def test_a_damaged_bundle_is_never_taken_for_whole(
    stacks: tuple[DesiredStack, ...], data: st.DataObject
) -> None:
    """A flipped byte either is refused or changes nothing that is deployed."""
    bundle = make_bundle("w", stacks)
    at = data.draw(st.integers(0, len(bundle.content) - 1))
    damaged = bytearray(bundle.content)
    damaged[at] ^= 1 << data.draw(st.integers(0, 7))

    try:
        read = read_bundle(bytes(damaged))
    except ValueError:
        return
    assert {stage: each.digest for stage, each in read.items()} == bundle.stage_digests
