"""First parts of job names: SageMaker takes them with a run's suffix behind."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_gitops.desired.derivations.training import job_base

# TrainingJobName of the SageMaker API reference; tuning and Autopilot jobs end at 32.
NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9])*")


@given(st.from_regex(r"\A[A-Za-z0-9-]{1,100}\Z"), st.sampled_from([63, 32]))
def test_every_run_has_a_name_that_sagemaker_takes(name: str, longest: int) -> None:
    """Whatever a model is called, a run's job has a name of the right form and length."""
    job = f"{job_base(name, longest)}-12345678"

    assert NAME.fullmatch(job)
    assert len(job) <= longest


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("churn", "churn"),
        ("a" * 23, "a" * 23),
        ("a" * 24, "a" * 23),
        ("a" * 22 + "--b", "a" * 22),
        ("-churn-", "churn"),
        ("---", "job"),
    ],
)
def test_names_are_kept_as_far_as_they_fit(name: str, base: str) -> None:
    """A name that fits is the job's own; a cut never leaves a hyphen behind."""
    assert job_base(name, 32) == base
