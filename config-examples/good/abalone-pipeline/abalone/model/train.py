"""Trains a forest that tells a shellfish's rings from its measurements."""

import argparse
import os
import shutil
from pathlib import Path

import joblib
import numpy as np
from sklearn.ensemble import RandomForestRegressor
from sklearn.metrics import mean_squared_error


def table(folder: str) -> "tuple[np.ndarray, np.ndarray]":
    """Read the tables of a channel: measurements, and rings."""
    files = sorted(Path(folder).glob("*.csv"))
    rows = np.vstack([np.loadtxt(file, delimiter=",", ndmin=2) for file in files])
    return rows[:, 1:], rows[:, 0]


def main(trees: int, depth: int, train: str, validation: str, model_dir: Path) -> None:
    """Fit, say how good it is, and leave the model together with the code that serves it."""
    forest = RandomForestRegressor(n_estimators=trees, max_depth=depth, random_state=0)
    forest.fit(*table(train))
    measured, rings = table(validation)
    rmse = mean_squared_error(rings, forest.predict(measured)) ** 0.5
    print(f"validation:rmse={rmse:.4f};")
    joblib.dump(forest, model_dir / "model.joblib")
    code = model_dir / "code"
    code.mkdir(exist_ok=True)
    shutil.copy(Path(__file__).with_name("inference.py"), code)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--trees", type=int, default=60)
    parser.add_argument("--depth", type=int, default=8)
    parser.add_argument("--train", default=os.environ.get("SM_CHANNEL_TRAIN"))
    parser.add_argument("--validation", default=os.environ.get("SM_CHANNEL_VALIDATION"))
    parser.add_argument("--model-dir", type=Path, default=os.environ.get("SM_MODEL_DIR"))
    given, _ = parser.parse_known_args()
    main(given.trees, given.depth, given.train, given.validation, given.model_dir)
