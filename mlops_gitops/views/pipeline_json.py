"""Executions of SageMaker pipelines as JSON."""

from mlops_gitops.runs.pipeline_execution import PipelineExecution, PipelineStep
from mlops_gitops.views.values_json import values_json


def report_json(
    execution: PipelineExecution, steps: tuple[PipelineStep, ...], pipeline: str, stage: str
) -> str:
    """Write an execution and its steps, as `schemas/output/pipeline-steps.json` says."""
    return values_json(
        pipeline=pipeline,
        stage=stage,
        execution={
            "arn": execution.arn,
            "id": execution.id,
            "status": execution.status,
            "reason": execution.reason,
            "started_at": execution.started_at,
        },
        steps=[
            {
                "name": step.name,
                "status": step.status,
                "reason": step.reason,
                "started_at": step.started_at,
                "ended_at": step.ended_at,
                "job": step.job,
                "job_name": step.job_name,
                "attempts": step.attempts,
                "cached_from": step.cached_from,
                "outcome": step.outcome,
                "description": step.description,
            }
            for step in steps
        ],
    )
