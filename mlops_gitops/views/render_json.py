"""A desired stack as JSON: template, and parameters with where each value came from."""

import json

from mlops_gitops.desired.shown import shown_parameters, shown_template
from mlops_gitops.desired.stack import DesiredStack
from mlops_gitops.views.values_json import SCHEMA_VERSION


def render_json(stack: DesiredStack) -> str:
    """Write everything that CloudFormation would get, and why."""
    shown = shown_parameters(stack)
    return json.dumps(
        {
            "schema_version": SCHEMA_VERSION,
            "stack": {
                "name": stack.id.name,
                "account": stack.id.account,
                "region": stack.id.region,
            },
            "digest": stack.digest,
            "capabilities": list(stack.capabilities),
            "tags": dict(stack.tags),
            "parameters": {
                name: {"value": shown[name], "from": resolved.came_from}
                for name, resolved in sorted(stack.parameters.items())
            },
            "template": shown_template(stack),
        },
        indent=2,
    )
