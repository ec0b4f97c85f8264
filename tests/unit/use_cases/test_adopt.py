"""What exists becomes ours; nothing that serves is ever deleted on the way."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from builders import ACCOUNTS, Trial, copied, realtime
from faults.line import Call, Killed, Line
from former import (
    ALONE,
    DELIVERY,
    REGION,
    WORKLOAD,
    deploy,
    hand_made,
    old,
    predecessor,
    stack_sets,
)
from former_stacks import HANDLE, batch

from mlops_gitops.desired.stack import StackId
from mlops_gitops.diff.adoption import Step
from mlops_gitops.diff.deployed import StackStatus
from mlops_gitops.diff.plan import Action
from mlops_gitops.diff.template import KEEPING
from mlops_gitops.errors import AwsError, Blocked, MlopsError
from mlops_gitops.ports import StackResource
from mlops_gitops.status.report import Sync
from mlops_gitops.use_cases.adopt import Search, find_adoptions
from mlops_gitops.use_cases.adopt_steps import adopt
from mlops_gitops.use_cases.plan import plan
from mlops_gitops.use_cases.status import status
from mlops_gitops.use_cases.world import World

ENDPOINT = "AWS::SageMaker::Endpoint"
SITUATIONS = (predecessor, stack_sets, hand_made)


def adopted(world: World) -> Search:
    """Find and adopt everything."""
    search = find_adoptions(world)
    adopt(world, search, lambda *_: None)
    return search


def endpoints(made: Trial) -> set[str]:
    """List the endpoints that live, in a stack or in none."""
    live = made.cloud.adopting._live
    return {each.arn for account in made.world().settings.accounts for each in live(account)}


def guarded(made: Trial, world: World) -> World:
    """Give a world in which nobody can take an endpoint out of a stack that would delete it."""

    class Guard:
        def execute(self, id_: StackId, name: str) -> None:
            """Look at what an update takes out of a stack."""
            change_set = made.cloud.stacks.change_set(id_, name)
            assert change_set is not None
            lost(made, id_, change_set.template)
            world.stacks.execute(id_, name)

        def delete(self, id_: StackId) -> None:
            """A stack that is deleted holds no endpoint."""
            lost(made, id_, {"Resources": {}})
            world.stacks.delete(id_)

        def __getattr__(self, name: str) -> Any:
            return getattr(world.stacks, name)

    guard: Any = Guard()
    return replace(world, stacks=guard)


def lost(made: Trial, id_: StackId, after: Any) -> None:
    """Fail if an endpoint would go with its place in a stack."""
    before = made.cloud.stacks._records.get(id_)
    for name, each in before.seen.resources.items() if before else ():
        if each.type == ENDPOINT and name not in after["Resources"]:
            assert each.attributes.get("DeletionPolicy") in KEEPING, f"{name} of {id_} is lost"


@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_plan_said_before_is_the_plan_afterwards(situation: Callable[[], Trial]) -> None:
    """Exactly: what remains different is known before anything is done."""
    made = situation()
    before = endpoints(made)

    search = adopted(made.world())
    made.cloud.settle()

    actual = plan(made.world())
    assert search.adoptions.after.changes == actual.changes
    assert endpoints(made) == before
    assert find_adoptions(made.world()).adoptions.is_empty
    kept = [
        each.action
        for change in actual.changes
        for each in change.resources
        if each.resource_type == ENDPOINT and change.status is StackStatus.IMPORT_COMPLETE
    ]
    assert kept
    assert set(kept) == {Action.UPDATE}
    (told,) = status(made.world())
    there = {change.id.name for change in actual.changes if change.action is not Action.CREATE}
    shown = {each.stack for each in told.stages if each.sync is Sync.OUT_OF_SYNC}
    assert shown == there


@pytest.mark.parametrize("situation", SITUATIONS)
def test_an_adoption_that_is_killed_anywhere_goes_on(situation: Callable[[], Trial]) -> None:
    """At every call, before and after it: the end is the same, and no endpoint was in danger."""
    begun = situation()
    whole = copied(begun)
    line = Line()
    adopted(line.over(whole.world()))
    whole.cloud.settle()
    wanted = {id_: record.template for id_, record in whole.cloud.stacks._records.items()}
    writing = ("propose", "execute", "delete", "detach", "withdraw")
    calls = [each for each in line.calls if each.method in writing]
    assert calls

    for call in calls:
        for after in (False, True):
            made = copied(begun)
            kill(made, call, after=after)
            adopted(guarded(made, made.world()))
            made.cloud.settle()
            found = {id_: record.template for id_, record in made.cloud.stacks._records.items()}
            assert found == wanted, (call, after)
            assert endpoints(made) == endpoints(whole), (call, after)


def kill(made: Trial, call: Call, *, after: bool) -> None:
    """Begin an adoption whose process dies at a call."""

    def dies(line: Line, do: Callable[[], Any]) -> Any:
        if after:
            do()
        line.is_dead = True
        raise Killed

    with pytest.raises(Killed):
        adopted(Line(call, dies).over(guarded(made, made.world())))
    made.cloud.settle()


def test_who_forgets_to_adopt_is_told_to() -> None:
    """A deployment would take the endpoint away; after an adoption nothing of it is refused."""
    made = predecessor()

    (refused,) = plan(made.world()).refused
    adopted(made.world())

    assert refused.hint.startswith("Another tool made that stack; `mlops-gitops adopt` lets")
    assert plan(made.world()).refused == ()


def test_the_old_pipeline_goes_first() -> None:
    """Before any stack is touched, nothing else can deploy into it any more."""
    made = predecessor()
    line = Line()

    adopted(line.over(made.world()))

    writes = [str(each) for each in line.calls if each.method in {"delete", "propose"}]
    assert writes[0].startswith(f"stacks.delete({DELIVERY})")
    assert made.cloud.stacks.find(DELIVERY) is None


def test_a_delivery_stack_that_holds_no_pipeline_is_somebody_elses() -> None:
    """It is named, and nothing at all is done."""
    made = predecessor()
    made.cloud.stacks.delete(DELIVERY)
    made.cloud.settle()
    deploy(made, DELIVERY, {"Resources": {"Thing": {"Type": HANDLE}}})

    with pytest.raises(Blocked, match="belongs to somebody else"):
        adopted(made.world())

    assert made.cloud.stacks.find(DELIVERY) is not None


def test_what_cloudformation_does_not_import_is_told_before_anything_is_done() -> None:
    """The endpoint stays in its stack, and the old pipeline is there."""
    made = predecessor()
    made.cloud.adopting.imports.remove(ENDPOINT)
    before = made.cloud.stacks.template(ALONE)

    with pytest.raises(Blocked, match=f"does not import {ENDPOINT} here"):
        adopted(made.world())

    assert made.cloud.stacks.template(ALONE) == before
    assert made.cloud.stacks.find(DELIVERY) is not None


def test_an_endpoint_that_the_config_does_not_name_is_refused() -> None:
    """It would go: the hint is what to write into the config."""
    made = predecessor()
    world = made.commit(realtime("churn", endpoint_name="another"))

    (refused,) = find_adoptions(world).adoptions.refusals

    assert refused.hint == 'Write "endpoint_name": "churn" into the config, for this stage.'


def test_a_batch_workload_has_nothing_that_must_stay() -> None:
    """Its stack is deployed to as it is, and the plan says what is replaced."""
    made = Trial(predecessor().files)
    declared = {
        "pipeline_type": "byom_batch_builtin",
        "model_name": "churn",
        "model_framework": "xgboost",
        "model_framework_version": "1",
        "model_artifact_location": "churn/model.tar.gz",
        "inference_instance": "ml.m5.large",
        "batch_inference_data": "acme-data/in.csv",
        "batch_job_output_location": "acme-data/out",
    }
    made = predecessor()
    made.files = {name: text for name, text in made.files.items() if "churn" not in name}
    world = made.commit(declared)
    id_ = StackId(ALONE.account, REGION, "mlops-pipeline-churn-byompipelinebatchbuiltin")
    deploy(made, id_, batch())

    assert find_adoptions(world).adoptions.is_empty
    (change,) = plan(world).changes
    deleted = {each.logical_id for each in change.resources if each.action is Action.DELETE}
    assert len(batch()["Resources"]) == 19
    assert deleted == set(batch()["Resources"])


def test_a_failed_import_is_told_with_the_next_command_and_repeated() -> None:
    """CloudFormation's reason, and that nothing was touched; the second time it works."""
    made = hand_made()
    prod = StackId(ACCOUNTS["prod"], REGION, f"{WORKLOAD}-prod")
    made.cloud.stacks.broken[prod.name] = StackResource(
        logical_id="Endpoint",
        resource_type=ENDPOINT,
        status="IMPORT_FAILED",
        reason="The endpoint is busy.",
    )

    with pytest.raises(AwsError, match="The endpoint is busy") as failed:
        adopted(made.world())
    made.cloud.stacks.broken.clear()
    adopted(made.world())

    assert "mlops-gitops adopt" in failed.value.hint


