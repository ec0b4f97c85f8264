"""Says how far the model is off, on rows that it has never seen."""

import argparse
import json
import tarfile
import tempfile
from pathlib import Path

import joblib
import numpy as np
from sklearn.metrics import mean_squared_error


def load(folder: Path) -> object:
    """Unpack the model as the training job left it."""
    with tempfile.TemporaryDirectory() as place:
        with tarfile.open(str(folder / "model.tar.gz")) as archive:
            archive.extract("model.joblib", place)
        return joblib.load(Path(place) / "model.joblib")


def main(model: Path, test: Path, out: Path) -> None:
    """Write `evaluation.json`, in the form that the model registry shows."""
    rows = np.loadtxt(str(test / "test.csv"), delimiter=",", ndmin=2)
    errors = rows[:, 0] - load(model).predict(rows[:, 1:])
    rmse = mean_squared_error(errors, np.zeros_like(errors)) ** 0.5
    report = {
        "regression_metrics": {
            "rmse": {"value": round(float(rmse), 4), "standard_deviation": float(errors.std())}
        }
    }
    out.mkdir(parents=True, exist_ok=True)
    (out / "evaluation.json").write_text(json.dumps(report), encoding="utf-8")
    print(f"rmse {rmse:.4f} on {len(rows)} rows")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    for name in ("model", "test", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    given = parser.parse_args()
    main(given.model, given.test, given.out)
