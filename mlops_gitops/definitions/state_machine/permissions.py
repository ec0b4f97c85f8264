"""Permissions: what the workflow's own role has to be allowed, read from what its states do."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.scope import Scope
from mlops_gitops.definitions.state_machine.integrations import (
    NEEDS,
    Integration,
    Kind,
    Needs,
    Waits,
    iam_service,
    read_integration,
)
from mlops_gitops.definitions.state_machine.machine import (
    all_states,
    read_machine,
    text_of,
    values_of,
)
from mlops_gitops.definitions.state_machine.placeholders import in_text, known, settled

PERMISSIONS = "permissions"

_ROLE_KEYS = ("RoleArn", "ExecutionRoleArn")
_JOB_ROLE: Json = {"Fn::GetAtt": ["JobRole", "Arn"]}
_ARN = "arn:${AWS::Partition}:"
_STAND_IN = "x"


def integration_of(
    resource: str, region: str, partition: str, values: Mapping[str, Json]
) -> Integration | None:
    """Read a state's `Resource`, placeholders and CloudFormation's own variables put in."""
    return read_integration(sample(resource, region, partition, values))


def sample(text: str, region: str, partition: str, values: Mapping[str, Json]) -> str:
    """Give a text as it may look when it is deployed."""
    pseudo: dict[str, Json] = {
        "AWS::AccountId": "111111111111",
        "AWS::Partition": partition,
        "AWS::Region": region,
    }
    return known(text, {**values, **pseudo}, _STAND_IN)


def named_by(needs: Needs, state: Mapping[str, Any]) -> str | None:
    """Give what a state says its resource is; None where that is only known when it runs."""
    for place in ("Parameters", "Arguments"):
        given = state.get(place)
        value = given.get(needs.argument) if isinstance(given, dict) else None
        if isinstance(value, str) and not value.strip().startswith(("{%", "$.", "$$.")):
            return value
    return None


def is_allowed(integration: Integration, permissions: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether the config allows something of an integration's service."""
    service = f"{iam_service(integration)}:"
    return any(action.startswith(service) for each in permissions for action in each["actions"])


def is_derived(integration: Integration, state: Mapping[str, Any]) -> bool:
    """Tell whether the permissions of a state can be read from it."""
    if integration.kind is not Kind.OPTIMIZED:
        return integration.kind is not Kind.SDK
    needs = NEEDS.get((integration.service, integration.action))
    return needs is not None and (not needs.argument or named_by(needs, state) is not None)


def statements_of(scope: Scope, partition: str) -> list[Json]:
    """Give the statements for everything that the states do, each once, then the config's own."""
    values = values_of(scope)
    found: dict[str, Json] = {}
    for state, _at in all_states(read_machine(text_of(scope))):
        if is_distributed(state):
            found["itself"] = _itself()
        resource = state.get("Resource")
        if not isinstance(resource, str):
            continue
        integration = integration_of(resource, scope.region, partition, values)
        if integration is not None:
            for statement in for_state(integration, resource, state, values):
                found[repr(statement)] = statement
    merged = _merged([*found.values()])
    return [*merged, *own_statements(scope, PERMISSIONS)]


def is_distributed(state: Mapping[str, Any]) -> bool:
    """Tell whether a Map runs each item in an execution of its own."""
    inner = state.get("ItemProcessor")
    how = inner.get("ProcessorConfig") if isinstance(inner, dict) else None
    return isinstance(how, dict) and how.get("Mode") == "DISTRIBUTED"


def _itself() -> Json:
    """Let a workflow start and follow its own child executions, as a distributed Map does."""
    here = f"{_ARN}states:${{AWS::Region}}:${{AWS::AccountId}}"
    actions = ("states:DescribeExecution", "states:StartExecution", "states:StopExecution")
    kinds = ("stateMachine:${StateMachineName}", "execution:${StateMachineName}:*")
    # A child's name has the Map's label behind a slash.
    children = "execution:${StateMachineName}/*"
    return _allow(actions, [{"Fn::Sub": f"{here}:{kind}"} for kind in (*kinds, children)])


def own_statements(scope: Scope, field: str) -> list[Json]:
    """Give the statements that the config states itself."""
    given: Any = scope.value(field)
    values = values_of(scope)
    return [
        {
            "Effect": "Allow",
            "Action": sorted(each["actions"]),
            "Resource": [in_text(resource, values) for resource in each["resources"]],
        }
        for each in given or ()
    ]


