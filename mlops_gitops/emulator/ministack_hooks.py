# ruff: noqa: SLF001 -- private hooks are what this file is for
"""ministack, which serves most of the embedded AWS: routing, identities, state machines, state.

Only the files `ministack_*.py` touch it. Import them only after `prepare_environment`: ministack
reads the environment when it is imported.

Private hooks in use, held by `tests/emulator/test_ministack_hooks.py`:

- `app.SERVICE_HANDLERS`, `core.router.SERVICE_PATTERNS`, `_KNOWN_AWS_SERVICE_NAMES`: which service
  answers what;
- `app.save_all`, `app._build_persistence_save_dict`, `services.sts._sessions`,
  `services.sts._web_identity_trust_denied`;
- `services.stepfunctions`: `_execute_task`, `_invoke_resource`, `_error_matches`,
  `_ExecutionError`, `_state_machines`;
- `services.eventbridge._put_events`, which lets only its own services speak as `aws.*`;
- `core.iam_evaluator`: `evaluate_trust_policy`, `EvalContext`, `resolve_caller_identity`,
  `evaluate_resource_policy` (asked by `services.s3` when another account's bucket is);
  `services.iam._roles`.
"""

import asyncio
import copy
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import botocore.session
import ministack.app as gateway
from ministack.core import iam_evaluator, router
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import eventbridge, iam, stepfunctions, sts

from mlops_gitops.emulator.stepfunctions.call import TaskError
from mlops_gitops.emulator.stepfunctions.tasks import Task, Tasks, handles
from mlops_gitops.emulator.wire import Answer, Scope, json_error

Handler = Callable[[str, str, Mapping[str, str], bytes, Scope], Answer]
_Raw = tuple[int, dict[str, str], bytes]
Application = Callable[..., Awaitable[None]]

application: Application = gateway.app
"""ministack's ASGI application."""


def mount(service: str, target_prefix: str, handler: Handler) -> None:
    """Let `handler(method, path, headers, body, scope)` answer one service, on a thread of its own.

    Args:
        service: the SigV4 signing name.
        target_prefix: what its `X-Amz-Target` headers begin with.
        handler: header names are in lower case.
    """

    async def answer(
        method: str, path: str, headers: dict[str, str], body: bytes, _query: object
    ) -> _Raw:
        scope = Scope(get_account_id(), get_region())
        given = await asyncio.to_thread(handler, method, path, headers, body, scope)
        return given.status, dict(given.headers), given.body

    gateway.SERVICE_HANDLERS[service] = answer
    router.SERVICE_PATTERNS[service] = {
        "target_prefixes": [target_prefix],
        "host_patterns": [],
        "credential_scope": service,
    }


class _Handlers(dict[str, Any]):
    """ministack's handlers; a service that neither of us emulates gets an error in AWS's shape."""

    def get(self, service: str, _default: object = None) -> Any:
        """The handler of a service."""
        return self[service] if service in self else _not_emulated(service)


def _not_emulated(service: str) -> Callable[..., Awaitable[_Raw]]:
    async def answer(*_request: object) -> _Raw:
        message = f"The embedded AWS does not emulate {service}."
        refusal = json_error(400, "UnknownOperationException", message)
        return refusal.status, dict(refusal.headers), refusal.body

    return answer


gateway.SERVICE_HANDLERS = _Handlers(gateway.SERVICE_HANDLERS)
# ministack would read every API description of botocore for this, a quarter of a minute in which
# nothing else is answered.
router._KNOWN_AWS_SERVICE_NAMES = frozenset(botocore.session.get_session().get_available_services())


def enforce_trust() -> None:
    """Refuse AssumeRole for roles that do not exist or do not trust the caller, as AWS does."""
    assume = gateway.SERVICE_HANDLERS["sts"]

    async def guarded(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, list[str]]
    ) -> _Raw:
        given = {**parse_qs(body.decode("utf-8", errors="replace")), **query}
        params = {name: values[0] for name, values in given.items() if values}
        key = router.extract_access_key_id(headers, query)
        if params.get("Action") == "AssumeRole" and (refusal := _refusal(params, key)):
            return refusal
        if params.get("Action") == "AssumeRoleWithWebIdentity" and (untrusted := _untrusted(given)):
            return untrusted
        answer: _Raw = await assume(method, path, headers, body, query)
        return answer

    gateway.SERVICE_HANDLERS["sts"] = guarded


