"""Executions of SageMaker pipelines as JSON."""

from mlops_gitops.runs.pipeline_execution import PipelineExecution, PipelineStep
from mlops_gitops.views.values_json import values_json


def report_json(
    execution: PipelineExecution, steps: tuple[PipelineStep, ...], pipeline: str, stage: str
) -> str:
    """Write an execution and its steps, as `schemas/output/pipeline-steps.json` says."""
    return values_json(pipeline=pipeline, stage=stage, execution=execution, steps=steps)
