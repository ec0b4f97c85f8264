"""Scripts whose pipelines the SDK cannot build alike each time; see `test_scripts`."""

REFUSED = {
    "a function step": (
        "v2",
        """
from sagemaker.workflow.function_step import step
from sagemaker.workflow.pipeline import Pipeline

@step(name="count", instance_type="ml.m5.large", image_uri="a/b:1")
def count():
    return 1

def get_pipeline(pipeline_name, role):
    return Pipeline(name=pipeline_name, steps=[count()])
""",
        ("MG386", "MG387", "MG383"),
    ),
    "a function step of version 3": (
        "v3",
        """
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.mlops.workflow.function_step import step
from sagemaker.mlops.workflow.pipeline import Pipeline

@step(name="count", instance_type="ml.m5.large", image_uri="a/b:1")
def count():
    return 1

def get_pipeline(pipeline_name, role):
    return Pipeline(name=pipeline_name, steps=[count()], sagemaker_session=PipelineSession())
""",
        ("MG386", "MG387", "MG383"),
    ),
    "a notebook job": (
        "v2",
        """
from sagemaker.workflow.notebook_job_step import NotebookJobStep
from sagemaker.workflow.pipeline import Pipeline

def get_pipeline(pipeline_name, role):
    job = NotebookJobStep(name="report", input_notebook="f.ipynb", image_uri="a/b:1",
                          kernel_name="python3", role=role, s3_root_uri="s3://bucket")
    return Pipeline(name=pipeline_name, steps=[job])
""",
        ("MG386", "MG387", "MG383"),
    ),
    "a notebook job of version 3": (
        "v3",
        """
from sagemaker.mlops.workflow.notebook_job_step import NotebookJobStep
from sagemaker.mlops.workflow.pipeline import Pipeline

def get_pipeline(pipeline_name, role):
    job = NotebookJobStep(name="report", input_notebook="f.ipynb", image_uri="a/b:1",
                          kernel_name="python3", role=role, s3_root_uri="s3://bucket")
    return Pipeline(name=pipeline_name, steps=[job])
""",
        ("MG386", "MG387", "MG383"),
    ),
    "a new Lambda function": (
        "v2",
        """
from sagemaker.lambda_helper import Lambda
from sagemaker.workflow.lambda_step import LambdaStep
from sagemaker.workflow.pipeline import Pipeline

def get_pipeline(pipeline_name, role):
    made = Lambda(function_name="n", execution_role_arn=role, script="f.py", handler="f.main")
    return Pipeline(name=pipeline_name, steps=[LambdaStep("call", lambda_func=made, inputs={})])
""",
        ("MG386",),
    ),
    "a model of JumpStart": (
        "v2",
        """
from sagemaker.jumpstart.estimator import JumpStartEstimator

def get_pipeline(role):
    JumpStartEstimator(model_id="huggingface-text2text-flan-t5-base", role=role)
""",
        ("MG386",),
    ),
    "a model of JumpStart of version 3": (
        "v3",
        """
from sagemaker.core.jumpstart.configs import JumpStartConfig
from sagemaker.train import ModelTrainer

def get_pipeline(role):
    model = JumpStartConfig(model_id="huggingface-text2text-flan-t5-base")
    ModelTrainer.from_jumpstart_config(jumpstart_config=model, role=role)
""",
        ("MG386",),
    ),
    "a script for version 2": (
        "v3",
        "from sagemaker.workflow.pipeline import Pipeline\n",
        ("MG382",),
    ),
}
