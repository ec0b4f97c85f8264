"""Steps about models: made, registered, deployed, and run over data."""

from typing import Any

import pytest
from steps_of_pipelines import IMAGE, ROLE, STACK, compiled, get, own_output, step_of, told

MODEL = "s3://acme-mlops-data/models/abalone.tar.gz"
DATA = "s3://acme-mlops-data/abalone/"
CREATE: dict[str, Any] = {
    "name": "create",
    "type": "create_model",
    "image_uri": IMAGE,
    "model_data": MODEL,
}
REGISTER: dict[str, Any] = {
    "name": "register",
    "type": "register_model",
    "model_package_group_name": "abalone",
    "image_uri": IMAGE,
    "model_data": MODEL,
    "content_types": ["text/csv"],
    "response_types": ["application/json"],
    "inference_instances": ["ml.t2.medium", "ml.m5.xlarge"],
    "transform_instances": ["ml.m5.xlarge"],
}
DEPLOY: dict[str, Any] = {
    "name": "deploy",
    "type": "deploy",
    "endpoint_name": "abalone",
    "model_name": {"model_name_of": "create"},
    "instance_type": "ml.m5.large",
}
CHECK: dict[str, Any] = {
    "name": "data_quality",
    "type": "quality_check",
    "data_quality": {},
    "data": {"s3_uri": DATA},
    "skip_check": True,
    "register_new_baseline": True,
    "instance_type": "ml.m5.large",
}
BIAS: dict[str, Any] = {
    "name": "bias",
    "type": "clarify_check",
    "model_bias": {
        "bias_config": {"label_values_or_threshold": [15], "facet_name": "sex"},
        "model": {"model_name": "abalone", "instance_type": "ml.m5.large"},
    },
    "data": {"s3_uri": DATA, "label": "rings"},
    "skip_check": True,
    "register_new_baseline": True,
    "instance_type": "ml.c5.xlarge",
}


def json_at(uri: Any) -> dict[str, Any]:
    """Write a report or baseline of a model package."""
    return {"ContentType": "application/json", "S3Uri": uri}


def test_a_model_is_made_of_one_container() -> None:
    """Image, artifact and environment are those of the request; SageMaker names the model."""
    step = step_of({**CREATE, "environment": {"LEVEL": "info"}, "network": {"isolated": True}})

    assert step == {
        "Name": "create",
        "Type": "Model",
        "Arguments": {
            "ExecutionRoleArn": ROLE,
            "PrimaryContainer": {
                "Image": IMAGE,
                "ModelDataUrl": MODEL,
                "Environment": {"LEVEL": "info"},
            },
            "EnableNetworkIsolation": True,
        },
    }


def test_a_model_of_several_containers_is_a_sequence() -> None:
    """Requests go through the containers in the order of the config."""
    containers = [
        {"image_uri": IMAGE, "model_data": MODEL, "hostname": "prepare"},
        {"framework": "xgboost", "framework_version": "1.7-1", "model_data": MODEL},
    ]

    step = step_of({"name": "create", "type": "create_model", "containers": containers})

    xgboost = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
    assert step["Arguments"] == {
        "ExecutionRoleArn": ROLE,
        "Containers": [
            {"Image": IMAGE, "ModelDataUrl": MODEL, "ContainerHostname": "prepare"},
            {"Image": xgboost, "ModelDataUrl": MODEL},
        ],
    }


def test_a_model_waits_for_approval_unless_the_config_says_otherwise() -> None:
    """The registration carries what the registry shows and nothing that was not asked for."""
    step = step_of({**REGISTER, "customer_metadata": {"team": "pricing"}})

    assert step == {
        "Name": "register",
        "Type": "RegisterModel",
        "Arguments": {
            "ModelPackageGroupName": "abalone",
            "InferenceSpecification": {
                "Containers": [{"Image": IMAGE, "ModelDataUrl": MODEL}],
                "SupportedContentTypes": ["text/csv"],
                "SupportedResponseMIMETypes": ["application/json"],
                "SupportedRealtimeInferenceInstanceTypes": ["ml.t2.medium", "ml.m5.xlarge"],
                "SupportedTransformInstanceTypes": ["ml.m5.xlarge"],
            },
            "ModelApprovalStatus": "PendingManualApproval",
            "CustomerMetadataProperties": {"team": "pricing"},
        },
    }


