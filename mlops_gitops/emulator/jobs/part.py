"""The API of jobs: Create, Describe, List and Stop of each kind, as a part of SageMaker."""

from collections.abc import Mapping
from typing import Any

from mlops_gitops.emulator.codepipeline import roles
from mlops_gitops.emulator.jobs.desk import Desk
from mlops_gitops.emulator.jobs.kinds import KINDS, Kind
from mlops_gitops.emulator.jobs.listing import page
from mlops_gitops.emulator.sagemaker.plug import Inside, Operation, Part, Request, arn
from mlops_gitops.emulator.shapes import to_properties
from mlops_gitops.emulator.wire import CallError, Scope

_SERVICE = "sagemaker.amazonaws.com"
_SECONDS = 0.3


def timed_jobs(seconds: float) -> Part:
    """The part, with jobs that take so long."""

    def part(inside: Inside) -> Mapping[str, Operation]:
        desk = Desk(inside, seconds=seconds)
        found: dict[str, Operation] = {}
        for kind in KINDS:
            found |= _operations(kind, desk, inside)
        found["ListTrainingJobsForHyperParameterTuningJob"] = _told_list(
            desk, KINDS[1], "TrainingJobSummaries"
        )
        found["ListCandidatesForAutoMLJob"] = _told_list(desk, KINDS[-1], "Candidates")
        return found

    return part


jobs = timed_jobs(_SECONDS)


def _operations(kind: Kind, desk: Desk, inside: Inside) -> dict[str, Operation]:
    describe_name, name_member = f"Describe{kind.stem}{kind.version}", f"{kind.stem}Name"

    def create(scope: Scope, request: Request) -> dict[str, Any]:
        _check_roles(kind, scope, request, inside)
        _check_model(scope, request, inside)
        return {f"{kind.stem}Arn": desk.take(kind, scope, request)}

    def describe(scope: Scope, request: Request) -> dict[str, Any]:
        members = desk.look(kind, scope, request[name_member])
        return to_properties("sagemaker", describe_name, members)

    def listed(scope: Scope, request: Request) -> dict[str, Any]:
        found, token = page(kind, desk.all(kind, scope), request)
        answer = {f"{kind.stem}Summaries": found, **({"NextToken": token} if token else {})}
        return to_properties("sagemaker", f"List{kind.stem}s", answer)

    def stop(scope: Scope, request: Request) -> dict[str, Any]:
        desk.stop(kind, scope, request[name_member])
        return {}

    return {
        f"Create{kind.stem}{kind.version}": create,
        describe_name: describe,
        f"List{kind.stem}s": listed,
        f"Stop{kind.stem}": stop,
    }


def _told_list(desk: Desk, kind: Kind, member: str) -> Operation:
    def listed(scope: Scope, request: Request) -> dict[str, Any]:
        members = desk.look(kind, scope, request[f"{kind.stem}Name"])
        best = [members["BestCandidate"]] if "BestCandidate" in members else []
        return {member: members.get(member, best)}

    return listed


def _check_roles(kind: Kind, scope: Scope, request: Request, inside: Inside) -> None:
    for role in kind.roles(request):
        if roles.account_of(role) != scope.account:
            raise CallError("AccessDeniedException", "Cross-account pass role is not allowed.")
        try:
            roles.check_service_role(inside.clients, role, _SERVICE, scope.region)
        except roles.RoleError as error:
            message = (
                f"Could not assume role {role}. Please ensure that the role exists and allows "
                f"principal '{_SERVICE}' to assume the role."
            )
            raise CallError("ValidationException", message) from error


def _check_model(scope: Scope, request: Request, inside: Inside) -> None:
    name = request.get("ModelName")
    if name is None:
        return
    try:
        inside.call(scope, "DescribeModel", {"ModelName": name})
    except CallError as error:
        message = f'Could not find model "{arn(scope, "model", name)}".'
        raise CallError("ValidationException", message) from error
