"""Network, boundary and tags of the settings reach everything that a workload is made of."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from blueprints.linting import findings
from blueprints.test_rendered import EXAMPLES, INPUTS, ONE_OF_EACH
from blueprints.test_templates import COMMERCIAL, REGIONS
from builders import BLUEPRINTS

from mlops_gitops.config.arn import partition_of
from mlops_gitops.config.declared import Config
from mlops_gitops.config.installation import Network
from mlops_gitops.config.schemas import CONTENT
from mlops_gitops.config.settings import Settings, Stage
from mlops_gitops.definitions.content import Content
from mlops_gitops.desired.compose import compose
from mlops_gitops.desired.enclose import enclose
from mlops_gitops.desired.stack import DesiredStack

NETWORK = Network(
    subnets=("subnet-0123456789abcdef0", "subnet-0123456789abcdef1"),
    security_groups=("sg-0123456789abcdef0",),
)
VPC = {
    "SecurityGroupIds": ["sg-0123456789abcdef0"],
    "Subnets": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
}
BOUNDARY = {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/ml/boundary"}
ARN = re.compile(r"arn:(aws[a-z-]*):")
IMAGE = re.compile(r"[.]dkr[.]ecr[.]([a-z0-9-]+)[.]amazonaws[.]com((?:[.]cn)?)/")
ASSUMES = '"Service": "sagemaker.amazonaws.com"'

# Where SageMaker runs nothing of ours, there is nothing to put into a VPC.
OUTSIDE = {"image_builder", "model_card"}
# Its jobs are the user's own states, which are deployed as they are written.
WRITTEN = {"step_functions"}

# The first pipeline asks other services only; this one has every kind of job.
PIPELINE = next(each for each in EXAMPLES if each.id == "abalone-pipeline/abalone")
CASES = [
    PIPELINE if each.values[1].blueprint == "sagemaker_pipeline" else each for each in ONE_OF_EACH
]
every_type = pytest.mark.parametrize(("of", "config"), CASES)


def enclosed(of: Settings, config: Config) -> DesiredStack:
    """Compose the first stage of a config with network, boundary and tags."""
    with_all = replace(of, permissions_boundary="ml/boundary", tags={"CostCenter": "4711"})
    return composed(with_all, config, replace(config.stages[0], network=NETWORK))


def composed(of: Settings, config: Config, stage: Stage) -> DesiredStack:
    """Compose one stage; everything that the config names is there."""
    contents = {
        key: Content(key=key, etag="0" * 32, size=7) for key in config.texts(CONTENT).values()
    }
    inputs = replace(INPUTS, contents=contents)
    return compose(of, config, stage, BLUEPRINTS.blueprint(config.blueprint), inputs)


def roles(stack: DesiredStack) -> dict[str, Any]:
    """Give the properties of every role of a stack."""
    return {
        name: resource["Properties"]
        for name, resource in stack.template["Resources"].items()
        if resource["Type"] == "AWS::IAM::Role"
    }


def networks(value: Any) -> Iterator[Any]:
    """Give every VPC that a template names, inside of definitions as well."""
    if isinstance(value, str) and value.startswith('{"'):
        yield from networks(json.loads(value))
    inner = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict) and "VpcConfig" in value:
        yield value["VpcConfig"]
    for each in inner if isinstance(value, dict | list) else ():
        yield from networks(each)


@every_type
def test_without_these_settings_nothing_is_touched(of: Settings, config: Config) -> None:
    """No network, no boundary and no tags: not a byte, and so no digest, is another."""
    plain = replace(of, permissions_boundary="", tags={})
    stage = replace(config.stages[0], network=None)
    stack = composed(plain, config, stage)

    assert enclose(stack.template, plain, stage) is stack.template
    assert [*networks(stack.template)] == []
    assert "PermissionsBoundary" not in json.dumps(stack.template)
    assert all(key.startswith("mlops-gitops:") for key in stack.tags)


@every_type
def test_every_role_is_made_with_the_boundary(of: Settings, config: Config) -> None:
    """Whatever a blueprint writes, none of its roles gets past the policy of the settings."""
    stack = enclosed(of, config)

    assert all(each["PermissionsBoundary"] == BOUNDARY for each in roles(stack).values())


@every_type
def test_everything_that_sagemaker_runs_is_in_the_network(of: Settings, config: Config) -> None:
    """Models, monitors, their baselines and every job name subnets and groups of the stage."""
    named = [*networks(enclosed(of, config).template)]

    assert all(each == VPC for each in named)
    assert bool(named) == (config.blueprint not in OUTSIDE | WRITTEN)


@every_type
def test_who_runs_in_the_network_may_make_interfaces_in_it_only(
    of: Settings, config: Config
) -> None:
    """The roles of models and jobs, and no other, may do so in these subnets, and no other."""
    stack = enclosed(of, config)
    if config.blueprint in WRITTEN:
        return
    for name, role in roles(stack).items():
        text = json.dumps(role)
        assert ("ec2:CreateNetworkInterface" in text) == (ASSUMES in text), name
        assert "subnet/*" not in text


@every_type
def test_own_tags_are_added_to_ours(of: Settings, config: Config) -> None:
    """Who pays is said of every stack, and whose it is as before."""
    plain = composed(replace(of, tags={}), config, config.stages[0])
    stack = enclosed(of, config)

    assert stack.tags == {**plain.tags, "CostCenter": "4711"}
    assert stack.digest != plain.digest


@every_type
def test_what_is_enclosed_is_lint_clean_in_every_partition(of: Settings, config: Config) -> None:
    """cfn-lint finds nothing with all three settings, in the regions that have the types."""
    text = json.dumps(enclosed(of, config).template)
    regions = REGIONS[:1] if config.blueprint in COMMERCIAL else REGIONS

    assert [str(each) for each in findings(text, *regions)] == []


ROLE = {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": "arn:own"}}
STAGE = replace(ONE_OF_EACH[0].values[1].stages[0], network=NETWORK)
SETTINGS = replace(ONE_OF_EACH[0].values[0], permissions_boundary="ml/boundary")


def around(name: str, resource: dict[str, Any]) -> Any:
    """Enclose a template of one resource."""
    return enclose({"Resources": {name: resource}}, SETTINGS, STAGE)["Resources"][name]


def test_a_template_that_names_a_boundary_keeps_it() -> None:
    """Who wrote a policy of their own for a role knows why."""
    assert around("Role", ROLE) == ROLE


@pytest.mark.parametrize("vpc", [{"Subnets": ["subnet-1"], "SecurityGroupIds": []}, {"Ref": "Vpc"}])
def test_a_model_that_names_a_network_keeps_it(vpc: dict[str, Any]) -> None:
    """A custom blueprint may put its model elsewhere."""
    model = {"Type": "AWS::SageMaker::Model", "Properties": {"VpcConfig": vpc}}

    assert around("Model", model) == model


def test_jobs_of_own_machines_are_found_wherever_they_are() -> None:
    """Inside a Map, in either language of Step Functions; an expression stays what it is."""
    training = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync",
        "Parameters": {"TrainingJobName": "a"},
    }
    tuning = {
        "Type": "Task",
        "Resource": {
            "Fn::Sub": "arn:${AWS::Partition}:states:::sagemaker:createHyperParameterTuningJob"
        },
        "Arguments": {"TrainingJobDefinitions": [{"RoleArn": "x"}, {"RoleArn": "y"}]},
    }
    written = {**training, "Arguments": "{% $request %}"}
    chosen = {**training, "Parameters": {"VpcConfig.$": "$.vpc"}}
    states = {"Written": written, "Chosen": chosen, "Train": training, "Tune": tuning}
    inner = {"Type": "Map", "ItemProcessor": {"States": states}}
    machine = {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {"Definition": {"States": {"Each": inner}}},
    }

    made = around("Run", machine)["Properties"]["Definition"]["States"]["Each"]
    made = made["ItemProcessor"]["States"]

    assert made["Train"]["Parameters"] == {"TrainingJobName": "a", "VpcConfig": VPC}
    assert made["Tune"]["Arguments"] == {
        "TrainingJobDefinitions": [
            {"RoleArn": "x", "VpcConfig": VPC},
            {"RoleArn": "y", "VpcConfig": VPC},
        ]
    }
    assert made["Written"]["Arguments"] == "{% $request %}"
    assert made["Chosen"] == chosen


def test_a_notebook_stands_in_the_first_subnet() -> None:
    """A notebook has one subnet, under a name of its own."""
    made = around("Notebook", {"Type": "AWS::SageMaker::NotebookInstance", "Properties": {}})

    assert made["Properties"] == {
        "SubnetId": "subnet-0123456789abcdef0",
        "SecurityGroupIds": ["sg-0123456789abcdef0"],
    }


WORKFLOW = next(each.values for each in EXAMPLES if each.values[1].blueprint == "step_functions")


@pytest.mark.parametrize(
    ("vpc", "allowed"),
    [(None, ""), (VPC, "subnet/subnet-0123456789abcdef1"), ({"Subnets": ["a"]}, "subnet/*")],
)
def test_jobs_of_a_workflow_stay_as_written_and_may_what_they_name(
    vpc: dict[str, Any] | None, allowed: str
) -> None:
    """A job that a workflow puts into a VPC may make interfaces there; any other is left alone."""
    of, config = WORKFLOW
    request = {"TrainingJobName": "a", **({"VpcConfig": vpc} if vpc else {})}
    resource = "arn:aws:states:::sagemaker:createTrainingJob.sync"
    state = {"Type": "Task", "Resource": resource, "Parameters": request, "End": True}
    text = json.dumps({"StartAt": "Train", "States": {"Train": state}})
    path = config.beside(str(config.value("definition", config.stages[0].name)))
    stack = enclosed(of, replace(config, files={**config.files, path: text.encode()}))

    role = json.dumps(roles(stack)["JobRole"])
    assert json.loads(definition(stack))["States"]["Train"]["Parameters"] == request
    assert ("ec2:" in role) == bool(allowed)
    assert allowed in role


def definition(stack: DesiredStack) -> str:
    """Give the text of a workflow's definition."""
    text = stack.template["Resources"]["Workflow"]["Properties"]["DefinitionString"]
    return str(text if isinstance(text, str) else text["Fn::Sub"])


@pytest.mark.parametrize("region", REGIONS)
@every_type
def test_what_is_rendered_speaks_of_its_partition(
    of: Settings, config: Config, region: str
) -> None:
    """No ARN, no image and no address of another partition, unless the config names it."""
    if config.blueprint in COMMERCIAL and region != REGIONS[0]:
        return
    stack = enclosed(replace(of, region=region), config)
    text = json.dumps([stack.template, stack.parameter_values(), stack.run])
    # What bootstrap made is made up, for another partition.
    for known in (INPUTS.assets_kms_key_arn, INPUTS.notification_topic_arn):
        text = text.replace(known, "")
    ours = {partition_of(region), *ARN.findall(json.dumps(dict(config.fields)))}
    images = {end for place, end in IMAGE.findall(text) if place == region}

    assert {*ARN.findall(text)} <= ours
    assert images <= {".cn" if region.startswith("cn-") else ""}
