"""Steps that run jobs, as version 3 of the SageMaker Python SDK writes them; a script of ours."""

import boto3
from sagemaker.core.parameter import CategoricalParameter, ContinuousParameter, IntegerParameter
from sagemaker.core.processing import Processor
from sagemaker.core.shapes import (
    OutputDataConfig,
    ProcessingInput,
    ProcessingOutput,
    ProcessingS3Input,
    ProcessingS3Output,
    StoppingCondition,
)
from sagemaker.core.workflow.parameters import ParameterString
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.core.workflow.properties import PropertyFile
from sagemaker.mlops.workflow.pipeline import Pipeline
from sagemaker.mlops.workflow.steps import CacheConfig, ProcessingStep, TrainingStep, TuningStep
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import Compute, InputData
from sagemaker.train.tuner import HyperparameterTuner


def processed(session, role, where, image, output):
    """Make the step that prepares data."""
    processor = Processor(
        image_uri=image,
        entrypoint=["python3", "/opt/prepare.py"],
        instance_type="ml.m5.large",
        instance_count=2,
        volume_size_in_gb=40,
        max_runtime_in_seconds=3600,
        env={"LEVEL": "info"},
        role=role,
        sagemaker_session=session,
    )
    raw = ProcessingS3Input(
        s3_uri=where,
        local_path="/opt/ml/processing/input/raw",
        s3_data_type="S3Prefix",
        s3_input_mode="File",
        s3_data_distribution_type="FullyReplicated",
        s3_compression_type="None",
    )
    made = ProcessingS3Output(
        s3_uri=f"{output}/train",
        local_path="/opt/ml/processing/output/train",
        s3_upload_mode="EndOfJob",
    )
    return ProcessingStep(
        name="prepare",
        step_args=processor.run(
            inputs=[ProcessingInput(input_name="raw", s3_input=raw)],
            outputs=[ProcessingOutput(output_name="train", s3_output=made)],
            arguments=["--share", "0.2"],
        ),
        property_files=[PropertyFile(name="report", output_name="train", path="report.json")],
        cache_config=CacheConfig(enable_caching=True, expire_after="P30D"),
    )


def trained(session, role, image, output):
    """Give what trains."""
    return ModelTrainer(
        training_image=image,
        training_input_mode="File",
        compute=Compute(instance_type="ml.m5.xlarge", instance_count=1, volume_size_in_gb=30),
        stopping_condition=StoppingCondition(max_runtime_in_seconds=3600),
        output_data_config=OutputDataConfig(s3_output_path=output),
        hyperparameters={"rounds": "50"},
        environment={"LEVEL": "info"},
        base_job_name="jobs",
        role=role,
        sagemaker_session=session,
    )


def tuned(trainer, channels):
    """Make the step that searches."""
    tuner = HyperparameterTuner(
        trainer,
        objective_metric_name="rmse",
        objective_type="Minimize",
        metric_definitions=[{"Name": "rmse", "Regex": "rmse=([0-9.]+)"}],
        hyperparameter_ranges={
            "eta": ContinuousParameter(0.1, 0.5),
            "depth": IntegerParameter(3, 10),
            "booster": CategoricalParameter(["gbtree", "dart"]),
        },
        strategy="Random",
        max_jobs=4,
        max_parallel_jobs=2,
        early_stopping_type="Auto",
    )
    return TuningStep(name="tune", step_args=tuner.tune(channels))


def get_pipeline(region, role, default_bucket, image, data, output):
    """Make one step of each kind, every value given."""
    session = PipelineSession(boto3.Session(region_name=region), default_bucket=default_bucket)
    where = ParameterString(name="input_data", default_value=data)
    prepare = processed(session, role, where, image, output)
    trainer = trained(session, role, image, output)
    channels = [
        InputData(channel_name="train", data_source=where, content_type="text/csv"),
        InputData(channel_name="validation", data_source=data, content_type="text/csv"),
    ]
    train = TrainingStep(name="train", step_args=trainer.train(channels), depends_on=["prepare"])
    tune = tuned(trainer, channels)
    return Pipeline(
        name="jobs", parameters=[where], steps=[prepare, train, tune], sagemaker_session=session
    )
