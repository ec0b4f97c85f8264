"""MG112: A monitor's instance type is not offered for the endpoint that it makes.

To ask the model, bias and explainability jobs make an endpoint for the time of the job, on the same
instance type. So it has to be one that SageMaker offers for processing and for hosting.

Wrong:
    {"pipeline_type": "byom_model_bias_monitor", "instance_type": "ml.t3.large"}

Right:
    {"pipeline_type": "byom_model_bias_monitor", "instance_type": "ml.m5.large"}
"""

from collections.abc import Iterator

from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import resolve, single_value
from mlops_gitops.problems import Problem

_FIELD = "instance_type"
_SHADOW = "x-shadow-endpoint"


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse instance types that no endpoint can have."""
    schema = draft.type.schema
    node = schema["properties"].get(_FIELD, {})
    if _SHADOW not in node:
        return
    hosting = resolve(schema, node[_SHADOW])["enum"]
    processing = resolve(schema, single_value(node))["enum"]
    both = [name for name in hosting if name in processing]
    for path, name in draft.texts(_FIELD):
        if name not in both:
            message = f"Instance type {quoted(name)} is not offered for hosting."
            same_size = f"ml.m5.{name.rpartition('.')[2]}"
            near = same_size if same_size in both else "ml.m5.large"
            hint = f"The job makes an endpoint to ask the model; use one such as {near}."
            yield draft.at(Said("MG112", message, hint), *path)
