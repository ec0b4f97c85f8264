# ruff: noqa: SLF001 -- private hooks are what this file is for
"""IAM of ministack, for the guard: who holds a key, which policies there are, and who acts as whom.

Import it only after `prepare_environment`.

Private hooks in use, held by `tests/emulator/test_ministack_hooks.py`:

- `services.sts._sessions`; `services.iam._roles`; `core.iam_evaluator`: `resolve_caller_identity`,
  `_resolve_managed_policy_document`, `_resource_policy`; `core.iam_actions.access_denied_response`;
- `services.s3`: `_bucket_owner_account`, `_bucket_default_sse_headers`; `services.sns._topics`;
  `services.kms._resolve_key`;
- `services.cloudformation`: `_stacks`, `handlers._ACTION_HANDLERS`, and in `stacks`
  `_provision_resource`, `_update_resource`, `_delete_resource`;
  `provisioners._RESOURCE_HANDLERS`;
- `services.stepfunctions`: `_invoke_resource`, `_ExecutionError`, `_state_machines`.
"""

import re
import uuid
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

from ministack.core import iam_actions, iam_evaluator, router
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import cloudformation as cfn
from ministack.services import iam, kms, s3, sns, stepfunctions, sts
from ministack.services.cloudformation import handlers, helpers, provisioners, stacks

from mlops_gitops.emulator.iam.decide import Policies
from mlops_gitops.emulator.iam.facts import Place
from mlops_gitops.emulator.iam.guard import Denied, Guard
from mlops_gitops.emulator.iam.http import Call, HttpRequest
from mlops_gitops.emulator.iam.policy import Asked, Policy, Principal, read_policy
from mlops_gitops.emulator.iam.stack_needs import handler_needs
from mlops_gitops.emulator.ministack_hooks import principal_that_asks, role_under_way
from mlops_gitops.emulator.providers import ProvisioningError
from mlops_gitops.emulator.stepfunctions.tasks import handles
from mlops_gitops.emulator.wire import Answer

_EVERYTHING = read_policy('{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}')
_ROLE_ARN = re.compile(r"arn:([a-z-]+):iam::(\d{12}):role/(?:.*/)?([^/]+)")
_BOUNDED = "PermissionsBoundary"


class Accounts:
    """What the accounts of ministack hold; implements the guard's `Holdings`."""

    def principal(self, request: HttpRequest) -> Principal | None:
        """Who signed a request."""
        query = {name: [value] for name, value in request.query.items()}
        key = router.extract_access_key_id(dict(request.headers), query)
        if len(key) == 12 and key.isdigit():  # noqa: PLR2004 -- an account id
            root = f"arn:aws:iam::{key}:root"
            return Principal(arn=root, role=root, account=key, is_root=True)
        session = sts._sessions.get(key)
        if session is None or ":assumed-role/" not in session.get("Arn", ""):
            return None
        _, _, _, _, account, name = session["Arn"].split(":", 5)
        role = iam._roles.get_scoped(account, None, name.split("/")[1])
        arn = role["Arn"] if role else f"arn:aws:iam::{account}:role/{name.split('/')[1]}"
        passed = _passed(session.get("SessionPolicies"), account)
        return Principal(arn=session["Arn"], role=arn, account=account, passed=passed)

    def role(self, arn: str) -> Principal | None:
        """A role, as a service acts as it."""
        found = _ROLE_ARN.fullmatch(arn)
        if found is None:
            return None
        session = f"arn:{found[1]}:sts::{found[2]}:assumed-role/{found[3]}/service"
        return Principal(arn=session, role=arn, account=found[2])

    def policies(self, asked: Asked) -> Policies:
        """All policies that have a say."""
        owner = _owner(asked)
        service = asked.action.split(":")[0]
        resource = _trust(asked) if service == "sts" else _of_resource(asked, owner)
        found = Policies(
            identity=(_EVERYTHING,),
            resource=read_policy(resource),
            owner=owner,
            needs_resource=service == "kms" or asked.action == "sts:AssumeRole",
        )
        return found if asked.principal.is_root else _of_role(asked.principal, found)

    def key_of(self, resource: str) -> str | None:
        """The key of a bucket or topic."""
        if resource.startswith("arn:aws:s3:::"):
            bucket = _bucket(resource)
            owner = s3._bucket_owner_account(bucket)
            if owner is None:
                return None
            with request_scope(owner, get_region()):
                headers = s3._bucket_default_sse_headers(bucket)
            key = headers.get("x-amz-server-side-encryption-aws-kms-key-id", "")
            return key if key.startswith("arn:") else None
        if ":sns:" in resource:
            topic = sns._topic_by_arn_any_scope(resource)
            key = (topic or {}).get("attributes", {}).get("KmsMasterKeyId", "")
            return key if key.startswith("arn:") else None
        return None

    def key_id_of(self, alias_or_id: str, place: Place) -> str:
        """The ARN of a key."""
        with request_scope(place.account, place.region):
            found = kms._resolve_key(alias_or_id)
        return str(found["Arn"]) if found else alias_or_id


