"""Steps compiled by version 2 of the SageMaker Python SDK; run by an interpreter that has it.

Prints what came of each case as JSON: its steps, and what would have been uploaded. Nothing leaves
the machine: uploads are kept, and whatever else asks AWS fails.
"""

import json
import sys
from pathlib import Path

from sagemaker import s3
from sagemaker.clarify import (
    BiasConfig,
    DataConfig,
    ModelConfig,
    ModelPredictedLabelConfig,
    SHAPConfig,
)
from sagemaker.lambda_helper import Lambda
from sagemaker.model import Model
from sagemaker.model_metrics import MetricsSource, ModelMetrics
from sagemaker.model_monitor.dataset_format import DatasetFormat
from sagemaker.pipeline import PipelineModel
from sagemaker.transformer import Transformer
from sagemaker.workflow.callback_step import CallbackOutput, CallbackOutputTypeEnum, CallbackStep
from sagemaker.workflow.check_job_config import CheckJobConfig
from sagemaker.workflow.clarify_check_step import (
    ClarifyCheckStep,
    DataBiasCheckConfig,
    ModelBiasCheckConfig,
    ModelExplainabilityCheckConfig,
)
from sagemaker.workflow.condition_step import ConditionStep
from sagemaker.workflow.conditions import (
    ConditionEquals,
    ConditionIn,
    ConditionLessThanOrEqualTo,
    ConditionNot,
    ConditionOr,
)
from sagemaker.workflow.emr_step import EMRStep, EMRStepConfig
from sagemaker.workflow.endpoint_step import EndpointConfigStep, EndpointStep
from sagemaker.workflow.fail_step import FailStep
from sagemaker.workflow.functions import Join
from sagemaker.workflow.lambda_step import LambdaOutput, LambdaOutputTypeEnum, LambdaStep
from sagemaker.workflow.model_step import ModelStep
from sagemaker.workflow.monitor_batch_transform_step import MonitorBatchTransformStep
from sagemaker.workflow.parameters import ParameterFloat, ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.quality_check_step import (
    DataQualityCheckConfig,
    ModelQualityCheckConfig,
    QualityCheckStep,
)
from sagemaker.workflow.retry import StepExceptionTypeEnum, StepRetryPolicy
from sagemaker.workflow.steps import CacheConfig, TransformStep

VALUES = json.loads(Path(sys.argv[1]).read_text())
ROLE, IMAGE, MODEL = VALUES["role"], VALUES["image"], VALUES["model"]
DATA, OUTPUT = VALUES["data"], VALUES["output"]
UPLOADED: dict[str, object] = {}


def keep(local_path: str, desired_s3_uri: str, **_more: object) -> str:
    """Keep what would be uploaded."""
    UPLOADED[desired_s3_uri] = json.loads(Path(local_path).read_text())
    return desired_s3_uri


def keep_text(body: str, desired_s3_uri: str, **_more: object) -> str:
    """Keep a text that would be uploaded."""
    UPLOADED[desired_s3_uri] = json.loads(body)
    return desired_s3_uri


s3.S3Uploader.upload = staticmethod(keep)
s3.S3Uploader.upload_string_as_file_body = staticmethod(keep_text)
SESSION = PipelineSession(default_bucket="acme-mlops-assets")
SESSION.default_bucket = lambda: "acme-mlops-assets"  # it would ask S3 whether it is there
INPUT = ParameterString("input_data", default_value=DATA)
LIMIT = ParameterFloat("limit", default_value=6.0)
JOB = CheckJobConfig(
    role=ROLE,
    instance_count=1,
    instance_type="ml.c5.xlarge",
    volume_size_in_gb=120,
    sagemaker_session=SESSION,
)
SUPPLIED = {
    "supplied_baseline_statistics": f"{DATA}statistics.json",
    "supplied_baseline_constraints": f"{DATA}constraints.json",
}
BIAS = BiasConfig(
    label_values_or_threshold=[15],
    facet_name=["sex", "length"],
    facet_values_or_threshold=[["F"], [0.5]],
)
ASKED = ModelConfig(
    model_name="abalone", instance_type="ml.m5.large", instance_count=1, accept_type="text/csv"
)


