"""Steps that run jobs, as version 2 of the SageMaker Python SDK writes them; a script of ours."""

import boto3
from sagemaker.automl.automl import AutoML, AutoMLInput
from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput
from sagemaker.processing import ProcessingInput, ProcessingOutput, Processor
from sagemaker.tuner import (
    CategoricalParameter,
    ContinuousParameter,
    HyperparameterTuner,
    IntegerParameter,
)
from sagemaker.workflow.automl_step import AutoMLStep
from sagemaker.workflow.parameters import ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.properties import PropertyFile
from sagemaker.workflow.steps import CacheConfig, ProcessingStep, TrainingStep, TuningStep


def processed(own, where, image, output):
    """Make the step that prepares data."""
    processor = Processor(
        image_uri=image,
        entrypoint=["python3", "/opt/prepare.py"],
        instance_type="ml.m5.large",
        instance_count=2,
        volume_size_in_gb=40,
        max_runtime_in_seconds=3600,
        env={"LEVEL": "info"},
        **own,
    )
    return ProcessingStep(
        name="prepare",
        step_args=processor.run(
            inputs=[
                ProcessingInput(
                    input_name="raw", source=where, destination="/opt/ml/processing/input/raw"
                )
            ],
            outputs=[
                ProcessingOutput(
                    output_name="train",
                    source="/opt/ml/processing/output/train",
                    destination=f"{output}/train",
                )
            ],
            arguments=["--share", "0.2"],
        ),
        property_files=[PropertyFile(name="report", output_name="train", path="report.json")],
        cache_config=CacheConfig(enable_caching=True, expire_after="P30D"),
    )


def estimated(own, image, output):
    """Give what trains."""
    return Estimator(
        image_uri=image,
        instance_type="ml.m5.xlarge",
        instance_count=1,
        volume_size=30,
        max_run=3600,
        output_path=output,
        input_mode="File",
        hyperparameters={"rounds": "50"},
        environment={"LEVEL": "info"},
        disable_profiler=True,
        debugger_hook_config=False,
        **own,
    )


def tuned(estimator, channels):
    """Make the step that searches."""
    tuner = HyperparameterTuner(
        estimator,
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
    return TuningStep(name="tune", step_args=tuner.fit(channels))


def get_pipeline(region, role, default_bucket, image, data, output):
    """Make one step of each kind, every value given."""
    session = PipelineSession(boto3.Session(region_name=region), default_bucket=default_bucket)
    where = ParameterString(name="input_data", default_value=data)
    own = {"role": role, "sagemaker_session": session}
    prepare = processed(own, where, image, output)
    estimator = estimated(own, image, output)
    channels = {
        "train": TrainingInput(where, content_type="text/csv"),
        "validation": TrainingInput(data, content_type="text/csv"),
    }
    train = TrainingStep(name="train", step_args=estimator.fit(channels), depends_on=["prepare"])
    tune = tuned(estimator, channels)
    auto = AutoML(
        target_attribute_name="rings",
        mode="ENSEMBLING",
        problem_type="Regression",
        job_objective={"MetricName": "MSE"},
        max_candidates=5,
        output_path=output,
        **own,
    )
    inputs = [AutoMLInput(inputs=data, target_attribute_name="rings", channel_type="training")]
    best = AutoMLStep(name="auto", step_args=auto.fit(inputs))
    return Pipeline(
        name="jobs",
        parameters=[where],
        steps=[prepare, train, tune, best],
        sagemaker_session=session,
    )
