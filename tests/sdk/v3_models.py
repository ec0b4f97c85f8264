"""Models, batch transforms and checks, compiled by version 3 of the SageMaker Python SDK.

Cases of `v3.py`, which says what they share.
"""

import json
from pathlib import Path

from sagemaker.core import s3
from sagemaker.core.clarify import (
    BiasConfig,
    DataConfig,
    ModelConfig,
    ModelPredictedLabelConfig,
    SHAPConfig,
)
from sagemaker.core.model_metrics import MetricsSource, ModelMetrics
from sagemaker.core.model_monitor.dataset_format import DatasetFormat
from sagemaker.core.resources import Model
from sagemaker.core.shapes import ContainerDefinition
from sagemaker.core.transformer import Transformer
from sagemaker.core.workflow.parameters import ParameterString
from sagemaker.mlops.workflow.check_job_config import CheckJobConfig
from sagemaker.mlops.workflow.clarify_check_step import (
    ClarifyCheckStep,
    DataBiasCheckConfig,
    ModelBiasCheckConfig,
    ModelExplainabilityCheckConfig,
)
from sagemaker.mlops.workflow.model_step import ModelStep
from sagemaker.mlops.workflow.monitor_batch_transform_step import MonitorBatchTransformStep
from sagemaker.mlops.workflow.quality_check_step import (
    DataQualityCheckConfig,
    ModelQualityCheckConfig,
    QualityCheckStep,
)
from sagemaker.mlops.workflow.retry import StepExceptionTypeEnum, StepRetryPolicy
from sagemaker.mlops.workflow.steps import CacheConfig, TransformStep
from sagemaker.serve import ModelBuilder
from v3_shared import DATA, IMAGE, INPUT, MODEL, OUTPUT, ROLE, SESSION

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
JOB = CheckJobConfig(
    role=ROLE,
    instance_count=1,
    instance_type="ml.c5.xlarge",
    volume_size_in_gb=120,
    max_runtime_in_seconds=7200,
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
DATASET = {
    "baseline_dataset": INPUT,
    "dataset_format": DatasetFormat.csv(header=True, output_columns_position="START"),
    "output_s3_uri": OUTPUT,
}


def builder() -> ModelBuilder:
    """Give what makes a model of one container."""
    return ModelBuilder(
        image_uri=IMAGE,
        s3_model_data_url=MODEL,
        role_arn=ROLE,
        env_vars={"LEVEL": "info"},
        sagemaker_session=SESSION,
    )


def create_model():
    retry = StepRetryPolicy(
        exception_types=[StepExceptionTypeEnum.THROTTLING],
        interval_seconds=30,
        backoff_rate=2.0,
        max_attempts=3,
    )
    return [ModelStep(name="create", step_args=builder().build(), retry_policies=[retry])]


def sequence() -> ModelBuilder:
    """Give what makes a model of two containers."""
    models = [
        Model(
            model_name=f"part-{n}",
            primary_container=ContainerDefinition(
                image=IMAGE, model_data_url=MODEL, environment={"N": n}
            ),
        )
        for n in "12"
    ]
    return ModelBuilder(model=models, role_arn=ROLE, sagemaker_session=SESSION)


def create_sequence():
    return [ModelStep(name="create", step_args=sequence().build())]


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
    arguments = builder().register(
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
        base_transform_job_name="score",
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


def data_quality():
    return [
        QualityCheckStep(
            name="quality",
            quality_check_config=DataQualityCheckConfig(**DATASET),
            check_job_config=JOB,
            skip_check=False,
            register_new_baseline=True,
            model_package_group_name="abalone",
        )
    ]


def model_quality():
    about = ModelQualityCheckConfig(
        **DATASET,
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


def check_by_clarify(kind, **about):
    """Give a check by Clarify."""
    data = DataConfig(
        s3_data_input_path=INPUT,
        s3_output_path=f"{OUTPUT}/check",
        s3_analysis_config_output_path=f"{OUTPUT}/check/config",
        label="rings",
        headers=["rings", "length", "sex"],
        dataset_type="text/csv",
    )
    return [
        ClarifyCheckStep(
            name="check",
            clarify_check_config=kind(data_config=data, **about),
            check_job_config=JOB,
            skip_check=True,
            register_new_baseline=True,
        )
    ]


def data_bias():
    return check_by_clarify(DataBiasCheckConfig, data_bias_config=BIAS, methods=["CI"])


def model_bias():
    return check_by_clarify(
        ModelBiasCheckConfig,
        data_bias_config=BIAS,
        model_config=ASKED,
        model_predicted_label_config=ModelPredictedLabelConfig(probability_threshold=0.8),
    )


def explainability():
    shap = SHAPConfig(baseline=[[0.5, 1]], num_samples=100, agg_method="mean_abs")
    return check_by_clarify(
        ModelExplainabilityCheckConfig, model_config=ASKED, explainability_config=shap
    )


def monitor_batch_transform():
    whole = MonitorBatchTransformStep(
        name="watched",
        transform_step_args=transformer().transform(data=INPUT, content_type="text/csv"),
        monitor_configuration=DataQualityCheckConfig(**DATASET),
        check_job_configuration=JOB,
        monitor_before_transform=True,
        **SUPPLIED,
    )
    return whole.steps  # a pipeline takes no collection of steps any more


CASES = [
    create_model, create_sequence, register_model, register_sequence, transform, data_quality,
    model_quality, data_bias, model_bias, explainability, monitor_batch_transform,
]  # fmt: skip
