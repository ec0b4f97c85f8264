"""The parts of SageMaker that are ours; what none of them answers is moto's."""

from mlops_gitops.emulator.jobs.part import jobs
from mlops_gitops.emulator.pipelines.definitions import definitions
from mlops_gitops.emulator.pipelines.executions import executions
from mlops_gitops.emulator.sagemaker.feature_groups import feature_groups
from mlops_gitops.emulator.sagemaker.job_definitions import job_definitions
from mlops_gitops.emulator.sagemaker.model_card_exports import model_card_exports
from mlops_gitops.emulator.sagemaker.model_cards import model_cards
from mlops_gitops.emulator.sagemaker.monitoring_schedules import monitoring_schedules
from mlops_gitops.emulator.sagemaker.plug import Part
from mlops_gitops.emulator.sagemaker.tags import tags

PARTS: tuple[Part, ...] = (
    feature_groups,
    job_definitions,
    jobs,
    monitoring_schedules,
    model_cards,
    model_card_exports,
    definitions,
    executions,
    tags,
)
