# ruff: noqa: N999 - the file is called as configs call the type
"""Lambda: calls a function: one that is there, or a new one of the stack.

Nothing is made while compiling: a new function is a resource of the stack, its code an asset.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from mlops_gitops.config import pipeline_model_problems as say
from mlops_gitops.config.document import Json
from mlops_gitops.definitions.archive import zipped
from mlops_gitops.definitions.asset import Asset
from mlops_gitops.definitions.pipeline.archive import contents, missing_handler
from mlops_gitops.definitions.pipeline.envelope import single
from mlops_gitops.definitions.pipeline.functions import Function, own_arn
from mlops_gitops.definitions.pipeline.outputs import output_parameters
from mlops_gitops.definitions.pipeline.shorthand import Compiled, Mistake, Shorthand

TIMEOUT = 120
"""Seconds, where the config says nothing. Source: Lambda step, SageMaker developer guide."""
_MEMORY = 128
_ARN = "arn:"
_REGION = 3
"""Part of an ARN that is the region."""
_RUNTIME = "python3.12"
_NEEDED = ("function_name", "role", "handler")
_MORE = ("script", "zip", "runtime", "timeout_seconds", "memory_mb", "environment")


def compile_step(step: Shorthand) -> Compiled:
    """Give the step of type `Lambda`, and the function that it makes."""
    if "function" in step.value:
        return _call(step, _arn(step))
    asset = _asset(step)
    function = _function(step, asset)
    return replace(
        _call(step, function.arn(step.around)),
        assets=(asset,),
        resources={function.logical_id(): function.resource(step.around)},
    )


def mistakes(step: Shorthand) -> Iterator[Mistake]:
    """Say what is wrong with the function that is called or made."""
    if "function" in step.value:
        yield from _of_call(step)
    elif not {*_NEEDED, *_MORE} & step.value.keys():
        yield step.mistake(say.function_missing(step.name))
    else:
        yield from _of_new(step)


def _call(step: Shorthand, arn: Json) -> Compiled:
    made = single(step, "Lambda", step.mapped("inputs"), FunctionArn=arn)
    # An empty list is written, too: the SDK does so.
    (call,) = made.steps
    call["OutputParameters"] = output_parameters(step)
    return made


def _arn(step: Shorthand) -> Json:
    """Give the ARN of a function that is there: a name is one of the stage's own account."""
    function = step.scalar("function")
    if isinstance(function, str) and not function.startswith(_ARN):
        return f"{own_arn('lambda', step.around)}:function:{function}"
    return function


def _role(step: Shorthand) -> str:
    role = str(step.value["role"])
    return role if role.startswith(_ARN) else f"{own_arn('iam', step.around)}:role/{role}"


def _asset(step: Shorthand) -> Asset:
    if "zip" in step.value:
        name, content = step.file("zip")
        # CloudFormation's role reads archives by the end of their names.
        return Asset(name=f"{name.removesuffix('.zip')}.zip", content=content)
    name, content = step.file("script")
    return Asset(name=f"{name.removesuffix('.py')}.zip", content=zipped({name: content}))


def _function(step: Shorthand, asset: Asset) -> Function:
    variables = step.value.get("environment")
    return Function(
        name=str(step.value["function_name"]),
        code={"S3Bucket": step.around.scope.assets_bucket, "S3Key": asset.key},
        role=_role(step),
        handler=str(step.value["handler"]),
        runtime=str(step.value.get("runtime", _RUNTIME)),
        timeout=step.value.get("timeout_seconds", TIMEOUT),
        memory=step.value.get("memory_mb", _MEMORY),
        description=f"Called by pipeline {step.around.pipeline_name}."[:256],
        environment=variables if isinstance(variables, dict) else {},
    )


def _of_call(step: Shorthand) -> Iterator[Mistake]:
    for key in (*_NEEDED, *_MORE):
        if key in step.value:
            yield step.mistake(say.function_both(key), key)
    function, own = step.value["function"], step.around.scope.region
    is_arn = isinstance(function, str) and function.startswith(_ARN)
    region = str(function).split(":")[_REGION] if is_arn else own
    if region != own:
        yield step.mistake(say.function_elsewhere(region, own), "function")


def _of_new(step: Shorthand) -> Iterator[Mistake]:
    codes = {"script", "zip"} & step.value.keys()
    missing = [key for key in _NEEDED if key not in step.value]
    missing += [] if codes else ["script or zip"]
    if missing:
        yield step.mistake(say.function_lacks(missing))
    elif len(codes) > 1:
        yield step.mistake(say.code_both(), "zip")
    else:
        yield from _of_code(step)
        if _differs(step):
            said = say.function_differs(str(step.value["function_name"]))
            yield step.mistake(said, "function_name")


def _of_code(step: Shorthand) -> Iterator[Mistake]:
    handler = str(step.value["handler"])
    is_archive = "zip" in step.value
    files = contents(step.file("zip")[1]) if is_archive else dict([step.file("script")])
    why = f"{step.value.get('zip')} is no zip file" if files is None else ""
    why = why or missing_handler(files or {}, handler)
    if why:
        yield step.mistake(say.no_handler(handler, why), "handler")


def _differs(step: Shorthand) -> bool:
    """Tell whether an earlier step makes a function of this name that is not the same."""
    for name, other in step.around.declared.items():
        if name == step.name:
            return False
        is_same_name = other.get("function_name") == step.value["function_name"]
        if other["type"] == "lambda" and is_same_name:
            return _made(other) != _made(step.value)
    return False


def _made(value: Mapping[str, Json]) -> dict[str, Json]:
    return {key: value.get(key) for key in (*_NEEDED, *_MORE)}
