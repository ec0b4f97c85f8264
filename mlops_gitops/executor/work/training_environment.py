"""The variables of a training script, after ENVIRONMENT_VARIABLES.md of SageMaker's toolkit."""

import json
import os
from collections.abc import Mapping, Sequence

from mlops_gitops.executor.references import Json
from mlops_gitops.executor.work.desk import Desk, an_object, text

_HOST = "algo-1"


def training_environment(
    desk: Desk, channels: Sequence[str], parameters: Mapping[str, str]
) -> dict[str, str]:
    """Give a training job's variables; those that the request sets come last, and win.

    Args:
        desk: what the step has.
        channels: names of the channels of data.
        parameters: hyperparameters, without the quotes of the SDK.
    """
    own = {name: each for name, each in parameters.items() if not name.startswith("sagemaker_")}
    values: dict[str, Json] = {name: _value(each) for name, each in own.items()}
    found = {
        "TRAINING_JOB_NAME": desk.job,
        "TRAINING_JOB_ARN": desk.arn("training-job", desk.job),
        "SM_MODEL_DIR": "/opt/ml/model",
        "SM_INPUT_DIR": "/opt/ml/input",
        "SM_INPUT_CONFIG_DIR": "/opt/ml/input/config",
        "SM_OUTPUT_DIR": "/opt/ml/output",
        "SM_OUTPUT_DATA_DIR": "/opt/ml/output/data",
        "SM_OUTPUT_INTERMEDIATE_DIR": "/opt/ml/output/intermediate",
        "SM_CHANNELS": json.dumps(sorted(channels)),
        "SM_HPS": json.dumps(values),
        "SM_HOSTS": json.dumps([_HOST]),
        "SM_CURRENT_HOST": _HOST,
        "SM_NETWORK_INTERFACE_NAME": "lo",
        "SM_NUM_GPUS": "0",
        "SM_NUM_CPUS": str(os.cpu_count() or 1),
        "SM_MODULE_DIR": parameters.get("sagemaker_submit_directory", ""),
        "SM_USER_ENTRY_POINT": parameters.get("sagemaker_program", ""),
    }
    found |= {f"SM_CHANNEL_{_upper(name)}": f"/opt/ml/input/data/{name}" for name in channels}
    found |= {f"SM_HP_{_upper(name)}": value for name, value in own.items()}
    asked = an_object(desk.arguments.get("Environment"))
    return found | {name: text(value) for name, value in asked.items()}


def _upper(name: str) -> str:
    return name.upper().replace("-", "_")


def _value(given: str) -> Json:
    try:
        value: Json = json.loads(given)
    except ValueError:
        return given
    return value
