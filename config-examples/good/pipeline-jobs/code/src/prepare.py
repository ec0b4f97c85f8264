"""Prepares data."""

import sys
from pathlib import Path

Path("/opt/ml/processing/output/train/arguments.txt").write_text(" ".join(sys.argv[1:]))
