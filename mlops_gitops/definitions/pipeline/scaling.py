"""Scaling: a step that registers autoscaling of an endpoint, and the function that it calls.

An endpoint can be registered with Application Auto Scaling only once it is there, and a pipeline
makes it when it runs. So neither the template nor a step of another type can do it: a function of
the stack does, after each deployment of the endpoint.
"""

from functools import cache
from pathlib import Path

from mlops_gitops.config.arn import partition_of
from mlops_gitops.config.document import Json
from mlops_gitops.definitions.archive import zipped
from mlops_gitops.definitions.asset import Asset
from mlops_gitops.definitions.pipeline.functions import Function
from mlops_gitops.definitions.pipeline.shorthand import Compiled, Shorthand
from mlops_gitops.definitions.pipeline.surroundings import Surroundings

_FILE = "scale_endpoint.py"
_NAME = "scale-endpoint"
_ROLE = "ScaleEndpointRole"
_TIMEOUT = 600
_MEMORY = 256
_COOLDOWN = 300
_MEMBERS = ("min_capacity", "max_capacity", "invocations_per_instance")
_COOLDOWNS = ("scale_in_cooldown", "scale_out_cooldown")


def scaling_step(step: Shorthand, endpoint: Json, variant: str) -> Compiled:
    """Give the step after the deployment that registers how its endpoint scales."""
    written = step.value["autoscaling"]
    about = written if isinstance(written, dict) else {}
    arguments: dict[str, Json] = {
        "endpoint": endpoint,
        "variant": variant,
        **{key: about[key] for key in _MEMBERS},
        **{key: about.get(key, _COOLDOWN) for key in _COOLDOWNS},
    }
    asset, function = _function(step.around)
    name = f"{step.name}-scale"
    made: dict[str, Json] = {
        "Name": name,
        "Type": "Lambda",
        "Arguments": arguments,
        "FunctionArn": function.arn(step.around),
        "OutputParameters": [],
    }
    return Compiled(
        steps=(made,),
        origins=((name, step.at),),
        assets=(asset,),
        resources={
            function.logical_id(): function.resource(step.around),
            _ROLE: _role(step.around),
        },
    )


@cache
def _code() -> bytes:
    return (Path(__file__).parents[1] / "data" / f"{_FILE}.txt").read_bytes()


def _function(around: Surroundings) -> tuple[Asset, Function]:
    asset = Asset(name=f"{_NAME}.zip", content=zipped({_FILE: _code()}))
    function = Function(
        name=_NAME,
        code={"S3Bucket": around.scope.assets_bucket, "S3Key": asset.key},
        role={"Fn::GetAtt": [_ROLE, "Arn"]},
        handler=f"{_FILE.removesuffix('.py')}.handler",
        runtime="python3.12",
        timeout=_TIMEOUT,
        memory=_MEMORY,
        description="Registers autoscaling of endpoints that the pipeline deploys.",
    )
    return asset, function


def _statements(around: Surroundings) -> list[Json]:
    scope = around.scope
    partition = partition_of(scope.region)
    here = f"{scope.region}:{scope.account}"
    service = "sagemaker.application-autoscaling.amazonaws.com"
    group = f"log-group:/aws/lambda/{_function(around)[1].called(around)}:*"
    return [
        _allow(
            f"arn:{partition}:application-autoscaling:{here}:scalable-target/*",
            "application-autoscaling:RegisterScalableTarget",
            "application-autoscaling:PutScalingPolicy",
        ),
        # Application Auto Scaling looks at the endpoint as who registers it.
        _allow(
            f"arn:{partition}:sagemaker:{here}:endpoint*/*",
            "sagemaker:DescribeEndpoint",
            "sagemaker:DescribeEndpointConfig",
            "sagemaker:UpdateEndpointWeightsAndCapacities",
        ),
        _allow(
            f"arn:{partition}:cloudwatch:{here}:alarm:TargetTracking-endpoint/*",
            "cloudwatch:DeleteAlarms",
            "cloudwatch:DescribeAlarms",
            "cloudwatch:PutMetricAlarm",
        ),
        {
            **_allow(
                f"arn:{partition}:iam::{scope.account}:role/aws-service-role/{service}/*",
                "iam:CreateServiceLinkedRole",
            ),
            "Condition": {"StringEquals": {"iam:AWSServiceName": service}},
        },
        _allow(
            f"arn:{partition}:logs:{here}:{group}",
            "logs:CreateLogGroup",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
        ),
    ]


def _role(around: Surroundings) -> dict[str, Json]:
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "Description": "Registers autoscaling of endpoints that the pipeline deploys.",
            "Path": "/mlops-gitops/",
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "lambda.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                    }
                ],
            },
            "Policies": [
                {
                    "PolicyName": "scale",
                    "PolicyDocument": {
                        "Version": "2012-10-17",
                        "Statement": _statements(around),
                    },
                }
            ],
        },
    }


def _allow(resource: str, *actions: str) -> dict[str, Json]:
    return {"Effect": "Allow", "Action": [*actions], "Resource": resource}