def _bucket(arn: str) -> str:
    return arn.rpartition(":::")[2].partition("/")[0]


def _owner(asked: Asked) -> str:
    if asked.resource.startswith("arn:aws:s3:::"):
        return s3._bucket_owner_account(_bucket(asked.resource)) or asked.principal.account
    parts = asked.resource.split(":")
    return parts[4] if len(parts) > 5 and parts[4] else asked.principal.account  # noqa: PLR2004 -- an ARN


def _trust(asked: Asked) -> Any:
    found = _ROLE_ARN.fullmatch(asked.resource)
    role = iam._roles.get_scoped(found[2], None, found[3]) if found else None
    return role.get("AssumeRolePolicyDocument") if role else None


def _of_resource(asked: Asked, owner: str) -> Any:
    with request_scope(owner, asked.context["aws:requestedregion"][0]):
        found = iam_evaluator._resource_policy(asked.action.split(":")[0], asked.resource)
    return found[0] if found else None


def _of_role(principal: Principal, found: Policies) -> Policies:
    role = iam._roles.get_scoped(principal.account, None, principal.role.rsplit("/", 1)[-1]) or {}
    documents = [*(role.get("InlinePolicies") or {}).values()]
    documents += [_managed(arn, principal.account) for arn in role.get("AttachedPolicies", ())]
    boundary = role.get(_BOUNDED)
    if isinstance(boundary, Mapping):
        boundary = boundary.get("PermissionsBoundaryArn")
    return Policies(
        identity=tuple(map(read_policy, documents)),
        boundary=_limit(boundary, principal.account),
        session=principal.passed,
        resource=found.resource,
        owner=found.owner,
        needs_resource=found.needs_resource,
    )


def _passed(given: Mapping[str, Any] | None, account: str) -> Policy | None:
    """The session policies of AssumeRole as one; a session has what one of them allows."""
    if given is None:
        return None
    documents = [
        given.get("Policy"),
        *(_managed(arn, account) for arn in given.get("PolicyArns", ())),
    ]
    return tuple(each for document in documents for each in read_policy(document))


def _limit(arn: str | None, account: str) -> Policy | None:
    return read_policy(_managed(arn, account)) if arn else None


def _managed(arn: str, account: str) -> Any:
    with request_scope(account, get_region()):
        return iam_evaluator._resolve_managed_policy_document(arn, account)


def denial(call: Call, denied: Denied, headers: Mapping[str, str]) -> Answer:
    """AWS's refusal, in the service's own protocol."""
    status, answered, body = iam_actions.access_denied_response(
        "monitoring" if call.service == "cloudwatch" else call.service,
        denied.asked.action,
        denied.asked.principal.arn,
        str(uuid.uuid4()),
        message=denied.message,
        headers=dict(headers),
        resource_arn=denied.asked.resource,
    )
    return Answer(status, answered, body)


_role: ContextVar[str] = ContextVar("role", default="")
"""As whom CloudFormation handles a resource; empty for whoever asked."""


def guard_stacks(guard: Guard) -> None:
    """Let CloudFormation act as the role that a stack was given."""
    _remember_roles()
    stacks._provision_resource = _as_role_of(stacks._provision_resource, 3)
    stacks._update_resource = _as_role_of(stacks._update_resource, 4)
    stacks._delete_resource = _as_role_of(stacks._delete_resource, 3)
    for kind, found in provisioners._RESOURCE_HANDLERS.items():
        if not kind.startswith("AWS::CloudFormation::"):
            found.update(_guarded(guard, kind, found))


