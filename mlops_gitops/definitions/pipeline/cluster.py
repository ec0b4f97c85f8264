"""Clusters: what may be said of an EMR cluster that is made for one step.

Source: "EMR step" of SageMaker Pipelines, SageMaker developer guide; `EMRStep`, SageMaker Python
SDK 2.257.7.
"""

from collections.abc import Iterator

from mlops_gitops.config.document import Json, Path
from mlops_gitops.config.pipeline_loop_problems import cluster_instances, cluster_member
from mlops_gitops.config.said import Said
from mlops_gitops.definitions.pipeline.references import scalar

_FILLED = ("Name", "Steps", "AutoTerminationPolicy")
_FILLED_OF_INSTANCES = ("KeepJobFlowAliveWhenNoSteps", "TerminationProtected")
_EITHER = ("InstanceGroups", "InstanceFleets")


def cluster_mistakes(config: Json) -> Iterator[tuple[Path, Said]]:
    """Say what is wrong with the configuration of a new cluster, and where in it."""
    cluster = config if isinstance(config, dict) else {}
    for name in _FILLED:
        if name in cluster:
            yield (name,), cluster_member(name)
    instances = cluster.get("Instances")
    if not isinstance(instances, dict):
        yield (), cluster_instances("The cluster says no Instances.")
        return
    for name in _FILLED_OF_INSTANCES:
        if name in instances:
            yield ("Instances", name), cluster_member(name)
    if sum(name in instances for name in _EITHER) != 1:
        why = "Instances have either InstanceGroups or InstanceFleets."
        yield ("Instances",), cluster_instances(why)


def values(value: Json) -> Json:
    """Give JSON in an API's spelling, with the references in it in the definition's."""
    if isinstance(value, list):
        return [values(each) for each in value]
    if not isinstance(value, dict):
        return value
    found = scalar(value)
    return found if found != value else {key: values(each) for key, each in value.items()}
