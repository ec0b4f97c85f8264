"""Stacks as the predecessor left them: its names, and the resources of two of its types.

Written from a table of what was in them; the logical ids are of the kind that its generator made.
"""

from collections.abc import Mapping
from typing import Any

REGISTRY = "AWS::ServiceCatalogAppRegistry"
HANDLE = "AWS::CloudFormation::WaitConditionHandle"
UUID = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
STACK_SET_UUID = "1a2b3c4d"

Resources = dict[str, dict[str, Any]]


def get(name: str, attribute: str) -> dict[str, Any]:
    """Refer to an attribute."""
    return {"Fn::GetAtt": [name, attribute]}


def ref(name: str) -> dict[str, str]:
    """Refer to a resource or parameter."""
    return {"Ref": name}


def stack_set_stack(workload: str, stage: str) -> str:
    """Name the stack that a StackSet of the predecessor made in a stage's account."""
    return f"StackSet-{stack_set(workload, stage)}-{UUID}"


def stack_set(workload: str, stage: str) -> str:
    """Name a StackSet of the predecessor."""
    return f"{workload}-{stage}-{STACK_SET_UUID}"


def realtime(parameters: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Its realtime template, 27 resources; `parameters` are defaults of the template's own."""
    resources = {
        **_roles("Model", "Lambda", "Api"),
        **_policies("ModelEcr", "ModelKms", "ModelS3", "ModelLogs", role="Model"),
        **_policies("LambdaLogs", role="Lambda"),
        "LambdaInvokePolicy": _policy(
            "Lambda", "sagemaker:InvokeEndpoint", {"Fn::Sub": "${MLOpsSagemakerEndpoint}"}
        ),
        **_serving(),
        **_api(),
        **_registry(),
    }
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": _parameters(
            ModelName="churn",
            ImageUri="registry/image:1",
            AssetsBucket="old-assets",
            ModelArtifactLocation="model.tar.gz",
            InferenceInstance="ml.m5.large",
            DataCaptureLocation="acme-capture/churn",
            EndpointName="",
            **(parameters or {}),
        ),
        "Conditions": {"Named": {"Fn::Not": [{"Fn::Equals": [ref("EndpointName"), ""]}]}},
        "Resources": resources,
        "Outputs": {
            "SageMakerEndpointName": {"Value": get("MLOpsSagemakerEndpoint", "EndpointName")},
            "InferenceApi": {
                "Value": {"Fn::Sub": "https://${InferenceRestApi}.execute-api/prod/inference"}
            },
        },
    }


def batch() -> dict[str, Any]:
    """Its batch template, 19 resources."""
    resources = {
        **_roles("Model", "Batch", "Invoker"),
        **_policies("ModelEcr", "ModelKms", "ModelS3", role="Model"),
        **_policies("BatchS3", "BatchTransform", "BatchLogs", role="Batch"),
        **_policies("InvokerLambda", role="Invoker"),
        "MLOpsSagemakerModel": _model(),
        "BatchTransformLambda": _function("Batch", {}),
        "InvokeBatchLambda": _function("Invoker", {}),
        "SdkLayer": {
            "Type": "AWS::Lambda::LayerVersion",
            "Properties": {"Content": {"S3Bucket": "old-blueprints", "S3Key": "sdk.zip"}},
        },
        "InvokeBatch": {
            "Type": "Custom::InvokeLambda",
            "Properties": {"ServiceToken": get("InvokeBatchLambda", "Arn")},
        },
        **_registry(),
    }
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": _parameters(
            ModelName="churn",
            ImageUri="registry/image:1",
            AssetsBucket="old-assets",
            ModelArtifactLocation="model.tar.gz",
        ),
        "Resources": resources,
    }


