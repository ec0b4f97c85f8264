"""Write mlops_gitops/diff/data/create_only.json: which changes of a property replace a resource.

The facts are CloudFormation's own registry schemas, as cfn-lint carries them.
"""

import json
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parents[1] / "mlops_gitops" / "diff" / "data" / "create_only.json"

# Whole services end with two colons; every type of our blueprints is among these.
TYPES = (
    "AWS::ApiGateway::",
    "AWS::ApplicationAutoScaling::",
    "AWS::CloudFormation::",
    "AWS::CloudWatch::Alarm",
    "AWS::CodeBuild::Project",
    "AWS::CodePipeline::Pipeline",
    "AWS::DynamoDB::Table",
    "AWS::ECR::",
    "AWS::Events::ApiDestination",
    "AWS::Events::Connection",
    "AWS::Events::Rule",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::OIDCProvider",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::IAM::RolePolicy",
    "AWS::KMS::Alias",
    "AWS::KMS::Key",
    "AWS::Lambda::",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
    "AWS::SSM::Parameter",
    "AWS::SageMaker::",
    "AWS::Scheduler::",
    "AWS::StepFunctions::StateMachine",
)

FACTS = {
    "always": "createOnlyProperties",
    "perhaps": "conditionalCreateOnlyProperties",
    "write_only": "writeOnlyProperties",
    "read_only": "readOnlyProperties",
}

FORMAT = (
    "By type, property paths below Properties: '/' between the parts, '*' for every list item. "
    "always: a change replaces the resource. perhaps: a change may replace it. "
    "write_only: cannot be read back, so drift in it cannot be seen. read_only: set by AWS. "
    "A list that is left out is empty."
)


def create_only() -> dict[str, Any]:
    """Return the facts about every type we follow."""
    root = files("cfnlint.data") / "schemas"
    names = json.loads((root / "providers" / "us-east-1.json").read_text())
    types = sorted(name for name in names if follows(name))
    schemas = {
        name: json.loads((root / "resources" / f"{names[name]}.json").read_text()) for name in types
    }
    facts = {name: facts_of(schema) for name, schema in schemas.items()}
    return {"format": FORMAT, "source": f"cfn-lint {version('cfn-lint')}", "types": facts}


def follows(name: str) -> bool:
    """Tell whether a type is one of those we follow."""
    return any(name == one or (one.endswith("::") and name.startswith(one)) for one in TYPES)


def facts_of(schema: dict[str, Any]) -> dict[str, list[str]]:
    """Return the facts about one type; `always` is always there."""
    facts = {
        fact: sorted(path.removeprefix("/properties/") for path in schema.get(source, []))
        for fact, source in FACTS.items()
    }
    return {fact: paths for fact, paths in facts.items() if paths or fact == "always"}


def text() -> str:
    """Return the file's text, one line for each type."""
    facts = create_only()
    rows = [f"  {json.dumps(name)}: {json.dumps(paths)}" for name, paths in facts["types"].items()]
    head = "".join(
        f" {json.dumps(key)}: {json.dumps(facts[key])},\n" for key in ("format", "source")
    )
    return f'{{\n{head} "types": {{\n' + ",\n".join(rows) + "\n }\n}\n"


if __name__ == "__main__":
    TARGET.write_text(text())
