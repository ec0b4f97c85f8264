"""What each kind of step gives the role of its pipeline, and that nothing else is given."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from blueprints.blueprint_files import mappings
from blueprints.composed import stack_of
from blueprints.resolving import ACCOUNT, resolved
from builders import DATA, repository

from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.use_cases.validate import load_repository

SAGEMAKER = f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:"
STACK = "mlops-pipeline-churn-sagemakerpipeline-dev"
ALWAYS = {
    "FindObjects0",
    "PassJobRole",
    "UseAssetsKey",
    "WriteJobLogs",
    "WriteJobMetrics",
    "WriteObjects",
}
FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:adds"
OTHER_ROLE = f"arn:aws:iam::{ACCOUNT}:role/other"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/11111111-1111-1111-1111-111111111111"


def statements(
    *steps: dict[str, Any], files: Mapping[str, bytes] | None = None, **fields: Any
) -> dict[str, dict[str, Any]]:
    """Give the statements of the role of a pipeline with these steps, by Sid.

    Args:
        steps: as a config has them.
        files: what stands beside the config.
        fields: of the config.
    """
    config = {
        "pipeline_type": "sagemaker_pipeline",
        "model_name": "churn",
        "experiment": None,
        "steps": steps,
        **fields,
    }
    beside = {f"churn/{name}": content for name, content in (files or {}).items()}
    read = load_repository(MemoryFiles({**repository(config), **beside}), DATA)
    (declared,) = read.configs
    stack = stack_of(read.settings, declared)
    role = resolved(stack.template, stack.parameter_values())["PipelineRole"]
    found = [one for one in mappings(role["Properties"]["Policies"]) if "Sid" in one]
    assert len({one["Sid"] for one in found}) == len(found)
    return {one["Sid"]: one for one in found}


def step(kind: str, arguments: dict[str, Any] | None = None, **beside: Any) -> dict[str, Any]:
    """A step in the definition's spelling."""
    return {"Name": f"a{kind}", "Type": kind, "Arguments": arguments or {}, **beside}


TRAIN = step(
    "Training",
    {
        "RoleArn": OTHER_ROLE,
        "AlgorithmSpecification": {
            "TrainingImage": f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/own/image:1",
            "TrainingInputMode": "File",
        },
        "OutputDataConfig": {"S3OutputPath": "s3://acme/out", "KmsKeyId": KEY},
        "ResourceConfig": {
            "InstanceType": "ml.m5.large",
            "InstanceCount": 1,
            "VolumeSizeInGB": 30,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        "VpcConfig": {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]},
    },
)
FAIL = step("Fail", {"ErrorMessage": "no"})
QUEUE = f"https://sqs.us-east-1.amazonaws.com/{ACCOUNT}/asks"


@pytest.mark.parametrize(
    ("given", "added"),
    [
        (FAIL, {}),
        (
            step("Lambda", FunctionArn=FUNCTION, OutputParameters=[]),
            {"CallFunctions": [FUNCTION]},
        ),
        (
            step("Callback", SqsQueueUrl=QUEUE, OutputParameters=[]),
            {"SendMessages": [f"arn:aws:sqs:us-east-1:{ACCOUNT}:asks"]},
        ),
        (
            step("RegisterModel", {"ModelPackageGroupName": "Churn"}),
            {
                "RegisterModels": [
                    f"{SAGEMAKER}model-package-group/churn",
                    f"{SAGEMAKER}model-package/churn/*",
                ]
            },
        ),
        (
            step(
                "Endpoint",
                {"EndpointName": "churn", "EndpointConfigName": "churn-1"},
            ),
            {"DeployEndpoints": [f"{SAGEMAKER}endpoint-config/*", f"{SAGEMAKER}endpoint/churn"]},
        ),
    ],
    ids=lambda one: one["Type"] if isinstance(one, dict) and "Type" in one else "",
)
def test_a_step_gives_what_it_needs_and_no_more(
    given: dict[str, Any], added: dict[str, list[str]]
) -> None:
    """Beside what every pipeline has: its folder, its logs, and that its role is passed."""
    found = statements(given)

    assert {sid: sorted(one["Resource"]) for sid, one in found.items() if sid not in ALWAYS} == (
        added
    )
    assert found.keys() >= ALWAYS - {"UseAssetsKey"}


def test_a_job_gives_its_name_its_role_its_image_its_key_and_its_network() -> None:
    """Jobs are called as Pipelines names them; the role is passed to SageMaker alone."""
    found = statements(TRAIN)

    assert found["RunTrainingJobs"]["Resource"] == [f"{SAGEMAKER}training-job/pipelines-*"]
    assert sorted(found["PassJobRole"]["Resource"]) == [
        f"arn:aws:iam::{ACCOUNT}:role/mlops-gitops/{STACK}",
        OTHER_ROLE,
    ]
    assert found["PassJobRole"]["Condition"] == {
        "StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}
    }
    image = f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/own/image"
    assert found["PullImages"]["Resource"] == [image]
    assert found["UseNamedKeys"]["Resource"] == found["EncryptVolumes"]["Resource"] == [KEY]
    assert "ec2:CreateNetworkInterface" in found["MakeInterfaces"]["Action"]


def test_steps_inside_of_conditions_count() -> None:
    """Whether they run is decided when it is too late to ask for a permission."""
    gate = step(
        "Condition",
        {
            "Conditions": [{"Type": "Equals", "LeftValue": 1, "RightValue": 1}],
            "IfSteps": [TRAIN],
            "ElseSteps": [FAIL],
        },
    )

    assert "RunTrainingJobs" in statements(gate)


