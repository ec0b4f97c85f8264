"""What imports promise us."""

from collections.abc import Mapping
from typing import Any

import pytest
from contract.conftest import Side
from embedded_stacks import realtime
from former_stacks import HANDLE

from mlops_gitops.desired.stack import DeployableStack, StackId
from mlops_gitops.diff.adoption import Taken
from mlops_gitops.diff.change_set import ChangeSetState
from mlops_gitops.diff.deployed import StackStatus
from mlops_gitops.diff.plan import Action
from mlops_gitops.errors import AwsError
from mlops_gitops.ports.adopting import Kind, Proposal
from mlops_gitops.use_cases.settle import settle

KEPT = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}


def template(name: str) -> dict[str, Any]:
    """An endpoint that its stack leaves behind, and something that stays."""
    made = realtime(name)
    made["Resources"]["Endpoint"] |= KEPT
    made["Resources"]["Handle"] = {"Type": HANDLE}
    return {**made, "Outputs": {}}


def id_of(side: Side, name: str) -> StackId:
    """Name a stack of the first stage's account."""
    return StackId(side.settings.stages[0].account, side.settings.region, name)


def deployed(side: Side, name: str) -> StackId:
    """The stack of above, deployed by somebody else's means."""
    id_ = id_of(side, name)
    side.stacks.create(
        DeployableStack(
            id=id_,
            template=template(name),
            parameters={"Image": "registry/image:2"},
            tags={"stack_name": name},
            capabilities=(),
        )
    )
    settle(side.stacks, side.clock, id_)
    return id_


def proposal(id_: StackId, kind: Kind, wanted: Mapping[str, Any], *taken: Taken) -> Proposal:
    """A change set of a stack that has parameters, or of a new one that imports."""
    own = wanted.get("Parameters", {})
    return Proposal(
        id=id_,
        name="mg-adopt-1",
        kind=kind,
        template=wanted,
        parameters=["Image"] if "Image" in own else [],
        imported=taken,
        role_arn="",
    )


def taken(side: Side, id_: StackId) -> Taken:
    """The endpoint of the stack of above."""
    arn = side.world.adopting.physical_ids(id_)["Endpoint"]
    properties = {"EndpointName": id_.name, "EndpointConfigName": "as-it-is"}
    definition = {"Type": "AWS::SageMaker::Endpoint", **KEPT, "Properties": properties}
    return Taken(
        logical_id="Ours",
        resource_type="AWS::SageMaker::Endpoint",
        was="Endpoint",
        physical_id=arn,
        identifier={"EndpointArn": arn},
        definition=definition,
    )


def carried_out(side: Side, wanted: Proposal) -> tuple[set[tuple[str, Action, bool]], StackStatus]:
    """Have a change set made and executed; tell what it said, and how the stack is."""
    side.world.adopting.propose(wanted)
    said = side.stacks.change_set(wanted.id, wanted.name)
    while said is None or said.state is ChangeSetState.PENDING:
        side.clock.sleep(0.1)
        said = side.stacks.change_set(wanted.id, wanted.name)
    side.stacks.execute(wanted.id, wanted.name)
    there = settle(side.stacks, side.clock, wanted.id)
    assert there is not None
    changes = {(each.logical_id, each.action, each.retained) for each in said.changes}
    return changes, there.status


def test_an_endpoint_moves_between_stacks_and_stays_the_one_it_is(side: Side, name: str) -> None:
    """Out of one, into a new one; parameters and tags of the first stay, and nothing is lost."""
    old, adopting = deployed(side, name), side.world.adopting
    endpoint, before = taken(side, old), adopting.endpoint(old.account, name)
    without = template(name)
    del without["Resources"]["Endpoint"]

    assert carried_out(side, proposal(old, Kind.UPDATE, without)) == (
        {("Endpoint", Action.DELETE, True)},
        StackStatus.UPDATE_COMPLETE,
    )
    there = side.stacks.find(old)
    assert there is not None
    assert there.parameters["Image"] == "registry/image:2"
    assert there.tags == {"stack_name": name}
    assert "Endpoint" not in adopting.physical_ids(old)

    new = id_of(side, f"{name}-new")
    wanted = {"Resources": {"Ours": endpoint.definition}}
    assert carried_out(side, proposal(new, Kind.IMPORT, wanted, endpoint)) == (
        {("Ours", Action.IMPORT, False)},
        StackStatus.IMPORT_COMPLETE,
    )
    assert adopting.physical_ids(new) == {"Ours": endpoint.physical_id}
    after = adopting.endpoint(old.account, name)
    assert before is not None
    assert after is not None
    assert after.arn == before.arn == endpoint.physical_id


def test_what_can_be_imported_is_told_with_its_identifier(side: Side, name: str) -> None:
    """Of an endpoint by its ARN; what cannot be imported is left out."""
    account = id_of(side, name).account
    known = side.world.adopting.importable(account, template(name))

    assert known["Endpoint"] == {"EndpointArn"}
    assert "Handle" not in known


def test_an_endpoint_that_nobody_has_is_none(side: Side, name: str) -> None:
    """And a change set that nobody made is no error to withdraw."""
    id_ = id_of(side, name)

    assert side.world.adopting.endpoint(id_.account, name) is None
    side.world.adopting.withdraw(id_, "mg-adopt-1")
    with pytest.raises(AwsError):
        side.world.adopting.physical_ids(id_)


def test_an_endpoint_of_another_stack_is_not_imported(side: Side, name: str) -> None:
    """CloudFormation says whose it is, and nothing can be executed."""
    old = deployed(side, name)
    endpoint = taken(side, old)
    new = id_of(side, f"{name}-new")
    wanted = proposal(new, Kind.IMPORT, {"Resources": {"Ours": endpoint.definition}}, endpoint)

    def try_it() -> None:
        side.world.adopting.propose(wanted)
        said = side.stacks.change_set(new, wanted.name)
        assert said is not None
        assert said.state is ChangeSetState.FAILED
        raise AwsError(said.reason, hint="")

    with pytest.raises(AwsError, match="already exists in stack"):
        try_it()
    assert "Endpoint" in side.world.adopting.physical_ids(old)
