"""What SageMaker's scikit-learn image asks an endpoint's code for."""

from pathlib import Path

import joblib


def model_fn(model_dir: str) -> object:
    """Load the model that `train.py` left."""
    return joblib.load(Path(model_dir) / "model.joblib")