def test_what_checks_found_is_registered_with_the_model() -> None:
    """What was calculated becomes metrics, what was compared with becomes baselines."""
    definition = compiled(CHECK, BIAS, {**REGISTER, "checks": ["data_quality", "bias"]})
    arguments: Any = definition.steps[-1]["Arguments"]
    (config,) = (
        asset.key for asset in definition.assets if asset.name == "bias_monitoring_config.json"
    )

    assert arguments["ModelMetrics"] == {
        "ModelDataQuality": {
            "Statistics": json_at(get("Steps.data_quality.CalculatedBaselineStatistics")),
            "Constraints": json_at(get("Steps.data_quality.CalculatedBaselineConstraints")),
        },
        "Bias": {"PostTrainingReport": json_at(get("Steps.bias.CalculatedBaselineConstraints"))},
    }
    used = "BaselineUsedForDriftCheck"
    assert arguments["DriftCheckBaselines"] == {
        "ModelDataQuality": {
            "Statistics": json_at(get(f"Steps.data_quality.{used}Statistics")),
            "Constraints": json_at(get(f"Steps.data_quality.{used}Constraints")),
        },
        "Bias": {
            "PostTrainingConstraints": json_at(get(f"Steps.bias.{used}Constraints")),
            "ConfigFile": json_at(f"s3://acme-mlops-assets/{config}"),
        },
    }


def test_what_a_registration_says_itself_wins() -> None:
    """Metrics and baselines of the config are put beside those of checks, and over them."""
    statistics = "s3://acme-mlops-data/abalone/statistics.json"

    step = step_of(
        CHECK,
        {
            **REGISTER,
            "checks": ["data_quality"],
            "metrics": {"model_data_quality": {"statistics": statistics}},
        },
    )

    metrics = step["Arguments"]["ModelMetrics"]["ModelDataQuality"]
    assert metrics["Statistics"] == json_at(statistics)
    assert metrics["Constraints"] == json_at(
        get("Steps.data_quality.CalculatedBaselineConstraints")
    )


def test_a_deployment_is_a_configuration_and_an_endpoint() -> None:
    """The endpoint takes the configuration by the name that SageMaker gives to it."""
    config, endpoint = compiled(CREATE, {**DEPLOY, "depends_on": ["create"]}).steps[1:]

    assert config == {
        "Name": "deploy-config",
        "Type": "EndpointConfig",
        "Arguments": {
            "EndpointConfigName": "churn-deploy",
            "ProductionVariants": [
                {
                    "VariantName": "AllTraffic",
                    "ModelName": get("Steps.create.ModelName"),
                    "InitialInstanceCount": 1,
                    "InstanceType": "ml.m5.large",
                    "InitialVariantWeight": 1,
                }
            ],
        },
        "DependsOn": ["create"],
    }
    assert endpoint == {
        "Name": "deploy",
        "Type": "Endpoint",
        "Arguments": {
            "EndpointName": "abalone",
            "EndpointConfigName": get("Steps.deploy-config.EndpointConfigName"),
        },
        "DependsOn": ["create"],
    }


def test_a_deployment_keeps_requests_where_the_config_says() -> None:
    """Data capture keeps both requests and answers."""
    capture = {"s3_uri": "s3://acme-mlops-data/captured", "sampling_percentage": 20}

    config, _ = compiled(CREATE, {**DEPLOY, "data_capture": capture}).steps[1:]

    arguments: Any = config["Arguments"]
    assert arguments["DataCaptureConfig"] == {
        "EnableCapture": True,
        "InitialSamplingPercentage": 20,
        "DestinationS3Uri": "s3://acme-mlops-data/captured",
        "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
        "CaptureContentTypeHeader": {
            "CsvContentTypes": ["text/csv"],
            "JsonContentTypes": ["application/json"],
        },
    }


