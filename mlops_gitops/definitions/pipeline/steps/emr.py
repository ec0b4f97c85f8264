"""EMR: a JAR on a cluster that runs, or on one for this step only.

Source: `EMRStep`, SageMaker Python SDK 2.257.7; RunJobFlow, EMR API reference.
"""

from collections.abc import Iterator

from mlops_gitops.config import pipeline_loop_problems as say
from mlops_gitops.config.document import Json
from mlops_gitops.definitions.pipeline.cluster import cluster_mistakes, values
from mlops_gitops.definitions.pipeline.envelope import single
from mlops_gitops.definitions.pipeline.shorthand import Compiled, Mistake, Shorthand, given

_CHOICE = ("cluster_id", "cluster_config")


def compile_step(step: Shorthand) -> Compiled:
    """Give the step of type `EMR`."""
    properties: list[Json] = [
        {"Key": name, "Value": value} for name, value in step.mapped("properties").items()
    ]
    jar: dict[str, Json] = {
        "Jar": step.scalar("jar"),
        **given(
            Args=[_text(each) for each in step.scalars("args")],
            MainClass=step.value.get("main_class"),
            Properties=properties,
        ),
    }
    arguments: dict[str, Json] = {
        **given(
            ClusterId=step.scalar("cluster_id"),
            ClusterConfig=values(step.value.get("cluster_config")),
            ExecutionRoleArn=step.scalar("execution_role_arn"),
        ),
        "StepConfig": {"HadoopJarStep": jar},
    }
    return single(step, "EMR", arguments)


def mistakes(step: Shorthand) -> Iterator[Mistake]:
    """Say what is wrong with its cluster."""
    found = [key for key in _CHOICE if key in step.value]
    if len(found) != 1:
        yield step.mistake(say.cluster_choice(len(found)), *found[1:2])
    elif "cluster_config" in found:
        for path, said in cluster_mistakes(step.value["cluster_config"]):
            yield step.mistake(said, "cluster_config", *path)
        if "execution_role_arn" in step.value:
            yield step.mistake(say.runtime_role(), "execution_role_arn")
    elif "retry_policies" not in step.value:
        yield step.mistake(say.many_pending())


def _text(value: Json) -> Json:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, dict) else str(value)
