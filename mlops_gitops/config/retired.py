"""Retired configs: nothing counts but what names the workload."""

from mlops_gitops.config.declared import Config, Lifecycle, Workload, identity_of
from mlops_gitops.config.document import Document
from mlops_gitops.config.schemas import STATE, PipelineType, Schema
from mlops_gitops.config.settings import Settings
from mlops_gitops.config.shape import Stages, Verdict, compile_shape
from mlops_gitops.config.whole import whole
from mlops_gitops.problems import Problem


def is_retired(document: Document, type_: PipelineType) -> bool:
    """Whether a config says that its workload is retired."""
    return type_.has_state and document.value.get(STATE) == Lifecycle.RETIRED.value


def misspelt_state(verdict: Verdict) -> tuple[Problem, ...]:
    """Give what is wrong with `state` itself; nothing else can be judged before it is mended."""
    return tuple(problem for problem in verdict.problems if problem.pointer == f"/{STATE}")


def check_identity(document: Document, type_: PipelineType, settings: Settings) -> Verdict:
    """Hold a retired config to the keys that name the workload; the others may say anything."""
    names = ("pipeline_type", *type_.identity)
    properties = {name: type_.schema["properties"][name] for name in names}
    schema = {
        "type": "object",
        "required": names,
        "properties": properties,
        "$defs": type_.schema.get("$defs", {}),
    }
    stages = tuple(stage.name for stage in settings.stages)
    return compile_shape(schema, Stages(all=stages, own=stages)).check(document)


def for_editors(schema: Schema, type_: PipelineType) -> Schema:
    """Let editors, too, ask a retired config for no more than what names the workload."""
    if not type_.has_state:
        return schema
    lasting = [key for key in schema["required"] if key in ("pipeline_type", *type_.identity)]
    is_retired = {"required": [STATE], "properties": {STATE: {"const": Lifecycle.RETIRED.value}}}
    others = [key for key in schema["required"] if key not in lasting]
    return {**schema, "required": lasting, "if": is_retired, "else": {"required": others}}


def retired(document: Document, type_: PipelineType, settings: Settings) -> Config:
    """Build the config of a retired workload, wherever it may have run."""
    properties = type_.schema["properties"]
    fields = {
        name: whole(type_.schema, properties[name], document.value[name]) for name in type_.identity
    }
    return Config(
        workload=Workload(identity_of([str(each) for each in fields.values()]), type_.name),
        type=type_,
        stages=settings.places,
        fields=fields,
        document=document,
        state=Lifecycle.RETIRED,
    )