def test_a_change_set_that_would_delete_is_never_executed() -> None:
    """Whatever CloudFormation says beyond what was meant keeps it from being executed."""
    made = predecessor()
    world = made.world()
    search = find_adoptions(world)
    (found,) = search.found
    retains = found.templates[Step.RETAIN]
    resources = dict(retains["Resources"])
    del resources["MLOpsSagemakerModel"]
    templates = {**found.templates, Step.RETAIN: {**retains, "Resources": resources}}
    harmful = replace(found, templates=templates)

    with pytest.raises(MlopsError, match="would also delete MLOpsSagemakerModel"):
        adopt(world, replace(search, found=(harmful,)), lambda *_: None)

    assert "MLOpsSagemakerModel" in made.cloud.stacks.template(ALONE)["Resources"]
    assert made.cloud.stacks.change_sets(ALONE) == ()


def test_steps_of_a_stack_set_begin_with_detaching() -> None:
    """And what is left of the old stack is named, with when it can go."""
    made = stack_sets()

    search = adopted(made.world())

    assert [each.steps for each in search.adoptions.stacks] == [tuple(Step)] * 2
    assert [each.what for each in search.adoptions.left] == [
        f"stack {old('dev').name}",
        f"stack {old('prod').name}",
    ]
    assert made.cloud.stack_sets.calls[-2:] == ["detach", "detach"]
