"""Hubs: what the document of a model in SageMaker's public hub says about training it.

Source of the members: the document's schema, "Hub content schema", version 2.x, as the SageMaker
SDK reads it.
"""

from collections.abc import Mapping
from typing import Any

from mlops_gitops.definitions.pipeline.lock import LockedModel

_VOLUME = 30


class NotTrainable(ValueError):
    """A model cannot be trained; the message says why."""


def locked_model(document: Mapping[str, Any]) -> LockedModel:
    """Take what a training job needs from a model's document.

    Raises:
        NotTrainable: the model is for inference alone.
    """
    image = document.get("TrainingEcrUri")
    if not image or document.get("TrainingSupported") is False:
        raise NotTrainable("it can be deployed, and not be trained")
    parameters = document.get("Hyperparameters") or ()
    metrics = document.get("TrainingMetrics") or ()
    return LockedModel(
        image_uri=image,
        artifact_uri=document.get("TrainingArtifactUri") or "",
        script_uri=document.get("TrainingScriptUri") or "",
        data_uri=document.get("DefaultTrainingDatasetUri") or "",
        hyperparameters={
            each["Name"]: _text(each["Default"]) for each in parameters if "Default" in each
        },
        metrics={each["Name"]: each["Regex"] for each in metrics},
        instance_type=document.get("DefaultTrainingInstanceType") or "",
        volume_size_gb=document.get("TrainingVolumeSize") or _VOLUME,
        gated=bool(document.get("GatedBucket")),
        isolated=bool(document.get("TrainingEnableNetworkIsolation")),
    )


def _text(value: Any) -> str:
    """Spell a default as hyperparameters are: texts."""
    return str(value).lower() if isinstance(value, bool) else str(value)
