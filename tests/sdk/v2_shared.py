"""What the cases of version 2 share; `v2.py` and `v2_checks.py` compile them."""

import json
import sys
from pathlib import Path

from sagemaker import s3
from sagemaker.transformer import Transformer
from sagemaker.workflow.parameters import ParameterFloat, ParameterString
from sagemaker.workflow.pipeline_context import PipelineSession

VALUES = json.loads(Path(sys.argv[1]).read_text())
ROLE, IMAGE, MODEL = VALUES["role"], VALUES["image"], VALUES["model"]
DATA, OUTPUT = VALUES["data"], VALUES["output"]
UPLOADED: dict[str, object] = {}


def keep(local_path: str, desired_s3_uri: str, **_more: object) -> str:
    """Keep what would be uploaded."""
    UPLOADED[desired_s3_uri] = json.loads(Path(local_path).read_text())
    return desired_s3_uri


def keep_text(body: str, desired_s3_uri: str, **_more: object) -> str:
    """Keep a text that would be uploaded."""
    UPLOADED[desired_s3_uri] = json.loads(body)
    return desired_s3_uri


s3.S3Uploader.upload = staticmethod(keep)
s3.S3Uploader.upload_string_as_file_body = staticmethod(keep_text)
SESSION = PipelineSession(default_bucket="acme-mlops-assets")
SESSION.default_bucket = lambda: "acme-mlops-assets"  # it would ask S3 whether it is there
INPUT = ParameterString("input_data", default_value=DATA)
LIMIT = ParameterFloat("limit", default_value=6.0)


def transformer() -> Transformer:
    """Give a batch transform."""
    return Transformer(
        model_name=ParameterString("model", default_value="abalone"),
        instance_count=1,
        instance_type="ml.m5.large",
        output_path=OUTPUT,
        accept="text/csv",
        assemble_with="Line",
        sagemaker_session=SESSION,
    )
