"""Noise: what has no effect is told apart from what has one."""

from dataclasses import replace

import pytest

from mlops_gitops.diff.noise import is_noise, is_noise_only, telling
from mlops_gitops.diff.plan import Action, ResourceChange, ValueChange

DIGESTS = (f"mg1-{'a' * 64}", f"mg1-{'b' * 64}")
DIGEST = ValueChange("Definition.States.Begin.Assign.digest", *DIGESTS)
INSTANCE = ValueChange("InstanceType", "ml.m5.large", "ml.m5.xlarge")


@pytest.mark.parametrize(
    "change",
    [
        DIGEST,
        ValueChange("Definition.States.Begin.Assign.digest", None, DIGESTS[0]),
        ValueChange("Metadata", "a", "b"),
        ValueChange("Metadata.mlops-gitops.version", "1", "2"),
        ValueChange("Description", "version 1", "version 2"),
        ValueChange("Parameters.ImageUri.Description", "a", "b"),
        ValueChange("Tags[aws:cloudformation:stack-name]", "a", "b"),
    ],
)
def test_what_has_no_effect_is_noise(change: ValueChange) -> None:
    """Metadata, descriptions, AWS's own tags, and our digest."""
    assert is_noise(change)


@pytest.mark.parametrize(
    "change",
    [
        INSTANCE,
        ValueChange("MetadataOptions.HttpTokens", "optional", "required"),
        ValueChange("EnvironmentDescription", "a", "b"),
        ValueChange("Parameters.ImageUri.Default", "a", "b"),
        ValueChange("Tags[team]", "a", "b"),
        ValueChange("Environment.Model", DIGESTS[0], "none"),
        ValueChange("Name", None, None),
    ],
)
def test_what_has_an_effect_is_none(change: ValueChange) -> None:
    """Also where it is called like something that has none."""
    assert not is_noise(change)


def test_a_resource_is_noise_only_where_nothing_else_happens_to_it() -> None:
    """What is replaced, or follows something that is, is told whatever its properties say."""
    touched = ResourceChange(
        logical_id="Machine",
        resource_type="AWS::StepFunctions::StateMachine",
        action=Action.UPDATE,
        properties=(DIGEST,),
    )

    assert is_noise_only(touched)
    assert telling((DIGEST, INSTANCE)) == (INSTANCE,)
    for other in (
        {"properties": (DIGEST, INSTANCE)},
        {"properties": ()},
        {"because": "follows Role"},
        {"action": Action.REPLACE},
    ):
        assert not is_noise_only(_with(touched, **other))


def _with(change: ResourceChange, **other: object) -> ResourceChange:
    return replace(change, **other)  # type: ignore[arg-type]  # fields of several types