def _as_role_of(handle: Callable[..., Any], position: int) -> Callable[..., Any]:
    """Handle a resource as the role of the stack that is named at a position."""

    def handled(*given: Any) -> Any:
        stack = given[position] if len(given) > position else None
        token = _role.set((cfn._stacks.get(stack) or {}).get("RoleARN") or "")
        try:
            return handle(*given)
        finally:
            _role.reset(token)

    return handled


def _guarded(guard: Guard, kind: str, found: Mapping[str, Any]) -> dict[str, Any]:
    """A type's handlers, each after a look at what it needs."""

    def before(verb: str, check: Callable[..., None]) -> Callable[..., Any]:
        handle = found[verb]

        def handled(*given: Any) -> Any:
            check(*given)
            return handle(*given)

        return handled

    def create(logical_id: str, props: Any, stack: str) -> None:
        _check(guard, (kind, "create"), props, f"{stack}-{logical_id}-")

    def update(physical: str, _old: Any, new: Any, *_more: Any) -> None:
        _check(guard, (kind, "update"), new, physical)

    def delete(physical: str, props: Any, *_more: Any) -> None:
        _check(guard, (kind, "delete"), props, physical)

    checks: Mapping[str, Callable[..., None]]
    checks = {"create": create, "update": update, "delete": delete}
    return {verb: before(verb, check) for verb, check in checks.items() if verb in found}


def _check(guard: Guard, what: tuple[str, str], props: Any, name: str) -> None:
    if not _role.get():
        return
    place = Place("aws", get_region(), get_account_id())
    given = props if isinstance(props, dict) else {}
    denied = guard.check_as(_role.get(), handler_needs(*what, given, name, place), place)
    if denied is not None:
        message = (
            f'Resource handler returned message: "{denied.message}" '
            "(HandlerErrorCode: AccessDenied)"
        )
        raise ProvisioningError(message)


def _remember_roles() -> None:
    """Keep the role that a stack operation names: it is the stack's until another is named.

    A stack that is given none is made in the name of whoever makes it. A change set alone makes
    nothing, so whoever asks what one would do is not remembered.
    """
    known = handlers._ACTION_HANDLERS
    for operation in ("CreateStack", "UpdateStack"):
        known[operation] = _remembering(known[operation], principal_that_asks)
    for operation in ("CreateChangeSet", "DeleteStack"):
        known[operation] = _remembering(known[operation], lambda: "")


def _remembering(handle: Callable[[Any], Any], otherwise: Callable[[], str]) -> Callable[..., Any]:
    def handled(params: Any) -> Any:
        answer = handle(params)  # what it sets going begins after this, on the same loop
        # `arn:…:stack/NAME/ID`, or the name itself
        name = helpers._p(params, "StackName").rpartition("stack/")[2].partition("/")[0]
        role = helpers._p(params, "RoleARN") or otherwise()
        if _ROLE_ARN.fullmatch(role) and name in cfn._stacks:
            cfn._stacks[name]["RoleARN"] = role
        return answer

    return handled


def guard_tasks(guard: Guard) -> None:
    """Let state machines act as their role in the tasks that ministack runs itself."""
    invoke = stepfunctions._invoke_resource

    def invoked(resource: str, given: Any) -> Any:
        call = None if handles(resource) else _task_call(resource, given)
        if call is not None:
            place = Place("aws", get_region(), get_account_id())
            denied = guard.check_call(role_under_way(), call, place)
            if denied is not None:
                raise stepfunctions._ExecutionError("States.Permissions", denied.message)
        return invoke(resource, given)

    stepfunctions._invoke_resource = invoked


_TASK = re.compile(r"arn:[a-z-]+:states:::(?:aws-sdk:)?(\w+):(\w+)")
_NAMES = {"sfn": "states", "eventbridge": "events", "cloudwatchlogs": "logs"}


def _task_call(resource: str, given: Any) -> Call | None:
    if ":lambda:" in resource and ":function:" in resource:
        return Call(service="lambda", operation="Invoke", parameters={"FunctionName": resource})
    found = _TASK.match(resource)
    if found is None or not isinstance(given, dict):
        return None
    operation = found[2][0].upper() + found[2][1:]
    service = _NAMES.get(found[1], found[1])
    return Call(service=service, operation=operation, parameters=given)
