"""Steps compiled by version 2 of the SageMaker Python SDK; run by an interpreter that has it.

Prints what came of each case as JSON: its steps, and what would have been uploaded. Nothing leaves
the machine: uploads are kept, and whatever else asks AWS fails.
"""

import json
from importlib.util import find_spec

from sagemaker.lambda_helper import Lambda
from sagemaker.lineage.action import Action
from sagemaker.lineage.artifact import Artifact
from sagemaker.model import Model
from sagemaker.model_metrics import MetricsSource, ModelMetrics
from sagemaker.pipeline import PipelineModel
from sagemaker.workflow.callback_step import CallbackOutput, CallbackOutputTypeEnum, CallbackStep
from sagemaker.workflow.condition_step import ConditionStep
from sagemaker.workflow.conditions import (
    ConditionEquals,
    ConditionGreaterThan,
    ConditionGreaterThanOrEqualTo,
    ConditionIn,
    ConditionLessThan,
    ConditionLessThanOrEqualTo,
    ConditionNot,
    ConditionOr,
)
from sagemaker.workflow.emr_step import EMRStep, EMRStepConfig
from sagemaker.workflow.endpoint_step import EndpointConfigStep, EndpointStep
from sagemaker.workflow.fail_step import FailStep
from sagemaker.workflow.functions import Join
from sagemaker.workflow.lambda_step import LambdaOutput, LambdaOutputTypeEnum, LambdaStep
from sagemaker.workflow.lineage_step import (
    LineageAssociation,
    LineageEntityReference,
    LineageStep,
)
from sagemaker.workflow.model_step import ModelStep
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.retry import (
    SageMakerJobExceptionTypeEnum,
    StepExceptionTypeEnum,
    StepRetryPolicy,
)
from sagemaker.workflow.steps import CacheConfig, TransformStep
from v2_checks import CASES as CHECKS
from v2_shared import (
    DATA,
    IMAGE,
    INPUT,
    LIMIT,
    MODEL,
    ROLE,
    SESSION,
    UPLOADED,
    VALUES,
    transformer,
)

ABSENT = {
    "emr_serverless": "sagemaker.workflow.emr_serverless_step",
    "for_each": "sagemaker.workflow.for_each_step",
    "cleanup": "sagemaker.workflow.cleanup_step",
}
"""What this version cannot compile, and the module that would."""


def model() -> Model:
    """Give a model of one container."""
    return Model(
        image_uri=IMAGE,
        model_data=MODEL,
        role=ROLE,
        sagemaker_session=SESSION,
        env={"LEVEL": "info"},
    )


def create_model():
    retry = StepRetryPolicy(
        exception_types=[StepExceptionTypeEnum.THROTTLING],
        interval_seconds=30,
        backoff_rate=2.0,
        max_attempts=3,
    )
    return [
        ModelStep(
            name="create",
            step_args=model().create(),
            retry_policies={"create_model_retry_policies": [retry]},
        )
    ]


def sequence() -> PipelineModel:
    """Give a model of two containers."""
    models = [
        Model(image_uri=IMAGE, model_data=MODEL, role=ROLE, sagemaker_session=SESSION, env={"N": n})
        for n in "12"
    ]
    return PipelineModel(models=models, role=ROLE, sagemaker_session=SESSION)


def create_sequence():
    return [ModelStep(name="create", step_args=sequence().create("ml.m5.large"))]


def register_sequence():
    arguments = sequence().register(
        content_types=["text/csv"],
        response_types=["text/csv"],
        inference_instances=["ml.m5.xlarge"],
        transform_instances=["ml.m5.xlarge"],
        model_package_group_name="abalone",
        approval_status="Approved",
    )
    return [ModelStep(name="register", step_args=arguments)]


def register_model():
    metrics = ModelMetrics(
        model_statistics=MetricsSource(
            content_type="application/json", s3_uri=f"{DATA}evaluation.json"
        )
    )
    arguments = model().register(
        content_types=["text/csv"],
        response_types=["application/json"],
        inference_instances=["ml.t2.medium", "ml.m5.xlarge"],
        transform_instances=["ml.m5.xlarge"],
        model_package_group_name="abalone",
        approval_status="PendingManualApproval",
        model_metrics=metrics,
        customer_metadata_properties={"team": "pricing"},
    )
    return [ModelStep(name="register", step_args=arguments)]


def transform():
    arguments = transformer().transform(
        data=INPUT,
        content_type="text/csv",
        split_type="Line",
        join_source="Input",
        input_filter="$[1:]",
    )
    cache = CacheConfig(enable_caching=True, expire_after="P30D")
    return [TransformStep(name="score", step_args=arguments, cache_config=cache)]


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
    arn = "arn:aws:lambda:us-east-1:222222222222:function:score"
    return [
        LambdaStep(
            name="score",
            lambda_func=Lambda(function_arn=arn, session=SESSION),
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


def deploy():
    request = SESSION.create_endpoint_config(
        name="churn-deploy",
        model_name="abalone",
        initial_instance_count=1,
        instance_type="ml.m5.large",
    )
    first = EndpointConfigStep(name="deploy-config", step_args=request)
    second = EndpointStep(
        name="deploy",
        step_args=SESSION.create_endpoint(
            endpoint_name="abalone", config_name=first.properties.EndpointConfigName, wait=False
        ),
    )
    return [first, second]


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


CASES = [
    create_model, create_sequence, register_model, register_sequence, transform, condition,
    callback, call, emr_running, emr_new, deploy, lineage, *CHECKS,
]  # fmt: skip


def compiled(case):
    """Compile a case by itself; a failure is told instead."""
    UPLOADED.clear()
    try:
        pipeline = Pipeline(
            name="abalone", steps=case(), parameters=[INPUT, LIMIT], sagemaker_session=SESSION
        )
        steps = json.loads(pipeline.definition())["Steps"]
    except Exception as error:  # noqa: BLE001 - the SDK raises whatever it likes
        return {"failed": f"{type(error).__name__}: {error}"}
    return {"steps": steps, "uploaded": list(UPLOADED.values())}


if __name__ == "__main__":
    absent = [name for name, module in ABSENT.items() if find_spec(module) is None]
    retried = [each.value for each in (*StepExceptionTypeEnum, *SageMakerJobExceptionTypeEnum)]
    found = {case.__name__: compiled(case) for case in CASES}
    print("RESULT" + json.dumps({"absent": absent, "retried": retried, "cases": found}))
