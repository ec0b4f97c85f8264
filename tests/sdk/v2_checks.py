"""Checks of data and models, compiled by version 2 of the SageMaker Python SDK.

Cases of `v2.py`, which says what they share.
"""

from sagemaker.clarify import (
    BiasConfig,
    DataConfig,
    ModelConfig,
    ModelPredictedLabelConfig,
    SHAPConfig,
)
from sagemaker.model_monitor.dataset_format import DatasetFormat
from sagemaker.workflow.check_job_config import CheckJobConfig
from sagemaker.workflow.clarify_check_step import (
    ClarifyCheckStep,
    DataBiasCheckConfig,
    ModelBiasCheckConfig,
    ModelExplainabilityCheckConfig,
)
from sagemaker.workflow.monitor_batch_transform_step import MonitorBatchTransformStep
from sagemaker.workflow.quality_check_step import (
    DataQualityCheckConfig,
    ModelQualityCheckConfig,
    QualityCheckStep,
)
from v2_shared import DATA, INPUT, OUTPUT, ROLE, SESSION, transformer

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


CASES = [
    data_quality, model_quality, data_bias, model_bias, explainability, monitor_batch_transform,
]  # fmt: skip