def test_autoscaling_is_registered_by_a_function_of_the_stack() -> None:
    """The step comes after the endpoint; its function and role are resources of the stack."""
    scaling = {"min_capacity": 1, "max_capacity": 4, "invocations_per_instance": 1000}

    definition = compiled(CREATE, {**DEPLOY, "autoscaling": scaling})

    step = definition.steps[-1]
    arn = step["FunctionArn"]
    assert step == {
        "Name": "deploy-scale",
        "Type": "Lambda",
        "Arguments": {
            "endpoint": get("Steps.deploy.EndpointName"),
            "variant": "AllTraffic",
            **scaling,
            "scale_in_cooldown": 300,
            "scale_out_cooldown": 300,
        },
        "FunctionArn": arn,
        "OutputParameters": [],
    }
    made: Any = list(definition.resources.values())
    assert [each["Type"] for each in made] == ["AWS::Lambda::Function", "AWS::IAM::Role"]
    name = made[0]["Properties"]["FunctionName"]
    assert arn == f"arn:aws:lambda:us-east-1:222222222222:function:{name}"
    assert name == f"{STACK}-scale-endpoint"
    (asset,) = definition.assets
    assert made[0]["Properties"]["Code"] == {"S3Bucket": "acme-mlops-assets", "S3Key": asset.key}


def test_a_transform_writes_into_a_folder_of_its_execution() -> None:
    """What the config leaves out is left out, but the output, which has to be somewhere."""
    step = step_of(
        {
            "name": "score",
            "type": "transform",
            "model_name": "abalone",
            "s3_uri": DATA,
            "content_type": "text/csv",
            "split_type": "Line",
            "join_source": "Input",
            "input_filter": "$[1:]",
            "max_payload_mb": 6,
            "instance_type": "ml.m5.large",
            "cache": {"expire_after": "P30D"},
        }
    )

    assert step == {
        "Name": "score",
        "Type": "Transform",
        "Arguments": {
            "ModelName": "abalone",
            "TransformInput": {
                "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": DATA}},
                "ContentType": "text/csv",
                "SplitType": "Line",
            },
            "TransformOutput": {"S3OutputPath": own_output("score")},
            "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
            "DataProcessing": {"InputFilter": "$[1:]", "JoinSource": "Input"},
            "MaxPayloadInMB": 6,
        },
        "CacheConfig": {"Enabled": True, "ExpireAfter": "P30D"},
    }


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (CREATE, []),
        ({**CREATE, "retry_policies": [{"exceptions": ["Step.THROTTLING"]}]}, []),
        (
            {**CREATE, "retry_policies": [{"exceptions": ["SageMaker.CAPACITY_ERROR"]}]},
            [("MG400", "/steps/0")],
        ),
        ({**CREATE, "containers": []}, [("MG028", "/steps/0/containers")]),
        ({**REGISTER, "checks": ["nothing"]}, [("MG304", "/steps/0/checks/0")]),
        ({**CREATE, "image_uri": {"parameter": "image"}}, [("MG303", "/steps/0")]),
    ],
)
def test_mistakes_with_models_are_told_at_their_place(
    step: dict[str, Any], said: list[tuple[str, str]]
) -> None:
    """What is wrong is told once, and nothing is told where nothing is."""
    assert told(step) == said


def test_a_written_registration_is_retried_as_shorthands_are() -> None:
    """A step in the definition's spelling is held to the same failures, at its own line."""
    step = {
        **step_of(REGISTER),
        "RetryPolicies": [{"ExceptionType": ["Step.THROTTLING", "SageMaker.RESOURCE_LIMIT"]}],
    }

    assert told(step) == [("MG400", "/steps/0/RetryPolicies/0/ExceptionType/1")]
