"""Every template is sound in every partition, and says what its parameters are."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from blueprints.blueprint_files import ROOT, TEMPLATES, load, mappings
from blueprints.composed import whole
from blueprints.linting import findings

from mlops_gitops.definitions.inserts import INSERT

CREATE_ONLY_NAMES = {
    "AWS::CodeBuild::Project": "Name",
    "AWS::IAM::Role": "RoleName",
    "AWS::KMS::Alias": "AliasName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::Scheduler::Schedule": "Name",
    "AWS::SageMaker::Endpoint": "EndpointName",
    "AWS::SageMaker::EndpointConfig": "EndpointConfigName",
    "AWS::SageMaker::Model": "ModelName",
    "AWS::SageMaker::ModelCard": "ModelCardName",
    "AWS::SageMaker::DataQualityJobDefinition": "JobDefinitionName",
    "AWS::SageMaker::ModelBiasJobDefinition": "JobDefinitionName",
    "AWS::SageMaker::ModelExplainabilityJobDefinition": "JobDefinitionName",
    "AWS::SageMaker::ModelQualityJobDefinition": "JobDefinitionName",
    "AWS::SageMaker::MonitoringSchedule": "MonitoringScheduleName",
    "AWS::SageMaker::Pipeline": "PipelineName",
    "AWS::SageMaker::ModelPackageGroup": "ModelPackageGroupName",
    "AWS::ECR::Repository": "RepositoryName",
}

# The name says the endpoint, which is all that could replace a schedule.
SCHEDULE = "the rules, the alarms and the run of a monitor know the schedule by name"

# A name here is a promise to somebody outside the stack.
NAMED = {
    ("realtime", "Endpoint"): "callers know the endpoint by the name that the config gives it",
    ("image_builder", "BuildProject"): "a generated name would not begin with the prefix",
    ("data_quality_monitor", "MonitoringSchedule"): SCHEDULE,
    ("model_quality_monitor", "MonitoringSchedule"): SCHEDULE,
    ("model_bias_monitor", "MonitoringSchedule"): SCHEDULE,
    ("model_explainability_monitor", "MonitoringSchedule"): SCHEDULE,
    ("sagemaker_pipeline", "Pipeline"): "CloudFormation asks for it, and the run starts it by name",
    ("sagemaker_pipeline", "PipelineRole"): "the definition, which is plain JSON, names it",
    ("model_card", "ModelCard"): "CloudFormation asks for it, and people know the card by it",
    ("orchestrator", "AssetsBucket"): "settings name the bucket",
    ("orchestrator", "NotificationTopic"): "people subscribe to it by name",
    ("orchestrator", "PipelineRole"): "the stage accounts trust it by name",
    ("api", "DropBucket"): "settings name the bucket",
    ("api", "Function"): "it invokes itself by name",
    ("api", "FunctionRole"): "mlops-gitops-apply trusts it by name",
    ("api", "FunctionLogs"): "the key's policy names it",
    ("api", "ApiLogs"): "the key's policy names it",
    ("account", "PlanRole"): "assumed by name from the orchestrator account",
    ("account", "DeployRole"): "assumed by name from the delivery pipelines",
    ("account", "RepairRole"): "assumed by name from the orchestrator account",
    ("account", "CloudFormationRole"): "named in the delivery pipelines' definition",
    ("ci_pipeline", "BuildRole"): "the role that applies trusts it by name",
    ("registry", "ModelPackageGroup"): "settings name the groups, and CloudFormation asks for it",
    ("registry", "Repository"): "settings name the repositories",
    ("ci", "PlanRole"): "files of CI name it",
    ("ci", "ApplyRole"): "files of CI name it, and the stages' repair roles trust it by name",
    ("ci", "ReleaseRole"): "files of CI name it",
}

REGIONS = ("us-east-1", "cn-north-1", "us-gov-west-1")
# CloudFormation has no job definitions of monitors in the other partitions.
COMMERCIAL = {
    "data_quality_monitor",
    "model_quality_monitor",
    "model_bias_monitor",
    "model_explainability_monitor",
}


# CloudFormation has no model package groups there; without them it is linted where it is composed.
NOT_IN_CHINA = {"registry"}
# Nor destinations of webhooks in the government's; the same holds.
NOT_IN_GOVERNMENT = {"notifications"}


def short(path: Path) -> str:
    """Name a template in test ids: realtime, orchestrator, account."""
    return path.parent.name if path.stem == "template" else path.stem


every_template = pytest.mark.parametrize("path", TEMPLATES, ids=short)


@every_template
def test_template_is_lint_clean_in_every_partition(path: Path) -> None:
    """cfn-lint finds nothing in the commercial, Chinese and US government regions."""
    regions = REGIONS[:1] if short(path) in COMMERCIAL else REGIONS
    if short(path) in NOT_IN_CHINA:
        regions = tuple(one for one in REGIONS if not one.startswith("cn-"))
    if short(path) in NOT_IN_GOVERNMENT:
        regions = tuple(one for one in REGIONS if not one.startswith("us-gov-"))

    text = path.read_text()
    found = findings(json.dumps(whole(path)) if INSERT in text else text, *regions)

    assert [str(one) for one in found] == []


@every_template
def test_every_parameter_is_described_limited_and_used(path: Path) -> None:
    """A parameter has a description, a limit on its values, and a place where it matters."""
    template = whole(path)
    body = {key: template.get(key) for key in ("Conditions", "Resources", "Outputs")}
    used = {name for one in mappings(body) for name in referred(one)}
    used |= set(re.findall(r"\$\{(\w+)\}", json.dumps(body)))

    for name, declared in template["Parameters"].items():
        assert declared["Description"].endswith("."), name
        assert {"AllowedPattern", "AllowedValues", "MaxValue"} & declared.keys(), name
        assert name in used, name


def referred(mapping: dict[str, Any]) -> set[str]:
    """Return what a mapping refers to by Ref."""
    return {mapping["Ref"]} if isinstance(mapping.get("Ref"), str) else set()


@every_template
def test_defaults_obey_their_own_pattern(path: Path) -> None:
    """A default that its own pattern refuses could never be deployed."""
    for name, declared in load(path)["Parameters"].items():
        if "AllowedPattern" in declared and "Default" in declared:
            assert re.search(declared["AllowedPattern"], declared["Default"]), name


@every_template
def test_create_only_resources_have_no_names_of_their_own(path: Path) -> None:
    """A name on something that is replaced makes the replacement impossible."""
    named = {
        (short(path), logical_id)
        for logical_id, resource in load(path)["Resources"].items()
        if CREATE_ONLY_NAMES.get(resource["Type"]) in resource.get("Properties", {})
    }

    assert named == {key for key in NAMED if key[0] == short(path)}


@every_template
def test_what_is_run_is_found_by_its_name(path: Path) -> None:
    """The delivery pipeline starts one machine by the stack's name; a workflow has its own."""
    resources = load(path)["Resources"].values()
    machines = [one for one in resources if one["Type"] == "AWS::StepFunctions::StateMachine"]
    if path.parent.name == "bootstrap":
        return
    names = [one["Properties"]["StateMachineName"] for one in machines]

    assert names.count({"Ref": "RunName"}) == min(len(names), 1)
    assert all(name in ({"Ref": "RunName"}, {"Fn::Sub": "${StateMachineName}"}) for name in names)


