"""Processing: a script or a container over data."""

from collections.abc import Iterator, Mapping

from mlops_gitops.config.document import Json
from mlops_gitops.config.pipeline_problems import (
    nothing_to_run,
    property_file_without_output,
    two_to_run,
)
from mlops_gitops.definitions.pipeline.code import Code, code_of
from mlops_gitops.definitions.pipeline.envelope import single
from mlops_gitops.definitions.pipeline.jobs import image_mistakes, image_of, network_of
from mlops_gitops.definitions.pipeline.program import argument, code_to_run, entrypoint, run
from mlops_gitops.definitions.pipeline.references import get, joined, scalar
from mlops_gitops.definitions.pipeline.shorthand import Compiled, Mistake, Shorthand, given
from mlops_gitops.definitions.pipeline.source import files_of, path_of, source_mistakes

_HOME = "/opt/ml/processing"
_CODE = f"{_HOME}/input/code"
_COUNT = 1
_VOLUME = 30


def compile_step(step: Shorthand) -> Compiled:
    """Give the step of type `Processing`."""
    code = _code(step)
    arguments: dict[str, Json] = {
        "RoleArn": step.around.role_arn,
        "AppSpecification": _application(step),
        "ProcessingResources": {"ClusterConfig": _cluster(step)},
        **given(ProcessingInputs=[*_inputs(step), *_code_input(code)]),
        **given(ProcessingOutputConfig=_outputs(step)),
        **given(Environment=step.mapped("environment")),
        **given(NetworkConfig=network_of(step)),
        **_limit(step),
    }
    made = single(step, "Processing", arguments, PropertyFiles=_property_files(step))
    return Compiled(
        steps=made.steps, origins=made.origins, assets=code.assets if code is not None else ()
    )


def mistakes(step: Shorthand) -> Iterator[Mistake]:
    """Say what is wrong: image, what is run, property files of outputs that are not there."""
    yield from image_mistakes(step)
    yield from source_mistakes(step)
    if "code" in step.value and "entrypoint" in step.value:
        yield step.mistake(two_to_run("code", "entrypoint"), "entrypoint")
    if not {"code", "entrypoint", "image_uri"} & step.value.keys():
        yield step.mistake(nothing_to_run(step.name))
    outputs = step.members("outputs")
    for name, file in step.members("property_files").items():
        if file["output"] not in outputs:
            said = property_file_without_output(str(file["output"]), tuple(outputs))
            yield step.mistake(said, "property_files", name, "output")


def _code(step: Shorthand) -> Code | None:
    if "code" not in step.value:
        return None
    return code_to_run(step) if _is_prepared(step) else code_of(files_of(step), step.around)


def _is_prepared(step: Shorthand) -> bool:
    """Tell whether something has to be done before the script."""
    return "requirements" in step.value or "init_script" in step.value


def _application(step: Shorthand) -> Json:
    command = step.scalars("entrypoint")
    # A container gets its arguments as texts; a reference is made one when it is resolved.
    arguments = [argument(each) for each in step.scalars("arguments")]
    if "code" in step.value and _is_prepared(step):
        command, arguments = entrypoint(_CODE), run(step, arguments)
    elif "code" in step.value:
        command = ["python3", f"{_CODE}/{path_of(step, 'code')}"]
    return {
        "ImageUri": image_of(step),
        **given(ContainerEntrypoint=command),
        **given(ContainerArguments=arguments),
    }


def _cluster(step: Shorthand) -> dict[str, Json]:
    key = step.value.get("kms_key_arn")
    return {
        "InstanceType": step.scalar("instance_type"),
        "InstanceCount": _or(step.scalar("instance_count"), _COUNT),
        "VolumeSizeInGB": _or(step.scalar("volume_size_gb"), _VOLUME),
        **given(VolumeKmsKeyId=key),
    }


def _or(value: Json, otherwise: int) -> Json:
    return otherwise if value is None else value


def _inputs(step: Shorthand) -> Iterator[Json]:
    for name, about in step.members("inputs").items():
        local = about.get("local_path", f"{_HOME}/input/{name}")
        yield _input(name, scalar(about["s3_uri"]), str(local))


def _code_input(code: Code | None) -> Iterator[Json]:
    if code is not None:
        yield _input("code", code.uri, _CODE)


def _input(name: str, uri: Json, local: str) -> Json:
    return {
        "InputName": name,
        "S3Input": {
            "S3Uri": uri,
            "LocalPath": local,
            "S3DataType": "S3Prefix",
            "S3InputMode": "File",
            "S3DataDistributionType": "FullyReplicated",
        },
    }


def _outputs(step: Shorthand) -> dict[str, Json]:
    outputs: list[Json] = [_output(step, *each) for each in step.members("outputs").items()]
    return {"Outputs": outputs, **given(KmsKeyId=step.value.get("kms_key_arn"))} if outputs else {}


def _output(step: Shorthand, name: str, about: Mapping[str, Json]) -> Json:
    own = joined(step.around.folder, get("Execution.PipelineExecutionId"), step.name, name)
    uri = scalar(about.get("s3_uri"))
    return {
        "OutputName": name,
        "S3Output": {
            "S3Uri": own if uri is None else uri,
            "LocalPath": about.get("local_path", f"{_HOME}/output/{name}"),
            "S3UploadMode": "EndOfJob",
        },
    }


def _property_files(step: Shorthand) -> list[Json]:
    return [
        {"PropertyFileName": name, "OutputName": file["output"], "FilePath": file["path"]}
        for name, file in step.members("property_files").items()
    ]


def _limit(step: Shorthand) -> dict[str, Json]:
    seconds = step.value.get("max_runtime_seconds")
    return {} if seconds is None else {"StoppingCondition": {"MaxRuntimeInSeconds": seconds}}
