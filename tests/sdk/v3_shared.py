"""What the cases of version 3 share; `v3.py` and `v3_models.py` compile them."""

import json
import sys
from pathlib import Path

from sagemaker.core.helper.session_helper import Session
from sagemaker.core.workflow.parameters import ParameterFloat, ParameterString
from sagemaker.core.workflow.pipeline_context import PipelineSession

VALUES = json.loads(Path(sys.argv[1]).read_text())
ROLE, IMAGE, MODEL = VALUES["role"], VALUES["image"], VALUES["model"]
DATA, OUTPUT = VALUES["data"], VALUES["output"]
Session.default_bucket = lambda _self: "acme-mlops-assets"  # it would ask S3 whether it is there
SESSION = PipelineSession(default_bucket="acme-mlops-assets")
INPUT = ParameterString("input_data", default_value=DATA)
ITEMS = ParameterString("items", default_value="[1, 2]")
LIMIT = ParameterFloat("limit", default_value=6.0)