def test_a_cluster_gives_what_the_managed_policy_says() -> None:
    """With rules that are the account's: they are made and heard, and never deleted."""
    own = {
        "Instances": {
            "InstanceGroups": [
                {"InstanceRole": "MASTER", "InstanceType": "m5.xlarge", "InstanceCount": 1}
            ]
        },
        "ServiceRole": "EMR_DefaultRole",
        "JobFlowRole": "EMR_EC2_DefaultRole",
    }
    arguments = {"ClusterConfig": own, "StepConfig": {"HadoopJarStep": {"Jar": "s3://acme/a.jar"}}}
    found = statements(step("EMR", arguments))
    actions = {action for one in found.values() for action in one["Action"]}

    assert not any("Delete" in action and "s3" not in action for action in actions)
    assert {sid for sid in found if sid not in ALWAYS} == {
        "EndClusters",
        "HearOfClusters",
        "PassJobFlowRole",
        "PassServiceRole",
        "RunClusterSteps",
        "StartClusters",
    }
    assert found["PassServiceRole"]["Condition"] == {
        "StringEquals": {"iam:PassedToService": "elasticmapreduce.amazonaws.com"}
    }
    rules = found["HearOfClusters"]["Resource"]
    assert all("/SageMakerPipelineExecutionEMR" in rule for rule in rules)


def test_data_is_what_the_config_names() -> None:
    """Read, or written and read; lists are limited to the prefixes."""
    found = statements(FAIL, reads=["s3://acme-in/raw/"], writes=["s3://acme-out"])

    assert found["ReadObjects"]["Resource"] == ["arn:aws:s3:::acme-in/raw/*"]
    assert "arn:aws:s3:::acme-out/*" in found["WriteObjects"]["Resource"]
    (listing,) = [
        one for sid, one in found.items() if one["Resource"] == ["arn:aws:s3:::acme-in"] and sid
    ]
    assert listing["Condition"] == {"StringLike": {"s3:prefix": ["raw*"]}}


def test_an_experiment_is_tracked_where_there_is_one() -> None:
    """By default that of the pipeline's name; with null for it, nothing is tracked."""
    found = statements(FAIL, experiment={})
    named = statements(FAIL, experiment={"experiment_name": "Abalone"})

    assert f"{SAGEMAKER}experiment/{STACK}" in found["TrackExecutions"]["Resource"]
    assert f"{SAGEMAKER}experiment/abalone" in named["TrackExecutions"]["Resource"]
    assert "TrackExecutions" not in statements(FAIL)


def test_where_there_are_too_many_names_alike_ones_are_one() -> None:
    """Only then, and never roles that are passed nor names that have little in common."""
    arns = [f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:region-{n}" for n in range(200)]
    calls = [{**step("Lambda", FunctionArn=arn), "Name": arn.rpartition(":")[2]} for arn in arns]
    other = {**step("Lambda", FunctionArn=FUNCTION), "Name": "other"}
    roles = [f"arn:aws:iam::{ACCOUNT}:role/team/role-{n}" for n in range(9)]
    jobs = [
        {**TRAIN, "Name": role[-6:], "Arguments": {**TRAIN["Arguments"], "RoleArn": role}}
        for role in roles
    ]
    group = {"ModelPackageGroupName": "abalone"}
    names = [{**step("RegisterModel", group), "Name": "register"}]

    few = statements(*calls[:30])
    many = statements(*calls, other, *jobs, *names)

    assert few["CallFunctions"]["Resource"] == sorted(arns[:30])
    alike = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:region-*"
    assert many["CallFunctions"]["Resource"] == [FUNCTION, alike]
    assert set(roles) <= set(many["PassJobRole"]["Resource"])
    assert f"{SAGEMAKER}model-package-group/abalone" in many["RegisterModels"]["Resource"]


def test_code_is_read_by_file_or_by_folder() -> None:
    """Up to 20 files are named; of more the folder, which is called by what it holds."""
    job = {"image_uri": "a/b:1", "instance_type": "ml.m5.large", "code": "m0.py"}
    run = {"name": "run", "type": "execute_code", "source_dir": "code", **job}
    modules = {f"code/{'deep/' * (n % 2)}m{n}.py": b"1" for n in range(30)}

    few = statements(run, files={"code/m0.py": b"1"})["ReadObjects"]["Resource"]
    many = statements(run, files=modules)["ReadObjects"]["Resource"]

    assert [each for each in few if each.endswith("/m0.py")]
    assert all(re.fullmatch(r".*/mlops_gitops_assets/[0-9a-f]{64}/\*", each) for each in many)


def test_a_role_of_the_configs_own_leaves_the_stack_without_one() -> None:
    """Then nothing is read from the steps."""
    config = {
        "pipeline_type": "sagemaker_pipeline",
        "model_name": "churn",
        "role_arn": OTHER_ROLE,
        "steps": [FAIL],
    }
    read = load_repository(MemoryFiles(repository(config)), DATA)
    stack = stack_of(read.settings, read.configs[0])
    resources = resolved(stack.template, stack.parameter_values())

    assert "PipelineRole" not in resources
    assert json.dumps(resources["Pipeline"]["Properties"]["RoleArn"]) == json.dumps(OTHER_ROLE)


def test_what_a_foundation_model_is_made_of_can_be_read() -> None:
    """AWS keeps it in buckets of its own, which no config has to name; nothing else of them."""
    model = "jumpstart-cache-prod-us-east-1/llm-x/model.tar.gz"
    source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{model}"}
    channel = {"ChannelName": "model", "DataSource": {"S3DataSource": source}}
    train = {**TRAIN, "Arguments": {**TRAIN["Arguments"], "InputDataConfig": [channel]}}

    found = statements(train)

    assert found["ReadObjects"]["Resource"] == [f"arn:aws:s3:::{model}*"]
    assert "ReadObjects" not in statements(TRAIN)
