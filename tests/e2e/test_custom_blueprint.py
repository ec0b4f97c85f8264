"""A pipeline type of the repository's own reaches prod like those of the product."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from builders import ACCOUNTS
from e2e.user import User

EXAMPLE = Path(__file__).parents[2] / "config-examples" / "good" / "custom-blueprint"

RUN = {
    "Parameters": """\
  RunName: {Type: String, Description: Name of the state machine.}
""",
    "Resources": """\
  Run:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      StateMachineName: !Ref RunName
      RoleArn: !GetAtt RunRole.Arn
      Definition:
        QueryLanguage: JSONata
        StartAt: Say
        States:
          Say: {Type: Pass, Output: {said: {"Mlops::Insert": config.note}}, End: true}
  RunRole:
    Type: AWS::IAM::Role
    Properties:
      Path: /mlops-gitops/
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: sts:AssumeRole}
""",
}
"""What makes the skeleton a type that runs something."""

pytestmark = pytest.mark.slow


@pytest.fixture
def owner(user: User) -> User:
    """A user whose repository has the example's blueprint; every command reads it anew."""
    shutil.copytree(EXAMPLE / "blueprints", user.folder / "blueprints")
    return user


def webhook(name: str, **fields: Any) -> dict[str, Any]:
    """Declare the example's webhook for a model; `fields` overrides."""
    file = EXAMPLE / "churn-webhook" / "mlops-config.json"
    declared: dict[str, Any] = json.loads(file.read_bytes())
    return {**declared, "model_name": name, **fields}


def test_a_type_of_ones_own_reaches_prod(owner: User, name: str) -> None:
    """Through both gates, with its structured value in place; a change of it is told in words."""
    stack = f"mlops-pipeline-{name}-endpointwebhook"
    owner.commit(webhook(name))
    assert owner.did("validate") == ""
    assert owner.ran("blueprint", "lint").code == 0

    owner.did("apply")
    owner.settled()
    for stage in ("staging", "prod"):
        owner.approve(stack, stage)
        shown = owner.settled()

    assert "All stages run what git says." in shown
    machine = deployed_machine(owner, "prod", stack)
    assert machine["States"]["Tell"]["Arguments"]["RequestBody"]["labels"]["team"] == "churn"
    rules = owner.aws("events", ACCOUNTS["prod"]).list_rules(NamePrefix=f"{stack}-prod")["Rules"]
    assert "SageMaker Endpoint State Change" in rules[0]["EventPattern"]
    assert "unchanged" in owner.did("apply")

    owner.commit(webhook(name, labels={"team": "fraud"}))
    assert "RequestBody.labels.team: churn -> fraud" in owner.did("plan")


def test_what_a_type_of_ones_own_runs_is_run(owner: User, name: str) -> None:
    """Once, in the orchestrator account, before the deployment counts as done."""
    give_skeleton_a_run(owner)
    config = {"pipeline_type": "my_blueprint", "model_name": name, "note": "Run me."}
    owner.commit(config)
    stack = f"mlops-pipeline-{name}-myblueprint"

    owner.did("apply")
    shown = owner.settled()

    assert "All stages run what git says." in shown
    states = owner.aws("stepfunctions")
    (machine,) = [
        each
        for each in states.list_state_machines()["stateMachines"]
        if each["name"].startswith(stack)
    ]
    runs = states.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]
    assert [run["status"] for run in runs] == ["SUCCEEDED"]


def give_skeleton_a_run(user: User) -> None:
    """Make the skeleton of `blueprint new` a type that runs a state machine once."""
    assert user.ran("blueprint", "new", "my_blueprint").code == 0
    folder = user.folder / "blueprints" / "my_blueprint"
    schema = json.loads((folder / "schema.json").read_bytes())
    schema |= {"x-run": True, "x-runs-in": "orchestrator"}
    (folder / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    template = (folder / "template.yaml").read_text("utf-8")
    for section, addition in RUN.items():
        template = template.replace(f"{section}:\n", f"{section}:\n{addition}", 1)
    (folder / "template.yaml").write_text(template, encoding="utf-8")
    assert user.ran("blueprint", "lint", "my_blueprint").out == ""


def deployed_machine(user: User, stage: str, stack: str) -> dict[str, Any]:
    """Read the definition of the webhook's state machine in a stage."""
    states = user.aws("stepfunctions", ACCOUNTS[stage])
    arn = f"arn:aws:states:us-east-1:{ACCOUNTS[stage]}:stateMachine:{stack}-{stage}"
    definition: dict[str, Any] = json.loads(
        states.describe_state_machine(stateMachineArn=arn)["definition"]
    )
    return definition
