# ruff: noqa: SLF001 -- private hooks are what this file is for
"""Imports that ministack lacks: what lies in an API, and the question what can be imported at all.

Import it only after `prepare_environment`.

Private hooks in use, held by `tests/emulator/test_ministack_hooks.py`:
`cloudformation.provisioners._RESOURCE_HANDLERS`, `cloudformation.changesets._IMPORT_LOOKUPS`,
`cloudformation.handlers._ACTION_HANDLERS`, `cloudformation.helpers`: `_error`, `_esc`, `_p`;
`cloudformation.changesets`: `_parse_template`, `_resolve_template`;
`apigateway_v1._resources`.
"""

from typing import Any

from ministack.services import apigateway_v1
from ministack.services.cloudformation import changesets, handlers, helpers, provisioners

_Raw = tuple[int, dict[str, str], bytes]
_RESOURCE = "AWS::ApiGateway::Resource"
_METHOD = "AWS::ApiGateway::Method"


def learn_imports() -> None:
    """Teach CloudFormation to import resources and methods of APIs, and to say what it imports."""
    known = provisioners._RESOURCE_HANDLERS
    known[_RESOURCE]["import"] = lambda given: (
        given["ResourceId"],
        {"ResourceId": given["ResourceId"]},
    )
    known[_METHOD]["import"] = lambda given: (
        f"{given['RestApiId']}-{given['ResourceId']}-{given['HttpMethod']}",
        {},
    )
    lookups = changesets._IMPORT_LOOKUPS
    lookups[_RESOURCE] = (("RestApiId", "ResourceId"), _resource_problem)
    lookups[_METHOD] = (("RestApiId", "ResourceId", "HttpMethod"), _method_problem)
    _say_what_can_be_imported()
    handlers._ACTION_HANDLERS["DescribeStackSet"] = _no_stack_set


def _no_stack_set(params: dict[str, Any]) -> _Raw:
    """Answer that there is no such StackSet: none can be made here."""
    name = helpers._p(params, "StackSetName")
    answer: _Raw = helpers._error("StackSetNotFoundException", f"StackSet {name} not found", 404)
    return answer


def _resource_problem(api: str, resource: str) -> str | None:
    if resource in apigateway_v1._resources.get(api, {}):
        return None
    return f"Resource of type '{_RESOURCE}' with identifier '{api}|{resource}' was not found."


def _method_problem(api: str, resource: str, method: str) -> str | None:
    found = apigateway_v1._resources.get(api, {}).get(resource, {})
    if method in found.get("resourceMethods", {}):
        return None
    at = f"{api}|{resource}|{method}"
    return f"Resource of type '{_METHOD}' with identifier '{at}' was not found."


def _say_what_can_be_imported() -> None:
    """Let GetTemplateSummary name the identifiers of what can be imported, as AWS does."""
    summarize = handlers._ACTION_HANDLERS["GetTemplateSummary"]

    def telling(params: dict[str, Any]) -> _Raw:
        answer: _Raw = summarize(params)
        body, refused = changesets._resolve_template(params)
        if answer[0] != 200 or refused or not body:  # noqa: PLR2004 -- OK
            return answer
        resources = changesets._parse_template(body).get("Resources", {})
        summaries = "".join(_summary(name, each["Type"]) for name, each in resources.items())
        told = f"<ResourceIdentifierSummaries>{summaries}</ResourceIdentifierSummaries>"
        end = b"</GetTemplateSummaryResult>"
        return answer[0], answer[1], answer[2].replace(end, told.encode() + end)

    handlers._ACTION_HANDLERS["GetTemplateSummary"] = telling


def _summary(logical_id: str, kind: str) -> str:
    if "import" not in provisioners._RESOURCE_HANDLERS.get(kind, {}):
        return ""
    keys = "".join(f"<member>{key}</member>" for key in changesets._IMPORT_LOOKUPS[kind][0])
    name = helpers._esc(logical_id)
    return (
        f"<member><ResourceType>{kind}</ResourceType>"
        f"<LogicalResourceIds><member>{name}</member></LogicalResourceIds>"
        f"<ResourceIdentifiers>{keys}</ResourceIdentifiers></member>"
    )