def model() -> Model:
    """Give a model of one container."""
    return Model(
        image_uri=IMAGE,
        model_data=MODEL,
        role=ROLE,
        sagemaker_session=SESSION,
        env={"LEVEL": "info"},
    )


def clarify_data(name: str) -> DataConfig:
    """Give the data of a check."""
    return DataConfig(
        s3_data_input_path=INPUT,
        s3_output_path=f"{OUTPUT}/{name}",
        s3_analysis_config_output_path=f"{OUTPUT}/{name}/config",
        label="rings",
        headers=["rings", "length", "sex"],
        dataset_type="text/csv",
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


def create_sequence():
    models = [
        Model(image_uri=IMAGE, model_data=MODEL, role=ROLE, sagemaker_session=SESSION, env={"N": n})
        for n in "12"
    ]
    sequence = PipelineModel(models=models, role=ROLE, sagemaker_session=SESSION)
    return [ModelStep(name="create", step_args=sequence.create("ml.m5.large"))]


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


def transformer() -> Transformer:
    """Give a batch transform."""
    return Transformer(
        model_name=ParameterString("model", default_value="abalone"),
        instance_count=1,
        instance_type="ml.m5.large",
        output_path=OUTPUT,
        accept="text/csv",
        assemble_with="Line",
        sagemaker_session=SESSION,
    )


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


def data_quality():
    about = DataQualityCheckConfig(
        baseline_dataset=INPUT,
        dataset_format=DatasetFormat.csv(header=True, output_columns_position="START"),
        output_s3_uri=OUTPUT,
    )
    return [
        QualityCheckStep(
            name="quality",
            quality_check_config=about,
            check_job_config=JOB,
            skip_check=False,
            register_new_baseline=True,
            model_package_group_name="abalone",
        )
    ]


def model_quality():
    about = ModelQualityCheckConfig(
        baseline_dataset=INPUT,
        dataset_format=DatasetFormat.csv(header=True, output_columns_position="START"),
        output_s3_uri=OUTPUT,
        problem_type="BinaryClassification",
        probability_attribute="0",
        probability_threshold_attribute="0.5",
        ground_truth_attribute="label",
    )
    return [
        QualityCheckStep(
            name="quality",
            quality_check_config=about,
            check_job_config=JOB,
            skip_check=False,
            register_new_baseline=False,
            fail_on_violation=False,
            **SUPPLIED,
        )
    ]


def check_by_clarify(about):
    """Give a check by Clarify."""
    return [
        ClarifyCheckStep(
            name="check",
            clarify_check_config=about,
            check_job_config=JOB,
            skip_check=True,
            register_new_baseline=True,
        )
    ]


def data_bias():
    return check_by_clarify(
        DataBiasCheckConfig(
            data_config=clarify_data("check"), data_bias_config=BIAS, methods=["CI"]
        )
    )


def model_bias():
    return check_by_clarify(
        ModelBiasCheckConfig(
            data_config=clarify_data("check"),
            data_bias_config=BIAS,
            model_config=ASKED,
            model_predicted_label_config=ModelPredictedLabelConfig(probability_threshold=0.8),
        )
    )


def explainability():
    return check_by_clarify(
        ModelExplainabilityCheckConfig(
            data_config=clarify_data("check"),
            model_config=ASKED,
            explainability_config=SHAPConfig(
                baseline=[[0.5, 1]], num_samples=100, agg_method="mean_abs"
            ),
        )
    )


def monitor_batch_transform():
    about = DataQualityCheckConfig(
        baseline_dataset=INPUT,
        dataset_format=DatasetFormat.csv(header=True, output_columns_position="START"),
        output_s3_uri=OUTPUT,
    )
    return [
        MonitorBatchTransformStep(
            name="watched",
            transform_step_args=transformer().transform(data=INPUT, content_type="text/csv"),
            monitor_configuration=about,
            check_job_configuration=JOB,
            monitor_before_transform=True,
            **SUPPLIED,
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


CASES = [
    create_model, create_sequence, register_model, transform, condition, callback, call,
    data_quality, model_quality, data_bias, model_bias, explainability,
    monitor_batch_transform, emr_running, emr_new, deploy,
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
    print("RESULT" + json.dumps({case.__name__: compiled(case) for case in CASES}))
