# ruff: noqa: SLF001 -- private hooks are what this file is for
"""CloudFormation of ministack: types it learns from us, facts it lacks, change sets it gets wrong.

Import it only after `prepare_environment`.

Private hooks in use, held by `tests/emulator/test_ministack_hooks.py`:

- `cloudformation.provisioners`: `_RESOURCE_HANDLERS`, `_REPLACING_PROPERTIES` (what a change set
  reports as Replacement), `_CUSTOM_NAME_REPLACEMENT`, `_STACK_TAG_PROPERTY`, `_physical_name`;
- `cloudformation.stacks._runs_on_worker_thread`, `cloudformation.drift._DRIFT_READERS`,
  `cloudformation.changesets._IMPORT_LOOKUPS`, `cloudformation.handlers._ACTION_HANDLERS`,
  `cloudformation._stacks`, `cloudformation._change_sets`,
  `cloudformation.stacks._add_event`;
- `cloudformation.changesets._resolve_template`, `s3._bucket_owner_account`,
  `s3._foreign_bucket_allows`;
- `ecr._repositories`, `scheduler._schedules`, `stepfunctions._state_machines`.
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlparse

from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import cloudformation as cfn
from ministack.services import ecr, s3, scheduler, stepfunctions
from ministack.services.cloudformation import (
    changesets,
    drift,
    handlers,
    helpers,
    provisioners,
    stacks,
)

from mlops_gitops.emulator.ministack_drift import find_more_drift
from mlops_gitops.emulator.providers import (
    Lifecycle,
    Properties,
    Provider,
    ProvisioningError,
    ResourceCall,
    as_declared,
)
from mlops_gitops.emulator.shapes import to_properties
from mlops_gitops.emulator.wire import Scope

_Raw = tuple[int, dict[str, str], bytes]


def register(provider: Provider) -> None:
    """Teach CloudFormation a resource type: life cycle, replacement, tags, drift and import."""
    name = provider.type_name
    register_lifecycle(provider)
    provisioners._RESOURCE_HANDLERS[name]["import"] = lambda identifier: _created(
        provider.adopt(_scope(), identifier[provider.identifier])
    )
    drift._DRIFT_READERS[name] = (
        lambda physical, props: _found(provider.read(_scope(), physical), props),
        provider.comparable,
    )
    changesets._IMPORT_LOOKUPS[name] = (
        (provider.identifier,),
        lambda physical: provider.import_problem(_scope(), physical),
    )


def register_lifecycle(provider: Lifecycle) -> None:
    """Teach CloudFormation how a resource type lives: replacement and tags, but no reading."""
    name = provider.type_name
    provisioners._RESOURCE_HANDLERS[name] = {
        "create": lambda logical, props, stack: _created(
            provider.create(_call(provider, stack, logical), props)
        ),
        "update": lambda physical, old, new, stack, logical: _created(
            provider.update(_call(provider, stack, logical), physical, old, new)
        ),
        "update_with_logical_id": True,
        "delete": lambda physical, props: provider.delete(_scope(), physical, props),
    }
    provisioners._REPLACING_PROPERTIES[name] = tuple(sorted(provider.create_only))
    provisioners._CUSTOM_NAME_REPLACEMENT[name] = {"name": provider.name_property}
    if provider.takes_tags:
        provisioners._STACK_TAG_PROPERTY[name] = ("Tags", "list")
    _ON_WORKER_THREAD.add(name)


def mend(create_only: Mapping[str, frozenset[str]]) -> None:
    """Put right what ministack gets wrong.

    Args:
        create_only: for each type that ministack has no facts of, which properties replace it.
    """
    for name, properties in create_only.items():
        provisioners._REPLACING_PROPERTIES[name] = tuple(sorted(properties))
    _count_output_changes()
    _read_templates_of_other_accounts()
    _refuse_taken_repositories()
    _name_log_groups()
    _find_drift()
    find_more_drift()


def _refuse_taken_repositories() -> None:
    """Let a stack fail over a repository that somebody else has; ministack takes it over."""
    kind = "AWS::ECR::Repository"
    create = provisioners._RESOURCE_HANDLERS[kind]["create"]

    def refusing(logical_id: str, properties: Properties, stack: str) -> Any:
        name = properties.get("RepositoryName")
        if name in ecr._repositories:
            taken = f"Resource of type '{kind}' with identifier '{name}' already exists."
            raise ProvisioningError(taken)
        return create(logical_id, properties, stack)

    provisioners._RESOURCE_HANDLERS[kind]["create"] = refusing


def _name_log_groups() -> None:
    """Give log groups without a name one that begins with their stack's, as CloudFormation does."""
    handlers_of = provisioners._RESOURCE_HANDLERS["AWS::Logs::LogGroup"]
    create, update = handlers_of["create"], handlers_of["update"]

    def named(logical_id: str, properties: Properties, stack: str) -> Any:
        generated = provisioners._physical_name(stack, logical_id, max_len=512)
        return create(logical_id, {"LogGroupName": generated, **properties}, stack)

    def kept(physical: str, old: Properties, new: Properties, *more: Any) -> Any:
        name = {"LogGroupName": physical}
        return update(physical, name | dict(old), name | dict(new), *more)

    handlers_of["create"], handlers_of["update"] = named, kept


