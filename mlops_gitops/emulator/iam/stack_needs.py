"""What CloudFormation needs, as a stack's role, to make, change and remove a resource.

Of what the registry says that a type's handler may call, what it always calls: that which is named
after the type. Beside it the roles that the resource is given. The rest depends on properties, and
a test holds the templates' role to all of it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mlops_gitops.emulator.iam.facts import Place, handler_actions, knows, resources
from mlops_gitops.emulator.iam.http import Call
from mlops_gitops.emulator.iam.needs import Need, passed_roles

_SERVICES = {"cloudwatch": "cloudwatch", "stepfunctions": "states"}
_VERBS = {
    "create": "Create|Put|Add",
    "update": "Update|Put",
    "delete": "Delete|Remove",
}


def handler_needs(
    type_name: str, verb: str, properties: Mapping[str, Any], name: str, place: Place
) -> Iterator[Need]:
    """Give what a handler needs for one resource.

    Args:
        type_name: `AWS::SageMaker::Model`.
        verb: create, update or delete.
        properties: the resource's.
        name: its physical id, or what its generated name begins with.
        place: where the stack is.
    """
    _, vendor, stem = type_name.split("::")
    service = _SERVICES.get(vendor.lower(), vendor.lower())
    if service == "apigateway":
        yield from _api_gateway(type_name, verb, place)
        return
    parameters = {f"{stem}Name": name, "Name": name, "PhysicalId": name, **properties}
    for action in _always(type_name, verb, service, stem):
        for resource in resources(action, parameters, place):
            yield Need(action=action, resource=resource)
    if verb != "delete":
        passing = Call(service=service, operation="CreateResource", parameters=properties)
        yield from passed_roles(passing)


def _always(type_name: str, verb: str, service: str, stem: str) -> list[str]:
    wanted = re.compile(rf"{service}:({_VERBS[verb]})(Metric)?{stem}(Code|Configuration|s)?")
    found = [each for each in handler_actions(type_name, verb) if wanted.fullmatch(each)]
    # The registry says nothing of types that CloudFormation has had from its beginnings.
    likely = f"{service}:{verb.capitalize()}{stem}"
    return found or [each for each in (likely,) if knows(each)]


def _api_gateway(type_name: str, verb: str, place: Place) -> Iterator[Need]:
    """APIs have generated ids, and one resource for each path below them."""
    path = f"arn:{place.partition}:apigateway:{place.region}::/restapis"
    methods = {"create": "POST", "update": "PATCH", "delete": "DELETE"}
    if type_name.endswith("::Method") and verb != "delete":
        methods = dict.fromkeys(methods, "PUT")
    resource = path if (type_name.endswith("::RestApi") and verb == "create") else f"{path}/*"
    yield Need(action=f"apigateway:{methods[verb]}", resource=resource)
