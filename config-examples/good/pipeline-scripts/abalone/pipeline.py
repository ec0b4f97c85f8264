"""The pipeline, made with version 2 of the SageMaker Python SDK."""

from pathlib import Path

import boto3
from sagemaker.inputs import TrainingInput
from sagemaker.processing import ProcessingInput, ProcessingOutput
from sagemaker.sklearn.estimator import SKLearn
from sagemaker.sklearn.processing import SKLearnProcessor
from sagemaker.workflow.condition_step import ConditionStep
from sagemaker.workflow.conditions import ConditionLessThanOrEqualTo
from sagemaker.workflow.fail_step import FailStep
from sagemaker.workflow.functions import Join, JsonGet
from sagemaker.workflow.parameters import ParameterFloat, ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.properties import PropertyFile
from sagemaker.workflow.steps import ProcessingStep, TrainingStep

HERE = Path(__file__).resolve().parent
VERSION = "1.2-1"


def get_pipeline(
    region,
    role,
    default_bucket,
    pipeline_name,
    input_data,
    training_instance_type,
):
    """Prepare, train, evaluate; stop where the error is too large."""
    session = PipelineSession(boto3.Session(region_name=region), default_bucket=default_bucket)
    data = ParameterString(name="InputData", default_value=input_data)
    limit = ParameterFloat(name="MaxError", default_value=6.0)
    processor = SKLearnProcessor(
        framework_version=VERSION,
        instance_type="ml.m5.large",
        instance_count=1,
        role=role,
        sagemaker_session=session,
    )
    prepare = ProcessingStep(
        name="Prepare",
        step_args=processor.run(
            code=str(HERE / "prepare.py"),
            inputs=[ProcessingInput(source=data, destination="/opt/ml/processing/input")],
            outputs=[ProcessingOutput(output_name="train", source="/opt/ml/processing/train")],
        ),
    )
    prepared = prepare.properties.ProcessingOutputConfig.Outputs["train"].S3Output.S3Uri
    estimator = SKLearn(
        entry_point="train.py",
        source_dir=str(HERE / "src"),
        framework_version=VERSION,
        instance_type=training_instance_type,
        role=role,
        sagemaker_session=session,
    )
    train = TrainingStep(name="Train", step_args=estimator.fit({"train": TrainingInput(prepared)}))
    report = PropertyFile(name="Report", output_name="report", path="report.json")
    evaluate = ProcessingStep(
        name="Evaluate",
        step_args=processor.run(
            code=str(HERE / "evaluate.py"),
            inputs=[
                ProcessingInput(
                    source=train.properties.ModelArtifacts.S3ModelArtifacts,
                    destination="/opt/ml/processing/model",
                )
            ],
            outputs=[ProcessingOutput(output_name="report", source="/opt/ml/processing/report")],
        ),
        property_files=[report],
    )
    error = JsonGet(step_name=evaluate.name, property_file=report, json_path="rmse")
    stop = FailStep(
        name="Stop", error_message=Join(on=" ", values=["The error is larger than", limit])
    )
    gate = ConditionStep(
        name="Gate",
        conditions=[ConditionLessThanOrEqualTo(left=error, right=limit)],
        if_steps=[],
        else_steps=[stop],
    )
    return Pipeline(
        name=pipeline_name,
        parameters=[data, limit],
        steps=[prepare, train, evaluate, gate],
        sagemaker_session=session,
    )