def _find_drift() -> None:
    """Let drift detection read schedules and state machines, of which ministack knows too little.

    It reads on the event loop, where no service can be called; so it looks into their stores. That
    a machine's `Definition` is not compared is CloudFormation's own way: the registry calls it
    write-only.
    """
    drift._DRIFT_READERS["AWS::Scheduler::Schedule"] = (
        lambda physical, props: _found(
            scheduler._schedules.get(f"{props.get('GroupName', 'default')}/{physical}"), props
        ),
        frozenset(
            [
                "Description",
                "FlexibleTimeWindow",
                "Name",
                "ScheduleExpression",
                "ScheduleExpressionTimezone",
                "State",
                "Target",
            ]
        ),
    )
    drift._DRIFT_READERS["AWS::StepFunctions::StateMachine"] = (
        lambda physical, props: _found(_machine(physical), props),
        frozenset({"DefinitionString", "LoggingConfiguration", "RoleArn", "StateMachineName"}),
    )


def _machine(arn: str) -> Properties | None:
    record = stepfunctions._state_machines.get(arn)
    if record is None:
        return None
    known = to_properties("stepfunctions", "DescribeStateMachine", record)
    renamed = {"StateMachineName": known["Name"], "DefinitionString": known["Definition"]}
    return known | renamed


_ON_WORKER_THREAD: set[str] = set()
_ministack_runs_on_worker_thread = stacks._runs_on_worker_thread


def _runs_on_worker_thread(resource_type: str) -> bool:
    # Our providers wait for endpoints, and CodePipeline calls back into this very server.
    return resource_type in _ON_WORKER_THREAD or _ministack_runs_on_worker_thread(resource_type)


stacks._runs_on_worker_thread = _runs_on_worker_thread


def _scope() -> Scope:
    return Scope(get_account_id(), get_region())


def _call(provider: Lifecycle, stack: str, logical_id: str) -> ResourceCall:
    name = provisioners._physical_name(stack, logical_id, max_len=provider.name_length)
    return ResourceCall(scope=_scope(), generated_name=name)


def _found(actual: Properties | None, declared: Properties) -> Any:
    if actual is None:
        return None
    # A stack's own tags are declared by no resource, and compared with every one that takes tags.
    tags = {"Tags": actual["Tags"]} if "Tags" in actual else {}
    return as_declared(dict(actual), dict(declared)) | tags


def _created(resource: tuple[str, Properties]) -> tuple[str, dict[str, Any]]:
    physical_id, attributes = resource
    return physical_id, dict(attributes)


