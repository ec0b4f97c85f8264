"""MG057: A pipeline type runs something, and CodePipeline cannot do that in China.

Training, batch inference, monitors' baselines and image builds are started by an action of
CodePipeline that runs a state machine and waits for it. CodePipeline has no such action in the
regions of China, so a deployment there would fail in its first stage.

Source: "Step Functions action reference", CodePipeline user guide.

Wrong:
    region: cn-north-1, and a config of type model_training_builtin

Right:
    region: us-east-1, or a type that runs nothing, such as byom_realtime_builtin
"""

from collections.abc import Iterator

from mlops_gitops.config.arn import partition_of
from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.problems import Problem


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse types with a Run action in the partition aws-cn."""
    region = draft.settings.region
    if draft.type.runs and partition_of(region) == "aws-cn":
        name = quoted(draft.type.name)
        message = f"{name} runs a state machine, which CodePipeline cannot do in {region}."
        hint = "Deploy it from a region outside of China."
        yield draft.at(Said("MG057", message, hint), "pipeline_type")