@every_template
def test_version_stands_once(path: Path) -> None:
    """The version in the metadata, the output and the description is one number."""
    template = load(path)
    version = template["Metadata"]["mlops-gitops"]["version"]

    assert isinstance(version, int)
    assert template["Outputs"]["BlueprintVersion"]["Value"] == str(version)
    assert f"version {version}." in template["Description"]


@every_template
def test_template_is_plain_cloudformation(path: Path) -> None:
    """No transform runs: what a person reads is what CloudFormation gets."""
    assert "Transform" not in load(path)


def test_realtime_tells_the_tool_and_people_what_they_need() -> None:
    """The outputs of the realtime blueprint are a contract with status and plan."""
    outputs = load(ROOT / "blueprints/realtime/template.yaml")["Outputs"]

    assert set(outputs) == {
        "EndpointName",
        "EndpointArn",
        "ModelName",
        "EndpointConfigName",
        "DataCaptureLocation",
        "InferenceApi",
        "MlopsGitopsDigest",
        "BlueprintVersion",
    }


@pytest.mark.parametrize("blueprint", sorted(COMMERCIAL))
def test_monitors_run_in_one_partition_only_because_aws_has_them_nowhere_else(
    blueprint: str,
) -> None:
    """The exception holds while CloudFormation knows no job definitions in China."""
    template = whole(ROOT / "blueprints" / blueprint / "template.yaml")

    found = findings(json.dumps(template), "cn-north-1")

    assert "E3006" in {one.rule.id for one in found}


def test_the_inference_api_never_needs_a_new_deployment() -> None:
    """Nothing that an API Gateway deployment freezes depends on a parameter or a condition."""
    template = load(ROOT / "blueprints/realtime/template.yaml")
    frozen = [template["Resources"][name] for name in ("InferenceResource", "InferenceMethod")]
    refers = {name for one in mappings(frozen) for name in referred(one)}

    assert not refers & template["Parameters"].keys()
    assert not any("Fn::If" in one or "Condition" in one for one in mappings(frozen))


@pytest.mark.parametrize(
    ("parameter", "good", "bad"),
    [
        ("ModelArtifactLocation", "a b/model.tar.gz", "*/model.tar.gz"),
        (
            "ModelArtifactLocation",
            "models/x.tar.gz",
            "models/${aws:username}.tar.gz",
        ),
        ("DataCaptureLocation", "bucket/a/b", "bucket/a/"),
        ("DataCaptureLocation", "bucket", "s3://bucket"),
        ("InferenceInstance", "ml.p6e-gb200.36xlarge", "m5.large"),
        ("EndpointName", "a--b", "a_b"),
        ("KmsKeyArn", "arn:aws-us-gov:kms:us-gov-west-1:111111111111:key/mrk-1", "alias/x"),
        ("ImageRepositoryArn", "arn:aws-cn:ecr:cn-north-1:111111111111:repository/a/b__c", "x"),
        ("MlopsGitopsDigest", "mg1-" + "0" * 64, "mg1-" + "0" * 63),
    ],
)
def test_parameters_take_what_aws_takes(parameter: str, good: str, bad: str) -> None:
    """Patterns let AWS's own spelling in and keep wildcards and policy variables out."""
    template = load(ROOT / "blueprints/realtime/template.yaml")
    pattern = template["Parameters"][parameter]["AllowedPattern"]

    assert re.search(pattern, good)
    assert not re.search(pattern, bad)