def _count_output_changes() -> None:
    """Let a change set that changes nothing but outputs be executed, as AWS does.

    ministack calls it empty, and the stack would keep its old outputs for ever.
    """
    create = handlers._ACTION_HANDLERS["CreateChangeSet"]

    def counting(params: dict[str, Any]) -> _Raw:
        answer: _Raw = create(params)
        found = re.search(rb"<Id>([^<]+)</Id>", answer[2])
        made = cfn._change_sets.get(found[1].decode()) if found else None
        if made is not None and _changes_outputs_only(made):
            made |= {
                "Status": "CREATE_COMPLETE",
                "ExecutionStatus": "AVAILABLE",
                "StatusReason": "",
            }
        return answer

    handlers._ACTION_HANDLERS["CreateChangeSet"] = counting


def _read_templates_of_other_accounts() -> None:
    """Let a change set read its template from another account's bucket, if that lets it.

    CloudFormation reads it with the caller's permissions; ministack knows only buckets of the
    account that it acts in.
    """
    resolve = changesets._resolve_template

    def resolved(params: dict[str, Any]) -> Any:
        url = helpers._p(params, "TemplateURL")
        bucket, _, key = urlparse(url).path.lstrip("/").partition("/") if url else ("", "", "")
        owner, caller = s3._bucket_owner_account(bucket), get_account_id()
        if not url or owner in (None, caller):
            return resolve(params)
        if not s3._foreign_bucket_allows(owner, bucket, key, "GET", {}, caller, {}):
            return None, helpers._error("ValidationError", "S3 error: Access Denied")
        with request_scope(owner, get_region()):
            return resolve(params)

    changesets._resolve_template = resolved


def _changes_outputs_only(made: Mapping[str, Any]) -> bool:
    if made["Status"] != "FAILED" or made["ChangeSetType"] != "UPDATE" or made["Changes"]:
        return False
    stack = cfn._stacks.get(made["StackName"], {})
    before = stack.get("_resolved_params", {})
    changed = {
        name
        for name, parameter in made["_resolved_params"].items()
        if before.get(name, {}).get("Value") != parameter.get("Value")
    }
    outputs = made["_template"].get("Outputs", {})
    text = json.dumps(outputs)
    names = (f'{{"Ref": "{name}"}}' in text or f"${{{name}}}" in text for name in changed)
    return outputs != stack.get("_template", {}).get("Outputs", {}) or any(names)


_INTERRUPTED = {
    "CREATE_IN_PROGRESS": "CREATE_FAILED",
    "DELETE_IN_PROGRESS": "DELETE_FAILED",
    "ROLLBACK_IN_PROGRESS": "ROLLBACK_FAILED",
    "UPDATE_IN_PROGRESS": "UPDATE_FAILED",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_IN_PROGRESS": "UPDATE_ROLLBACK_FAILED",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_IN_PROGRESS": "IMPORT_ROLLBACK_FAILED",
    "IMPORT_ROLLBACK_IN_PROGRESS": "IMPORT_ROLLBACK_FAILED",
}


def busy() -> bool:
    """Whether a stack operation is under way in any account."""
    return any(stack.get("StackStatus") in _INTERRUPTED for stack in cfn._stacks._data.values())


def fail_interrupted_stacks() -> None:
    """Give stacks that a crash left in progress a status that can be acted on.

    AWS would carry the operation on; the thread that did it here is gone for good.
    """
    reason = "The embedded AWS was stopped during this operation."
    for (account, region, _), stack in list(cfn._stacks._data.items()):
        status = _INTERRUPTED.get(stack.get("StackStatus", ""))
        if status is None:
            continue
        stack.update({"StackStatus": status, "StackStatusReason": reason})
        _in_scope(Scope(account, region), stack, status, reason)


def _in_scope(scope: Scope, stack: Mapping[str, Any], status: str, reason: str) -> None:
    with request_scope(scope.account, scope.region):
        kind = "AWS::CloudFormation::Stack"
        name, id_ = stack["StackName"], stack["StackId"]
        stacks._add_event(id_, name, name, kind, status, reason, id_)
