"""The pipeline, made with version 3 of the SageMaker Python SDK."""

from pathlib import Path

import boto3
from sagemaker.core.processing import ScriptProcessor
from sagemaker.core.shapes import (
    ProcessingInput,
    ProcessingOutput,
    ProcessingS3Input,
    ProcessingS3Output,
)
from sagemaker.core.workflow.parameters import ParameterString
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.mlops.workflow.pipeline import Pipeline
from sagemaker.mlops.workflow.steps import ProcessingStep, TrainingStep
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import Compute, InputData, SourceCode

HERE = Path(__file__).resolve().parent
IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"


def get_pipeline(
    region,
    role,
    default_bucket,
    pipeline_name,
    base_job_prefix,
    input_data,
    training_instance_type,
):
    """Prepare and train."""
    session = PipelineSession(boto3.Session(region_name=region), default_bucket=default_bucket)
    data = ParameterString(name="InputData", default_value=input_data)
    processor = ScriptProcessor(
        image_uri=IMAGE,
        command=["python3"],
        instance_type="ml.m5.large",
        instance_count=1,
        role=role,
        sagemaker_session=session,
    )
    prepare = ProcessingStep(
        name="Prepare",
        step_args=processor.run(
            code=str(HERE / "prepare.py"),
            inputs=[
                ProcessingInput(
                    input_name="data",
                    s3_input=ProcessingS3Input(
                        s3_uri=data,
                        local_path="/opt/ml/processing/input",
                        s3_data_type="S3Prefix",
                        s3_input_mode="File",
                    ),
                )
            ],
            outputs=[
                ProcessingOutput(
                    output_name="train",
                    s3_output=ProcessingS3Output(
                        s3_uri="",
                        local_path="/opt/ml/processing/train",
                        s3_upload_mode="EndOfJob",
                    ),
                )
            ],
        ),
    )
    trainer = ModelTrainer(
        training_image=IMAGE,
        source_code=SourceCode(source_dir=str(HERE / "src"), entry_script="train.py"),
        compute=Compute(instance_type=training_instance_type, instance_count=1),
        base_job_name=base_job_prefix,
        role=role,
        sagemaker_session=session,
    )
    prepared = prepare.properties.ProcessingOutputConfig.Outputs["train"].S3Output.S3Uri
    train = TrainingStep(
        name="Train",
        step_args=trainer.train([InputData(channel_name="train", data_source=prepared)]),
    )
    return Pipeline(
        name=pipeline_name, parameters=[data], steps=[prepare, train], sagemaker_session=session
    )
