"""Names: the predecessor's rule, so that its stacks can be adopted."""

import re

import pytest
from builders import SINGLE_ACCOUNT, realtime, trial
from hypothesis import given
from hypothesis import strategies as st

from mlops_gitops.desired.names import stage_stack, tags_of, workload_stack
from mlops_gitops.pipeline.delivery import pipeline_name
from mlops_gitops.use_cases.world import World


@pytest.fixture(scope="module")
def world() -> World:
    """A repository with one workload, in capitals."""
    return trial(realtime("Fraud-EU")).world()


def test_a_workload_is_prefix_model_and_type_in_lower_case(world: World) -> None:
    """Nothing of the folder that the config lies in."""
    (config,) = world.repository.configs

    name = workload_stack(world.settings, config)

    assert name == "mlops-pipeline-fraud-eu-byompipelinerealtimebuiltin"


def test_every_stage_has_its_stack_in_its_account(world: World) -> None:
    """The stage's name is the last part."""
    found = [stage_stack(world.settings, "w", stage) for stage in world.settings.stages]

    assert [(id_.account, id_.region, id_.name) for id_ in found] == [
        ("222222222222", "us-east-1", "w-dev"),
        ("333333333333", "us-east-1", "w-staging"),
        ("444444444444", "us-east-1", "w-prod"),
    ]


def test_a_single_account_has_no_suffix() -> None:
    """There is one stack, and it is called like the workload."""
    settings = trial(settings=SINGLE_ACCOUNT).world().settings

    assert stage_stack(settings, "w", settings.stages[0]).name == "w"


def test_tags_are_three_and_never_vary(world: World) -> None:
    """A tag that changed would replace SageMaker's job definitions."""
    (config,) = world.repository.configs

    assert tags_of(world.settings, config.workload, "dev") == {
        "mlops-gitops:installation": "mlops-pipeline",
        "mlops-gitops:workload": "fraud-eu/byom_realtime_builtin",
        "mlops-gitops:stage": "dev",
    }


long_names = st.from_regex(r"[a-z][a-z0-9-]{0,127}", fullmatch=True)


@given(st.lists(st.tuples(st.just("x" * 95), long_names).map("".join) | long_names, unique=True))
def test_pipelines_have_short_names_of_their_own(workloads: list[str]) -> None:
    """At most 100 characters that CodePipeline takes; no two workloads share one."""
    names = [pipeline_name(each) for each in workloads]

    assert all(re.fullmatch(r"[A-Za-z0-9.@\-_]{1,100}", name) for name in names)
    assert len(set(names)) == len(names)
    assert all(
        name == workload
        for name, workload in zip(names, workloads, strict=True)
        if len(workload) <= 100
    )