def codepipeline(bucket: str) -> dict[str, Any]:
    """Its delivery stack, as far as it matters: a pipeline that watches the bundle."""
    source = {
        "Name": "S3Source",
        "ActionTypeId": {"Category": "Source", "Owner": "AWS", "Provider": "S3", "Version": "1"},
        "Configuration": {
            "S3Bucket": bucket,
            "S3ObjectKey": "mlops_provisioned_pipelines/old/template.zip",
        },
        "OutputArtifacts": [{"Name": "Template"}],
    }
    deploy = {
        "Name": "Deploy",
        "ActionTypeId": {
            "Category": "Approval",
            "Owner": "AWS",
            "Provider": "Manual",
            "Version": "1",
        },
    }
    return {
        "Resources": {
            **_roles("Pipeline"),
            **_policies("PipelineS3", role="Pipeline"),
            "ArtifactsBucket": {
                "Type": "AWS::S3::Bucket",
                "DeletionPolicy": "Retain",
                "UpdateReplacePolicy": "Retain",
            },
            "MLOpsPipeline": {
                "Type": "AWS::CodePipeline::Pipeline",
                "Properties": {
                    "RoleArn": get("PipelineRole", "Arn"),
                    "ArtifactStore": {"Type": "S3", "Location": ref("ArtifactsBucket")},
                    "Stages": [
                        {"Name": "Source", "Actions": [source]},
                        {"Name": "DeployCloudFormation", "Actions": [deploy]},
                    ],
                },
            },
        }
    }


def emulated(template: Mapping[str, Any]) -> dict[str, Any]:
    """Put a handle for what the embedded AWS does not emulate, so that the number is the same."""
    missing = (REGISTRY, "AWS::Lambda::LayerVersion", "Custom::", "AWS::ApiGateway::UsagePlan")
    resources = {
        name: {"Type": HANDLE} if each["Type"].startswith(missing) else each
        for name, each in template["Resources"].items()
    }
    return {**template, "Resources": resources}


def _parameters(**defaults: str) -> dict[str, Any]:
    return {name: {"Type": "String", "Default": value} for name, value in defaults.items()}


def _roles(*names: str) -> Resources:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {
                    "Service": [
                        "codepipeline.amazonaws.com",
                        "lambda.amazonaws.com",
                        "sagemaker.amazonaws.com",
                    ]
                },
                "Action": "sts:AssumeRole",
            }
        ],
    }
    return {
        f"{name}Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {"AssumeRolePolicyDocument": trust},
        }
        for name in names
    }


def _policies(*names: str, role: str) -> Resources:
    return {f"{name}Policy": _policy(role, "s3:GetObject", "*") for name in names}


def _policy(role: str, action: str, resource: object) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return {
        "Type": "AWS::IAM::Policy",
        "Properties": {
            "PolicyName": f"{role}-{action.replace(':', '-')}",
            "Roles": [ref(f"{role}Role")],
            "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        },
    }


def _model() -> dict[str, Any]:
    return {
        "Type": "AWS::SageMaker::Model",
        "Properties": {
            "ExecutionRoleArn": get("ModelRole", "Arn"),
            "PrimaryContainer": {
                "Image": ref("ImageUri"),
                "ModelDataUrl": {"Fn::Sub": "s3://${AssetsBucket}/${ModelArtifactLocation}"},
            },
        },
    }


def _serving() -> Resources:
    variant = {
        "VariantName": "AllTraffic",
        "ModelName": get("MLOpsSagemakerModel", "ModelName"),
        "InstanceType": ref("InferenceInstance"),
        "InitialInstanceCount": 1,
        "InitialVariantWeight": 1,
    }
    return {
        "MLOpsSagemakerModel": _model(),
        "MLOpsSagemakerEndpointConfig": {
            "Type": "AWS::SageMaker::EndpointConfig",
            "Properties": {"ProductionVariants": [variant]},
        },
        "MLOpsSagemakerEndpoint": {
            "Type": "AWS::SageMaker::Endpoint",
            "DependsOn": "MLOpsSagemakerEndpointConfig",
            "Properties": {
                "EndpointName": {"Fn::If": ["Named", ref("EndpointName"), ref("AWS::NoValue")]},
                "EndpointConfigName": get("MLOpsSagemakerEndpointConfig", "EndpointConfigName"),
            },
        },
    }


def _function(role: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Runtime": "python3.12",
            "Handler": "index.handler",
            "Role": get(f"{role}Role", "Arn"),
            "Environment": {"Variables": dict(variables)},
            "Code": {"ZipFile": "def handler(event, context): return {}"},
        },
        "DependsOn": [f"{role}Role"],
    }