def _refusal(params: Mapping[str, str], access_key: str) -> _Raw | None:
    arn = params.get("RoleArn", "")
    parts = arn.split(":", 5)
    if len(parts) < 6 or not parts[5].startswith("role/"):  # noqa: PLR2004 -- arn:aws:iam::account:role/name
        return None  # ministack has AWS's own answer to a malformed ARN
    identity = iam_evaluator.resolve_caller_identity(access_key)
    caller = identity["userArn"] if identity else f"arn:aws:iam::{get_account_id()}:root"
    role = iam._roles.get_scoped(parts[4], None, arn.rsplit("/", 1)[-1])
    if role is not None and role["Arn"] == arn and _trusts(role, caller, params):
        return None
    message = f"User: {caller} is not authorized to perform: sts:AssumeRole on resource: {arn}"
    answer: _Raw = sts._error(403, "AccessDenied", message, ns="sts")
    return answer


def _untrusted(given: dict[str, list[str]]) -> _Raw | None:
    """Whether a role does not trust what a token says; its signature is not looked at."""
    arn = given.get("RoleArn", [""])[0]
    if len(arn.split(":")) < 6:  # noqa: PLR2004 -- arn:aws:iam::account:role/name
        return None
    denied: _Raw | None = sts._web_identity_trust_denied(arn, given, use_json=False)
    return denied


def _trusts(role: Mapping[str, Any], caller: str, params: Mapping[str, str]) -> bool:
    kind = "AssumedRole" if ":assumed-role/" in caller else "Root"
    context = iam_evaluator.EvalContext(
        principal_arn=_principal(caller),
        principal_type="User" if ":user/" in caller else kind,
        principal_account=caller.split(":")[4],
        action="sts:AssumeRole",
        resource_arn=role["Arn"],
        region=get_region(),
        service_context={
            "sts:externalid": params.get("ExternalId"),
            # An emulated service acts as its account's root, for a resource of that account.
            "aws:sourceaccount": caller.split(":")[4] if kind == "Root" else None,
        },
    )
    policy = role.get("AssumeRolePolicyDocument", "{}")
    document = json.loads(policy) if isinstance(policy, str) else copy.deepcopy(policy)
    if context.principal_account != role["Arn"].split(":")[4]:
        # Emulated services assume the roles that trust them as their own account's root, so
        # ministack lets any root pass for a service. A service of another account there is none.
        for statement in _statements(document):
            if isinstance(statement.get("Principal"), dict):
                statement["Principal"].pop("Service", None)
    trusts: bool = iam_evaluator.evaluate_trust_policy(document, caller, context)
    return trusts


def _principal(caller: str) -> str:
    """What aws:PrincipalArn holds: a session counts as its role, with the role's path.

    Source: "AWS global condition context keys", IAM user guide.
    """
    head, session, rest = caller.partition(":assumed-role/")
    if not session:
        return caller
    name = rest.split("/")[0]
    role = iam._roles.get_scoped(caller.split(":")[4], None, name)
    return str(role["Arn"]) if role else f"{head}:role/{name}".replace(":sts:", ":iam:")


_caller: ContextVar[str] = ContextVar("caller", default="")
"""Who asks S3, or has CloudFormation ask it: the principal of the request's access key."""


def principal_that_asks() -> str:
    """The principal of the request to CloudFormation that is answered; empty for nobody known."""
    return _caller.get()


def tell_buckets_who_asks() -> None:
    """Let bucket policies of other accounts see the role that asks, as AWS does.

    ministack shows them the root of the caller's account, whoever it is.
    """
    evaluate = iam_evaluator.evaluate_resource_policy

    def evaluated(policy: Any, context: Any, **more: Any) -> Any:
        arn = _caller.get()
        if arn and context.principal_type == "Root" and _is_role_of(arn, context.principal_account):
            context = replace(context, principal_arn=arn, principal_type="AssumedRole")
        # Loopback stands for TLS; a policy that asks for it would refuse everybody here.
        context = replace(context, secure_transport=True)
        return evaluate(policy, context, **more)

    _remember_who_asks("s3")
    _remember_who_asks("cloudformation")
    iam_evaluator.evaluate_resource_policy = evaluated


def _remember_who_asks(service: str) -> None:
    serve = gateway.SERVICE_HANDLERS[service]

    async def served(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, list[str]]
    ) -> _Raw:
        identity = iam_evaluator.resolve_caller_identity(
            router.extract_access_key_id(headers, query)
        )
        _caller.set(_principal(identity["userArn"]) if identity else "")
        answer: _Raw = await serve(method, path, headers, body, query)
        return answer

    gateway.SERVICE_HANDLERS[service] = served


