"""Steps compiled by version 3 of the SageMaker Python SDK; run by an interpreter that has it.

As `v2.py` does.
"""

import json

from sagemaker.core.helper.session_helper import Session
from sagemaker.core.lambda_helper import Lambda
from sagemaker.core.lineage.action import Action
from sagemaker.core.lineage.artifact import Artifact
from sagemaker.core.workflow.conditions import (
    ConditionEquals,
    ConditionGreaterThan,
    ConditionGreaterThanOrEqualTo,
    ConditionIn,
    ConditionLessThan,
    ConditionLessThanOrEqualTo,
    ConditionNot,
    ConditionOr,
)
from sagemaker.core.workflow.functions import Join
from sagemaker.mlops.workflow.callback_step import (
    CallbackOutput,
    CallbackOutputTypeEnum,
    CallbackStep,
)
from sagemaker.mlops.workflow.cleanup_step import CleanupStep, S3CleanupSource
from sagemaker.mlops.workflow.condition_step import ConditionStep
from sagemaker.mlops.workflow.emr_serverless_step import EMRServerlessJobConfig, EMRServerlessStep
from sagemaker.mlops.workflow.emr_step import EMRStep, EMRStepConfig
from sagemaker.mlops.workflow.endpoint_step import EndpointConfigStep, EndpointStep
from sagemaker.mlops.workflow.fail_step import FailStep
from sagemaker.mlops.workflow.for_each_step import (
    CurrentItem,
    ForEachSelector,
    ForEachStep,
    IterationOutput,
)
from sagemaker.mlops.workflow.lambda_step import LambdaOutput, LambdaOutputTypeEnum, LambdaStep
from sagemaker.mlops.workflow.lineage_step import (
    LineageAssociation,
    LineageEntityReference,
    LineageStep,
)
from sagemaker.mlops.workflow.pipeline import Pipeline
from sagemaker.mlops.workflow.retry import SageMakerJobExceptionTypeEnum, StepExceptionTypeEnum
from sagemaker.mlops.workflow.steps import CacheConfig
from v3_models import CASES as MODELS
from v3_models import UPLOADED
from v3_shared import DATA, INPUT, ITEMS, LIMIT, MODEL, OUTPUT, SESSION, VALUES

ABSENT = {"auto_ml": (Session, "auto_ml")}
"""What this version cannot compile, and what would have to be there: `AutoMLStep` asks for it."""
ARN = "arn:aws:lambda:us-east-1:222222222222:function:score"


def condition():
    conditions = [
        ConditionLessThanOrEqualTo(left=LIMIT, right=6.0),
        ConditionLessThan(left=LIMIT, right=7.0),
        ConditionGreaterThan(left=LIMIT, right=5.0),
        ConditionGreaterThanOrEqualTo(left=LIMIT, right=6.0),
        ConditionNot(ConditionIn(value=INPUT, in_values=["a", "b"])),
        ConditionOr(
            [ConditionEquals(left=INPUT, right="c"), ConditionEquals(left=INPUT, right="d")]
        ),
    ]
    stop = FailStep(name="stop", error_message=Join(on=" ", values=["The limit is", LIMIT]))
    return [ConditionStep(name="gate", conditions=conditions, if_steps=[], else_steps=[stop])]


def callback():
    outputs = [
        CallbackOutput("labels", CallbackOutputTypeEnum.String),
        CallbackOutput("count", CallbackOutputTypeEnum.Integer),
    ]
    return [
        CallbackStep(
            name="label",
            sqs_queue_url="https://sqs.us-east-1.amazonaws.com/222222222222/labels",
            inputs={"data": INPUT, "number": 5},
            outputs=outputs,
        )
    ]


def call():
    return [
        LambdaStep(
            name="score",
            lambda_func=Lambda(function_arn=ARN, session=SESSION),
            inputs={"data": INPUT, "share": 0.2},
            outputs=[LambdaOutput("rmse", LambdaOutputTypeEnum.Float)],
            cache_config=CacheConfig(enable_caching=True, expire_after="P1D"),
        )
    ]


def emr_running():
    config = EMRStepConfig(
        jar="s3://acme-mlops-data/count.jar",
        args=["--verbose"],
        main_class="com.acme.Count",
        properties=[{"Key": "a", "Value": "1"}],
    )
    return [EMRStep("count", None, None, "j-1ABCDEFG2HIJK", config)]


