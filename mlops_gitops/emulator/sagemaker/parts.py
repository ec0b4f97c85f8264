"""The parts of SageMaker that are ours; what none of them answers is moto's."""

from mlops_gitops.emulator.sagemaker.plug import Part
from mlops_gitops.emulator.sagemaker.tags import tags

PARTS: tuple[Part, ...] = (tags,)