def _is_role_of(arn: str, account: str) -> bool:
    return f"::{account}:role/" in arn


def _statements(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = document.get("Statement", [])
    return [found] if isinstance(found, dict) else list(found)


_under_way: ContextVar[tuple[Mapping[str, Any], str]] = ContextVar("_under_way")
"""The execution whose task runs on this thread, and the state's name."""


def integrate(tasks: Tasks) -> None:
    """Let state machines run the tasks that `handles` knows, in every partition."""
    execute, invoke = stepfunctions._execute_task, stepfunctions._invoke_resource
    matches = stepfunctions._error_matches

    def executed(state: Any, given: Any, execution: dict[str, Any], context: Any) -> Any:
        _under_way.set((execution, context["State"]["Name"]))
        return execute(state, given, execution, context)

    def invoked(resource: str, given: Any) -> Any:
        if handles(resource):
            return _run_task(tasks, resource, given)
        return invoke(re.sub(r"^arn:aws-[a-z-]+:states:::", "arn:aws:states:::", resource), given)

    def matching(error_equals: list[str], error: str) -> bool:
        # "A retry or catch on States.ALL won't catch States.Runtime errors" (developer guide).
        return error != "States.Runtime" and bool(matches(error_equals, error))

    stepfunctions._execute_task = executed
    stepfunctions._invoke_resource = invoked
    stepfunctions._error_matches = matching


def _run_task(tasks: Tasks, resource: str, arguments: Any) -> Any:
    execution, state = _under_way.get()
    task = Task(
        resource=resource,
        arguments=arguments,
        state=state,
        scope=Scope(get_account_id(), get_region()),
        role=role_under_way(),
        stopped=lambda: execution["status"] != "RUNNING",
    )
    try:
        return tasks.run(task)
    except TaskError as error:
        raise stepfunctions._ExecutionError(error.error, error.cause) from error


def role_under_way() -> str:
    """The role of the state machine whose task runs on this thread."""
    execution, _ = _under_way.get()
    return str(stepfunctions._state_machines[execution["stateMachineArn"]]["roleArn"])


def put_event(account: str, region: str, entry: dict[str, object]) -> None:
    """Put an event of a service on an account's bus. Call it on the event loop."""
    with request_scope(account, region):
        eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)


def knows_access_key(access_key: str) -> bool:
    """Whether an access key means anybody: an account id, a live session, an IAM user's key."""
    session = sts._sessions.get(access_key)
    if session is not None:
        return not sts._session_expired(session)
    is_account = access_key.isdigit() and len(access_key) == 12  # noqa: PLR2004 -- an account id
    return is_account or iam_evaluator.find_iam_access_key_account(access_key) is not None


def account_of(access_key: str) -> str:
    """The account that an access key acts in; empty if it means nobody."""
    session = sts._sessions.get(access_key)
    if session is not None:
        return str(session["Arn"]).split(":")[4]
    if access_key.isdigit():
        return access_key
    return iam_evaluator.find_iam_access_key_account(access_key) or ""


def refuse_credentials(headers: Mapping[str, str], query: Mapping[str, list[str]]) -> Answer | None:
    """AWS's refusal of a signed request whose key nobody holds, in the service's own protocol.

    ministack lets such a caller act in account 000000000000, which hides a forgotten
    `local env` and lets an expired session write to the wrong account.
    """
    key = router.extract_access_key_id(dict(headers), dict(query))
    if not key or knows_access_key(key):
        return None
    service = router.detect_service("POST", "/", dict(headers), dict(query))
    denied = iam_evaluator.AuthError(
        code="InvalidClientTokenId",
        message="The security token included in the request is invalid.",
    )
    status, answered, body = gateway._credential_failure(service, "", "", denied, dict(headers))
    return Answer(status, answered, body)


def keep_sessions() -> None:
    """Keep assumed-role sessions across restarts, which ministack does not."""
    sts.get_state = lambda: {"sessions": dict(sts._sessions)}
    sts.load_persisted_state = lambda state: sts._sessions.update(state.get("sessions", {}))


def save() -> None:
    """Write all state to the state folder. Call it on the event loop: handlers run there."""
    gateway.save_all(gateway._build_persistence_save_dict())
