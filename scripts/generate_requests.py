"""Write mlops_gitops/definitions/data/requests.json: what the jobs of pipeline steps are asked.

The facts are botocore's API models: the request that each type of step makes, without the members
that SageMaker fills itself, and what its job is described as, which steps may refer to.
"""

import json
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import botocore.session

TARGET = Path(__file__).parents[1] / "mlops_gitops" / "definitions" / "data" / "requests.json"

REQUESTS = {
    "AutoML": ("sagemaker", "CreateAutoMLJob", ["AutoMLJobName"]),
    "Endpoint": ("sagemaker", "CreateEndpoint", []),
    "EndpointConfig": ("sagemaker", "CreateEndpointConfig", []),
    "InferenceComponent": ("sagemaker", "CreateInferenceComponent", []),
    "Model": ("sagemaker", "CreateModel", ["ModelName"]),
    "Processing": ("sagemaker", "CreateProcessingJob", ["ProcessingJobName"]),
    "ClarifyCheck": ("sagemaker", "CreateProcessingJob", ["ProcessingJobName"]),
    "QualityCheck": ("sagemaker", "CreateProcessingJob", ["ProcessingJobName"]),
    "RegisterModel": ("sagemaker", "CreateModelPackage", []),
    "Training": ("sagemaker", "CreateTrainingJob", ["TrainingJobName"]),
    "Transform": ("sagemaker", "CreateTransformJob", ["TransformJobName"]),
    "Tuning": ("sagemaker", "CreateHyperParameterTuningJob", ["HyperParameterTuningJobName"]),
}
"""Step type -> service, operation, and the required members that SageMaker fills."""

PARTS = {
    "EMR": [(["ClusterConfig"], "emr", "RunJobFlow", ["Name"])],
    "EMRServerless": [
        (["ApplicationConfig"], "emr-serverless", "CreateApplication", ["clientToken"]),
        (["JobConfig"], "emr-serverless", "StartJobRun", ["applicationId", "clientToken"]),
    ],
}
"""Step type -> members of its arguments that are requests: where, service, operation, filled."""

DESCRIPTIONS = {
    "AutoML": ["DescribeAutoMLJob"],
    "Endpoint": ["DescribeEndpoint"],
    "EndpointConfig": ["DescribeEndpointConfig"],
    "InferenceComponent": ["DescribeInferenceComponent"],
    "Model": ["DescribeModel"],
    "Processing": ["DescribeProcessingJob"],
    "RegisterModel": ["DescribeModelPackage"],
    "Training": ["DescribeTrainingJob"],
    "Transform": ["DescribeTransformJob"],
    "Tuning": ["DescribeHyperParameterTuningJob", "ListTrainingJobsForHyperParameterTuningJob"],
}
"""Step type -> operations of SageMaker whose answers make up what a step may be asked for."""

SHAPES = {"EMR": ("emr", "Step"), "EMRServerless": ("emr-serverless", "GetJobRunResponse")}
"""Step type -> service and shape of what a step of another service may be asked for."""

FORMAT = (
    "requests: step type -> name of a shape, and the required members that SageMaker fills. "
    "parts: step type -> the same, and where in the arguments. "
    "descriptions: step type -> names of shapes. shapes: by name, kind (s structure, l list, "
    "m map, t text, n number, i integer, b boolean, d date), and of a structure members and "
    "required ones, of a list or map what is in it, of a text or number its limits and values."
)

KINDS = {
    "structure": "s",
    "list": "l",
    "map": "m",
    "string": "t",
    "blob": "t",
    "integer": "i",
    "long": "i",
    "float": "n",
    "double": "n",
    "boolean": "b",
    "timestamp": "d",
}


def requests() -> dict[str, Any]:
    """Return the facts."""
    shapes: dict[str, Any] = {}
    asked = {}
    for type_, (service, operation, filled) in sorted(REQUESTS.items()):
        shape = _model(service).operation_model(operation).input_shape
        asked[type_] = {"shape": _keep(shape, shapes), "filled": filled}
    parts = {type_: [_part(each, shapes) for each in PARTS[type_]] for type_ in sorted(PARTS)}
    told = {
        type_: [
            _keep(_model("sagemaker").operation_model(name).output_shape, shapes) for name in names
        ]
        for type_, names in sorted(DESCRIPTIONS.items())
    }
    for type_, (service, name) in SHAPES.items():
        told[type_] = [_keep(_model(service).shape_for(name), shapes, f"{service}:")]
    return {
        "format": FORMAT,
        "source": f"botocore {version('botocore')}",
        "requests": asked,
        "parts": parts,
        "descriptions": dict(sorted(told.items())),
        "shapes": dict(sorted(shapes.items())),
    }


def _part(part: tuple[list[str], str, str, list[str]], shapes: dict[str, Any]) -> dict[str, Any]:
    at, service, operation, filled = part
    shape = _model(service).operation_model(operation).input_shape
    return {"at": at, "shape": _keep(shape, shapes, f"{service}:"), "filled": filled}


def _model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)


def _keep(shape: Any, shapes: dict[str, Any], prefix: str = "") -> str:
    """Put a shape and all that is in it among the shapes; return its name.

    Services have shapes of one name that differ, so those of others than SageMaker have a prefix.
    """
    name = f"{prefix}{shape.name}"
    if name not in shapes:
        shapes[name] = {}
        shapes[name] = dict(_facts(shape, shapes, prefix))
    return name


def _facts(shape: Any, shapes: dict[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    yield "kind", KINDS[shape.type_name]
    if shape.type_name == "structure":
        yield "members", {name: _keep(each, shapes, prefix) for name, each in shape.members.items()}
        if shape.required_members:
            yield "required", list(shape.required_members)
    elif shape.type_name == "list":
        yield "item", _keep(shape.member, shapes, prefix)
    elif shape.type_name == "map":
        yield "item", _keep(shape.value, shapes, prefix)
    for limit in ("min", "max"):
        if limit in shape.metadata:
            yield limit, shape.metadata[limit]
    if shape.type_name == "string" and shape.enum:
        yield "values", list(shape.enum)


def text() -> str:
    """Return the file's text, one line for each shape."""
    facts = requests()
    rows = [f"  {json.dumps(name)}: {json.dumps(shape)}" for name, shape in facts["shapes"].items()]
    keys = [key for key in facts if key != "shapes"]
    head = "".join(f" {json.dumps(key)}: {json.dumps(facts[key])},\n" for key in keys)
    return f'{{\n{head} "shapes": {{\n' + ",\n".join(rows) + "\n }\n}\n"


if __name__ == "__main__":
    TARGET.write_text(text())