def _api() -> Resources:
    api = ref("InferenceRestApi")
    return {
        "InferenceLambda": {
            **_function(
                "Lambda",
                {"SAGEMAKER_ENDPOINT_NAME": get("MLOpsSagemakerEndpoint", "EndpointName")},
            ),
            "DependsOn": ["LambdaRole", "MLOpsSagemakerEndpoint"],
        },
        "InferenceLogs": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 30}},
        "InferenceRestApi": {
            "Type": "AWS::ApiGateway::RestApi",
            "Properties": {"Name": {"Fn::Sub": "${AWS::StackName}-api"}},
        },
        **_methods(api),
        **_stages(api),
        "InferenceAccount": {
            "Type": "AWS::ApiGateway::Account",
            "Properties": {"CloudWatchRoleArn": get("ApiRole", "Arn")},
            "DependsOn": ["InferenceRestApi"],
        },
        "PermissionProd": _permission("prod"),
        "PermissionTest": _permission("test-invoke-stage"),
    }


def _methods(api: dict[str, str]) -> Resources:
    called = ["arn:aws:apigateway:", ref("AWS::Region"), ":lambda:path/2015-03-31/functions/"]
    uri = {"Fn::Join": ["", [*called, get("InferenceLambda", "Arn"), "/invocations"]]}
    return {
        "InferenceResource0A1B": {
            "Type": "AWS::ApiGateway::Resource",
            "Properties": {
                "RestApiId": api,
                "ParentId": get("InferenceRestApi", "RootResourceId"),
                "PathPart": "inference",
            },
        },
        "InferencePOST2C3D": {
            "Type": "AWS::ApiGateway::Method",
            "Properties": {
                "RestApiId": api,
                "ResourceId": ref("InferenceResource0A1B"),
                "HttpMethod": "POST",
                "AuthorizationType": "AWS_IAM",
                "Integration": {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": uri},
            },
        },
    }


def _stages(api: dict[str, str]) -> Resources:
    return {
        "InferenceDeployment": {
            "Type": "AWS::ApiGateway::Deployment",
            "DependsOn": ["InferencePOST2C3D", "InferenceResource0A1B"],
            "Properties": {"RestApiId": api},
        },
        "InferenceStageprod": {
            "Type": "AWS::ApiGateway::Stage",
            "Properties": {
                "RestApiId": api,
                "StageName": "prod",
                "DeploymentId": ref("InferenceDeployment"),
                "TracingEnabled": True,
                "AccessLogSetting": {"DestinationArn": get("InferenceLogs", "Arn")},
            },
        },
        "InferenceUsagePlan": {
            "Type": "AWS::ApiGateway::UsagePlan",
            "Properties": {"ApiStages": [{"ApiId": api, "Stage": ref("InferenceStageprod")}]},
        },
    }


def _permission(stage: str) -> dict[str, Any]:
    source = "arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${InferenceRestApi}"
    return {
        "Type": "AWS::Lambda::Permission",
        "Properties": {
            "Action": "lambda:InvokeFunction",
            "FunctionName": get("InferenceLambda", "Arn"),
            "Principal": "apigateway.amazonaws.com",
            "SourceArn": {"Fn::Sub": f"{source}/{stage}/POST/inference"},
        },
    }


def _registry() -> Resources:
    return {
        "AppRegistry": {"Type": f"{REGISTRY}::Application", "Properties": {"Name": "App-churn"}},
        "AppRegistryStack": {"Type": f"{REGISTRY}::ResourceAssociation", "Properties": {}},
        "AppRegistryGroup": {"Type": f"{REGISTRY}::AttributeGroup", "Properties": {}},
        "AppRegistryPart": {"Type": f"{REGISTRY}::AttributeGroupAssociation", "Properties": {}},
    }
