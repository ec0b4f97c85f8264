"""What runs on this machine is what the stack would deploy."""

import json
from typing import Any

import pytest

from mlops_gitops.config.declared import Workload
from mlops_gitops.definitions.asset import Asset
from mlops_gitops.desired.stack import DesiredStack, Resolved, StackId
from mlops_gitops.errors import UsageError
from mlops_gitops.runs.local_pipeline import PackedFunction, local_pipeline

DEFINITION = {"Version": "2020-12-01", "Steps": []}


def stack(resources: dict[str, Any], assets: tuple[Asset, ...] = ()) -> DesiredStack:
    """Make a stack of these resources."""
    return DesiredStack(
        id=StackId("222222222222", "us-east-1", "stack"),
        workload=Workload("sagemaker_pipeline", "m"),
        stage="dev",
        template={"Resources": resources},
        parameters={"PipelineName": Resolved("pipeline", "derived")},
        tags={},
        capabilities=(),
        digest="",
        blueprint_version=1,
        documents=assets,
    )


def pipeline(body: Any) -> dict[str, Any]:
    """Write a pipeline's resource."""
    properties = {"PipelineDefinition": {"PipelineDefinitionBody": body}}
    return {"Type": "AWS::SageMaker::Pipeline", "Properties": properties}


def function(**properties: Any) -> dict[str, Any]:
    """Write a function's resource."""
    return {"Type": "AWS::Lambda::Function", "Properties": properties}


def test_definition_code_and_functions_are_those_of_the_stack() -> None:
    """Under the pipeline's own name, in the stage's account."""
    code = Asset(name="code.zip", content=b"zip")
    resources = {
        "Pipeline": pipeline(json.dumps(DEFINITION)),
        "Double": function(
            FunctionName="double", Handler="a.b", Timeout=30, Code={"S3Key": code.key}
        ),
        "Other": function(FunctionName={"Ref": "Name"}, Handler="a.b", Code={"ZipFile": "x"}),
    }

    found = local_pipeline(stack(resources, (code,)), "bucket")

    assert (found.name, found.account, found.bucket) == ("pipeline", "222222222222", "bucket")
    assert found.definition == DEFINITION
    assert found.assets == {code.key: b"zip"}
    assert found.functions == (
        PackedFunction(name="double", handler="a.b", seconds=30, code=code.key),
    )


@pytest.mark.parametrize("body", [None, "", {"Fn::Sub": "{}"}])
def test_a_stack_without_a_definition_has_nothing_to_run(body: Any) -> None:
    """One that only CloudFormation could put together cannot be run here."""
    resources = {} if body is None else {"Pipeline": pipeline(body)}
    with pytest.raises(UsageError, match="no SageMaker pipeline to run here"):
        local_pipeline(stack(resources), "bucket")
