"""Steps as configs have them; the SDK is given the same values, see `test_definitions`."""

from typing import Any

ROLE = "arn:aws:iam::222222222222:role/pipelines"
IMAGE = "222222222222.dkr.ecr.us-east-1.amazonaws.com/own:1"
MODEL = "s3://acme-mlops-data/models/abalone.tar.gz"
DATA = "s3://acme-mlops-data/abalone/"
OUTPUT = "s3://acme-mlops-data/output"
GROUPS = [{"InstanceRole": "MASTER", "InstanceCount": 1, "InstanceType": "m5.2xlarge"}]
CLUSTER = {
    "ReleaseLabel": "emr-7.1.0",
    "Instances": {"InstanceGroups": GROUPS},
    "JobFlowRole": "instances",
    "ServiceRole": "service",
}
VALUES = {
    "role": ROLE,
    "image": IMAGE,
    "model": MODEL,
    "data": DATA,
    "output": OUTPUT,
    "cluster": CLUSTER,
}
PARAMETERS = {"input_data": DATA, "limit": 6.0, "model": "abalone", "items": "[1, 2]"}
INPUT = {"parameter": "input_data"}
JOB = {"instance_type": "ml.c5.xlarge", "volume_size_gb": 120, "max_runtime_seconds": 7200}
SUPPLIED = {
    "supplied_baseline_statistics": f"{DATA}statistics.json",
    "supplied_baseline_constraints": f"{DATA}constraints.json",
}
CONTAINER = {"image_uri": IMAGE, "model_data": MODEL}
BIAS = {
    "label_values_or_threshold": [15],
    "facet_name": ["sex", "length"],
    "facet_values_or_threshold": [["F"], [0.5]],
}
ASKED = {
    "model_name": "abalone",
    "instance_type": "ml.m5.large",
    "instance_count": 1,
    "accept_type": "text/csv",
}
TRANSFORM = {
    "model_name": {"parameter": "model"},
    "s3_uri": INPUT,
    "output_s3_uri": OUTPUT,
    "content_type": "text/csv",
    "accept": "text/csv",
    "assemble_with": "Line",
    "instance_type": "ml.m5.large",
}
CLARIFY = {
    "name": "check",
    "type": "clarify_check",
    "data": {
        "s3_uri": INPUT,
        "output_s3_uri": f"{OUTPUT}/check",
        "label": "rings",
        "headers": ["rings", "length", "sex"],
    },
    "skip_check": True,
    "register_new_baseline": True,
    **JOB,
}
QUALITY = {
    "name": "quality",
    "type": "quality_check",
    "data": {"s3_uri": INPUT, "output_s3_uri": OUTPUT},
    **JOB,
}
LIMIT = {"parameter": "limit"}
OURS: dict[str, dict[str, Any]] = {
    "create_model": {
        "name": "create",
        "type": "create_model",
        **CONTAINER,
        "environment": {"LEVEL": "info"},
        "retry_policies": [
            {"exceptions": ["Step.THROTTLING"], "interval_seconds": 30, "max_attempts": 3}
        ],
    },
    "create_sequence": {
        "name": "create",
        "type": "create_model",
        "containers": [{**CONTAINER, "environment": {"N": n}} for n in "12"],
    },
    "register_model": {
        "name": "register",
        "type": "register_model",
        **CONTAINER,
        "environment": {"LEVEL": "info"},
        "content_types": ["text/csv"],
        "response_types": ["application/json"],
        "inference_instances": ["ml.t2.medium", "ml.m5.xlarge"],
        "transform_instances": ["ml.m5.xlarge"],
        "model_package_group_name": "abalone",
        "metrics": {"model_quality": {"statistics": f"{DATA}evaluation.json"}},
        "customer_metadata": {"team": "pricing"},
    },
    "register_sequence": {
        "name": "register",
        "type": "register_model",
        "containers": [{**CONTAINER, "environment": {"N": n}} for n in "12"],
        "content_types": ["text/csv"],
        "response_types": ["text/csv"],
        "inference_instances": ["ml.m5.xlarge"],
        "transform_instances": ["ml.m5.xlarge"],
        "model_package_group_name": "abalone",
        "approval_status": "Approved",
    },
    "transform": {
        "name": "score",
        "type": "transform",
        **TRANSFORM,
        "split_type": "Line",
        "join_source": "Input",
        "input_filter": "$[1:]",
        "cache": {"expire_after": "P30D"},
    },
    "condition": {
        "name": "gate",
        "type": "condition",
        "conditions": [
            {"at_most": [LIMIT, 6.0]},
            {"less_than": [LIMIT, 7.0]},
            {"greater_than": [LIMIT, 5.0]},
            {"at_least": [LIMIT, 6.0]},
            {"not": {"is_in": {"value": INPUT, "values": ["a", "b"]}}},
            {"any": [{"equals": [INPUT, "c"]}, {"equals": [INPUT, "d"]}]},
        ],
        "if_steps": [],
        "else_steps": [
            {
                "name": "stop",
                "type": "fail",
                "message": {"Std:Join": {"On": " ", "Values": ["The limit is", LIMIT]}},
            }
        ],
    },
    "callback": {
        "name": "label",
        "type": "callback",
        "sqs_queue_url": "https://sqs.us-east-1.amazonaws.com/222222222222/labels",
        "inputs": {"data": INPUT, "number": 5},
        "outputs": {"labels": "String", "count": "Integer"},
    },
    "call": {
        "name": "score",
        "type": "lambda",
        "function": "score",
        "inputs": {"data": INPUT, "share": 0.2},
        "outputs": {"rmse": "Float"},
        "cache": {"expire_after": "P1D"},
    },
    "data_quality": {
        **QUALITY,
        "data_quality": {},
        "skip_check": False,
        "register_new_baseline": True,
        "model_package_group_name": "abalone",
    },
    "model_quality": {
        **QUALITY,
        "model_quality": {
            "problem_type": "BinaryClassification",
            "probability_attribute": 0,
            "probability_threshold": 0.5,
            "ground_truth_attribute": "label",
        },
        "skip_check": False,
        "register_new_baseline": False,
        "fail_on_violation": False,
        **SUPPLIED,
    },
    "data_bias": {**CLARIFY, "data_bias": {"bias_config": BIAS, "methods": ["CI"]}},
    "model_bias": {
        **CLARIFY,
        "model_bias": {
            "bias_config": BIAS,
            "model": ASKED,
            "predicted_label": {"probability_threshold": 0.8},
        },
    },
    "explainability": {
        **CLARIFY,
        "explainability": {
            "model": ASKED,
            "shap": {"baseline": [[0.5, 1]], "num_samples": 100, "agg_method": "mean_abs"},
        },
    },
    "monitor_batch_transform": {
        "name": "watched",
        "type": "monitor_batch_transform",
        "transform": TRANSFORM,
        "quality": {
            "data_quality": {},
            "data": {"s3_uri": INPUT, "output_s3_uri": OUTPUT},
            **JOB,
        },
        "monitor_before_transform": True,
        **SUPPLIED,
    },
    "emr_running": {
        "name": "count",
        "type": "emr",
        "cluster_id": "j-1ABCDEFG2HIJK",
        "jar": "s3://acme-mlops-data/count.jar",
        "args": ["--verbose"],
        "main_class": "com.acme.Count",
        "properties": {"a": "1"},
    },
    "emr_new": {
        "name": "count",
        "type": "emr",
        "cluster_config": CLUSTER,
        "jar": "command-runner.jar",
        "args": ["spark-submit"],
    },
    "deploy": {
        "name": "deploy",
        "type": "deploy",
        "endpoint_name": "abalone",
        "model_name": "abalone",
        "instance_type": "ml.m5.large",
    },
    "emr_serverless": {
        "name": "count",
        "type": "emr_serverless",
        "application_id": "00fabcdefghijk01",
        "execution_role_arn": ROLE,
        "job_driver": {"sparkSubmit": {"entryPoint": "s3://acme-mlops-data/p.py"}},
        "execution_timeout_minutes": 60,
    },
    "emr_serverless_new": {
        "name": "count",
        "type": "emr_serverless",
        "application_config": {"releaseLabel": "emr-7.1.0", "type": "SPARK"},
        "execution_role_arn": ROLE,
        "job_driver": {"sparkSubmit": {"entryPoint": "s3://acme-mlops-data/p.py"}},
        "job_name": "count",
        "job_tags": {"team": "pricing"},
    },
    "for_each": {
        "name": "each",
        "type": "for_each",
        "items": {"parameter": "items"},
        "concurrency": 2,
        "steps": [
            {
                "name": "score",
                "type": "lambda",
                "function": "score",
                "inputs": {"item": {"Get": "ForEach.CurrentItem"}},
                "outputs": {"rmse": "Float"},
            },
            {
                "name": "tell",
                "type": "lambda",
                "function": "score",
                "inputs": {"rmse": {"Get": "Steps.score.OutputParameters['rmse']"}},
            },
        ],
        "select": {"pick": "MinBy", "field": "IterationOutput.score.OutputParameters['rmse']"},
    },
    "cleanup": {
        "name": "tidy",
        "type": "cleanup",
        "sources": [{"step": "score", "s3_uris": [f"{OUTPUT}/a", f"{OUTPUT}/b"]}],
    },
    "lineage": {
        "name": "record",
        "type": "lineage",
        "actions": [
            {
                "name": "training",
                "source_uri": f"{DATA}run",
                "source_type": "S3ETag",
                "kind": "ModelTraining",
                "status": "Completed",
            }
        ],
        "artifacts": [
            {
                "name": "model",
                "source_uri": MODEL,
                "kind": "Model",
                "properties": {"team": "pricing"},
            }
        ],
        "associations": [
            {
                "source": {"action": "training"},
                "destination": {"artifact": "model"},
                "kind": "Produced",
            }
        ],
    },
}
BEFORE = {"cleanup": [OURS["transform"]]}
"""Steps that a case needs before its own, and that are not compared with it."""
ABSENT = {"v2": {"emr_serverless", "for_each", "cleanup"}, "v3": {"auto_ml"}}
"""What a version has no step for, or one that cannot be made."""
ONLY_3 = ("emr_serverless", "emr_serverless_new", "for_each", "cleanup")
CASES = [
    *(("v2", case) for case in OURS if case not in ONLY_3),
    *(("v3", case) for case in OURS),
]
_SCRIPT = "version 3 writes what starts a script, also where there is none"
DIFFERENCES: dict[tuple[str, str], dict[str, str]] = {
    ("v3", "register_model"): {
        f"[0].Arguments.InferenceSpecification.Containers[0].Environment.SAGEMAKER_{name}": _SCRIPT
        for name in ("CONTAINER_LOG_LEVEL", "PROGRAM", "REGION", "SUBMIT_DIRECTORY")
    }
}
"""Where steps of the SDK differ from ours, and why."""