def emr_new():
    config = EMRStepConfig(jar="command-runner.jar", args=["spark-submit"])
    return [EMRStep("count", None, None, None, config, cluster_config=VALUES["cluster"])]


def emr_serverless():
    config = EMRServerlessJobConfig(
        job_driver={"sparkSubmit": {"entryPoint": "s3://acme-mlops-data/p.py"}},
        execution_role_arn=VALUES["role"],
        execution_timeout_minutes=60,
    )
    return [EMRServerlessStep("count", None, None, config, application_id="00fabcdefghijk01")]


def emr_serverless_new():
    config = EMRServerlessJobConfig(
        job_driver={"sparkSubmit": {"entryPoint": "s3://acme-mlops-data/p.py"}},
        execution_role_arn=VALUES["role"],
        name="count",
        tags={"team": "pricing"},
    )
    application = {"releaseLabel": "emr-7.1.0", "type": "SPARK"}
    return [EMRServerlessStep("count", None, None, config, application_config=application)]


def for_each():
    score = LambdaStep(
        name="score",
        lambda_func=Lambda(function_arn=ARN, session=SESSION),
        inputs={"item": CurrentItem()},
        outputs=[LambdaOutput("rmse", LambdaOutputTypeEnum.Float)],
    )
    tell = LambdaStep(
        name="tell",
        lambda_func=Lambda(function_arn=ARN, session=SESSION),
        inputs={"rmse": score.properties.Outputs["rmse"]},
    )
    best = ForEachSelector("MinBy", IterationOutput(score).OutputParameters["rmse"])
    body = [score, tell]
    return [ForEachStep("each", ITEMS, max_concurrency=2, for_each_body=body, selector=best)]


def cleanup():
    first = call()[0]
    return [first, CleanupStep("tidy", [S3CleanupSource(first, [f"{OUTPUT}/a", f"{OUTPUT}/b"])])]


def lineage():
    action = Action.create(
        action_name="training",
        source_uri=f"{DATA}run",
        source_type="S3ETag",
        action_type="ModelTraining",
        status="Completed",
        sagemaker_session=SESSION,
    )
    artifact = Artifact.create(
        artifact_name="model",
        source_uri=MODEL,
        artifact_type="Model",
        properties={"team": "pricing"},
        sagemaker_session=SESSION,
    )
    ends = LineageEntityReference("training", "Action"), LineageEntityReference("model", "Artifact")
    return [
        LineageStep(
            "record",
            actions=[action],
            artifacts=[artifact],
            associations=[LineageAssociation(*ends, association_type="Produced")],
        )
    ]


def deploy():
    variant = {
        "VariantName": "AllTraffic",
        "ModelName": "abalone",
        "InitialInstanceCount": 1,
        "InstanceType": "ml.m5.large",
        "InitialVariantWeight": 1,
    }
    request = SESSION.create_endpoint_config("churn-deploy", [variant])
    first = EndpointConfigStep(name="deploy-config", step_args=request)
    second = EndpointStep(
        name="deploy",
        step_args=SESSION.create_endpoint(
            endpoint_name="abalone", config_name=first.properties.EndpointConfigName, wait=False
        ),
    )
    return [first, second]


CASES = [
    condition, callback, call, emr_running, emr_new, emr_serverless, emr_serverless_new, for_each,
    cleanup, lineage, deploy, *MODELS,
]  # fmt: skip


def compiled(case):
    """Compile a case by itself; a failure is told instead."""
    UPLOADED.clear()
    try:
        pipeline = Pipeline(
            name="abalone",
            steps=case(),
            parameters=[INPUT, LIMIT, ITEMS],
            sagemaker_session=SESSION,
        )
        steps = json.loads(pipeline.definition())["Steps"]
    except Exception as error:  # noqa: BLE001 - the SDK raises whatever it likes
        return {"failed": f"{type(error).__name__}: {error}"}
    return {"steps": steps, "uploaded": list(UPLOADED.values())}


if __name__ == "__main__":
    absent = [name for name, (owner, member) in ABSENT.items() if not hasattr(owner, member)]
    retried = [each.value for each in (*StepExceptionTypeEnum, *SageMakerJobExceptionTypeEnum)]
    found = {case.__name__: compiled(case) for case in CASES}
    print("RESULT" + json.dumps({"absent": absent, "retried": retried, "cases": found}))