def for_state(
    integration: Integration, resource: str, state: Mapping[str, Any], values: Mapping[str, Json]
) -> Iterator[Json]:
    """Give the statements for what one state does; none for what nobody can tell."""
    if integration.kind is Kind.FUNCTION:
        yield _allow(("lambda:InvokeFunction",), [in_text(resource, values)])
    needs = NEEDS.get((integration.service, integration.action))
    if integration.kind is not Kind.OPTIMIZED or needs is None:
        return
    name = named_by(needs, state) if needs.argument else ""
    if name is None:
        return
    waits = integration.waits is Waits.FOR_THE_JOB
    yield _allow(
        (*needs.actions, *(needs.waiting if waits else ())), [*_resources(needs, name, values)]
    )
    if waits and needs.rule:
        rule: Json = {
            "Fn::Sub": f"{_ARN}events:${{AWS::Region}}:${{AWS::AccountId}}:rule/{needs.rule}"
        }
        yield _allow(("events:DescribeRule", "events:PutRule", "events:PutTargets"), [rule])
    if needs.passes_role:
        to_service: Json = {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
        passed: Any = _allow(("iam:PassRole",), [*_roles(state, values)])
        yield {**passed, "Condition": to_service}


def _resources(needs: Needs, name: str, values: Mapping[str, Json]) -> Iterator[Json]:
    """Give the ARNs that an argument means: itself where it is one."""
    said = settled(name, values)
    for form in needs.resources:
        if said.startswith("arn:") or (said.startswith("${") and needs.argument.endswith("Arn")):
            yield _plain(in_text(_like(said, form), values))
        else:
            yield in_text(_ARN + form.replace("{}", said), values)


def _like(arn: str, form: str) -> str:
    """Make an ARN cover what a form adds behind the name, such as a function's versions."""
    if ":execution:" in form:
        return arn.replace(":stateMachine:", ":execution:") + ":*"
    return arn + form.partition("{}")[2]


def _roles(state: Mapping[str, Any], values: Mapping[str, Json]) -> list[Json]:
    """Give the roles that a state passes; the stack's own where that is only known at run time."""
    found = [in_text(role, values) for role in _texts(state, _ROLE_KEYS)]
    return [_plain(role) for role in found] or [_JOB_ROLE]


def _plain(value: Json) -> Json:
    """Write `${Name}` alone as the function it stands for."""
    match value:
        case {"Fn::Sub": [str(text), dict(used)]} if len(used) == 1:
            name, inner = next(iter(used.items()))
            return inner if text == f"${{{name}}}" else value
        case _:
            return value


def _texts(value: Any, keys: Sequence[str]) -> Iterator[str]:
    """Give the texts that stand under some keys, however deep."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key in keys and isinstance(each, str) and not each.lstrip().startswith(("{%", "$.")):
                yield each
            else:
                yield from _texts(each, keys)
    if isinstance(value, list):
        for each in value:
            yield from _texts(each, keys)


def _allow(actions: Sequence[str], resources: list[Json]) -> Json:
    return {"Effect": "Allow", "Action": [*sorted(set(actions))], "Resource": resources}


def _merged(statements: list[Json]) -> list[Json]:
    """Give statements that differ in their resources alone as one."""
    merged: dict[str, Any] = {}
    for statement in statements:
        if not isinstance(statement, dict):
            continue
        rest = {key: value for key, value in statement.items() if key != "Resource"}
        into = merged.setdefault(repr(rest), {**rest, "Resource": []})
        resources: Any = statement["Resource"]
        into["Resource"] += [each for each in resources if each not in into["Resource"]]
    return [*merged.values()]


_IMAGE = re.compile(
    r"(?P<account>\d{12})\.dkr[.-]ecr(?:-fips)?\.(?P<region>[a-z0-9-]+)\.[a-z0-9.-]+/(?P<name>[a-z0-9._/-]+)"
)


def repositories_in(text: str, partition: str) -> list[str]:
    """Give the ARNs of the ECR repositories whose images a text names."""
    found = (
        f"arn:{partition}:ecr:{image['region']}:{image['account']}:repository/{image['name']}"
        for image in _IMAGE.finditer(text)
    )
    return sorted(set(found))


def policy(name: str, statements: list[Json]) -> Json:
    """Give an inline policy; CloudFormation's nothing where there is no statement."""
    if not statements:
        return {"Ref": "AWS::NoValue"}
    document: Json = {"Version": "2012-10-17", "Statement": statements}
    return {"PolicyName": name, "PolicyDocument": document}
