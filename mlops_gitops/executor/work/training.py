"""Training steps: a script that makes a model from channels of data."""

import json
import re
from collections.abc import Mapping

from mlops_gitops.executor.facts import iso
from mlops_gitops.executor.references import Json
from mlops_gitops.executor.work import program
from mlops_gitops.executor.work.desk import (
    Desk,
    Done,
    How,
    Object,
    StepFailed,
    an_object,
    objects,
    text,
    texts,
)
from mlops_gitops.executor.work.inputs import streamed, uris_of
from mlops_gitops.executor.work.opt_ml import OptMl, opened, pack, unpack
from mlops_gitops.executor.work.training_environment import training_environment

_INPUT = "/opt/ml/input"
_CODE = "/opt/ml/code"
_ARCHIVE = re.compile(r".*\.(tar\.gz|tgz|tar)")


def work(desk: Desk) -> Done:
    """Run a training job.

    Raises:
        StepFailed: it failed.
        StepStopped: it was told to stop.
    """
    parameters = hyperparameters(desk.arguments)
    command = _command(desk.arguments, parameters)
    why = program.own_program(command) or _streamed(desk.arguments)
    model = model_uri(desk)
    metrics: list[Json] = []
    if why:
        stub_model(desk, model, why)
    else:
        metrics = _run(desk, command, parameters, model)
    described: Object = {
        **desk.arguments,
        "TrainingJobName": desk.job,
        "TrainingJobArn": desk.arn("training-job", desk.job),
        "TrainingJobStatus": "Completed",
        "SecondaryStatus": "Completed",
        "ModelArtifacts": {"S3ModelArtifacts": model},
        "TrainingEndTime": iso(desk.house.now()),
        "FinalMetricDataList": metrics,
    }
    how = How.STUBBED if why else How.EXECUTED
    resources = an_object(desk.arguments.get("ResourceConfig"))
    said = why or program.alone(resources.get("InstanceCount"))
    return Done(properties=described, metadata=metadata(desk), how=how, why=said)


def metadata(desk: Desk) -> Object:
    """Say which job it is."""
    return {"TrainingJob": {"Arn": desk.arn("training-job", desk.job)}}


def hyperparameters(arguments: Mapping[str, Json]) -> dict[str, str]:
    """Give the hyperparameters, which are texts."""
    return {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in an_object(arguments.get("HyperParameters")).items()
    }


def model_uri(desk: Desk) -> str:
    """Say where the model will be: one archive, or with compression NONE a folder."""
    plain = _output(desk).get("CompressionType") == "NONE"
    return f"{_output_uri(desk)}/output/{'model' if plain else 'model.tar.gz'}"


def stub_model(desk: Desk, uri: str, why: str) -> None:
    """Write what stands for a model: a file that says so."""
    if uri.endswith(".tar.gz"):
        with opened(desk) as opt_ml:
            folder = opt_ml.folder("/opt/ml/model")
            (folder / "STUBBED.txt").write_text(f"{why}\n", encoding="utf-8")
            pack(folder, opt_ml.root / "model.tar.gz")
            desk.writer.put(uri, opt_ml.root / "model.tar.gz")
    else:
        desk.writer.put_text(f"{uri}/STUBBED.txt", f"{why}\n")


def _command(arguments: Object, parameters: Mapping[str, str]) -> list[str]:
    """Find the program: the request's own entrypoint, or the script of the SDK's script mode."""
    algorithm = an_object(arguments.get("AlgorithmSpecification"))
    entrypoint = texts(algorithm.get("ContainerEntrypoint"))
    if entrypoint:
        return [*entrypoint, *texts(algorithm.get("ContainerArguments"))]
    script = _decoded(parameters.get("sagemaker_program", ""))
    folder = _decoded(parameters.get("sagemaker_submit_directory", ""))
    if not script or not folder.startswith("s3://"):
        return []  # no code, or that of a JumpStart model, which is made for its image
    given = []
    for key in sorted(key for key in parameters if not key.startswith("sagemaker_")):
        given += [f"--{key}", _decoded(parameters[key])]
    return ["python3", f"{_CODE}/{script}", *given]


def _decoded(value: str) -> str:
    """Take the quotes off a text that the SDK wrote as JSON; all else stays as it is."""
    try:
        decoded = json.loads(value)
    except ValueError:
        return value
    return decoded if isinstance(decoded, str) else value


def _run(desk: Desk, command: list[str], parameters: Mapping[str, str], model: str) -> list[Json]:
    with opened(desk) as opt_ml:
        channels = _download(desk, opt_ml)
        _download_code(desk, opt_ml, parameters)
        for folder in ("/opt/ml/model", "/opt/ml/output/data", _INPUT):
            opt_ml.folder(folder)
        opt_ml.write(f"{_INPUT}/config/hyperparameters.json", dict(parameters))
        opt_ml.write(f"{_INPUT}/config/inputdataconfig.json", channels)
        hosts: Object = {
            "current_host": "algo-1",
            "hosts": ["algo-1"],
            "network_interface_name": "lo",
        }
        opt_ml.write(f"{_INPUT}/config/resourceconfig.json", hosts)
        given = {name: _decoded(value) for name, value in parameters.items()}
        environment = training_environment(desk, list(channels), given)
        limit = an_object(desk.arguments.get("StoppingCondition"))
        program.run(desk, opt_ml, command, environment, limit)
        _upload(desk, opt_ml, model)
    return _metrics(desk)


def _download(desk: Desk, opt_ml: OptMl) -> Object:
    channels: Object = {}
    for each in objects(desk.arguments.get("InputDataConfig")):
        name, source = text(each.get("ChannelName")), _source(each)
        if not source:
            raise StepFailed(f"ClientError: Channel {name} is not on S3: that does not run here.")
        for uri in uris_of(desk.writer.storage, source):
            opt_ml.download(desk.writer.storage, uri, f"{_INPUT}/data/{name}")
        channels[name] = {
            "TrainingInputMode": "File",
            "S3DistributionType": text(source.get("S3DataDistributionType")) or "FullyReplicated",
            "RecordWrapperType": "None",
            **({"ContentType": each["ContentType"]} if "ContentType" in each else {}),
        }
    return channels


def _source(channel: Object) -> Object:
    return an_object(an_object(channel.get("DataSource")).get("S3DataSource"))


def _streamed(arguments: Object) -> str:
    channels = objects(arguments.get("InputDataConfig"))
    return streamed([(text(each.get("ChannelName")), _source(each)) for each in channels])


def _download_code(desk: Desk, opt_ml: OptMl, parameters: Mapping[str, str]) -> None:
    """Unpack the code of script mode to where the toolkit would."""
    uri = _decoded(parameters.get("sagemaker_submit_directory", ""))
    if uri.startswith("s3://"):
        for file in opt_ml.download(desk.writer.storage, uri, _CODE):
            if _ARCHIVE.fullmatch(file.name):
                unpack(file, opt_ml.folder(_CODE))


def _upload(desk: Desk, opt_ml: OptMl, model: str) -> None:
    made = opt_ml.folder("/opt/ml/model")
    data = opt_ml.folder("/opt/ml/output/data")
    if model.endswith(".tar.gz"):
        archive = opt_ml.root.with_name("model.tar.gz")
        pack(made, archive)
        desk.writer.put(model, archive)
        if any(data.iterdir()):
            pack(data, archive)
            desk.writer.put(f"{_output_uri(desk)}/output/output.tar.gz", archive)
    else:
        desk.writer.put_folder(model, made)
        desk.writer.put_folder(f"{_output_uri(desk)}/output/data", data)


def _output(desk: Desk) -> Object:
    return an_object(desk.arguments.get("OutputDataConfig"))


def _output_uri(desk: Desk) -> str:
    identity = desk.house.identity
    own = f"s3://local/{identity.pipeline}/{identity.execution}/{desk.name}"
    return f"{(text(_output(desk).get('S3OutputPath')) or own).rstrip('/')}/{desk.job}"


def _metrics(desk: Desk) -> list[Json]:
    """Read metrics from the log as SageMaker does: by the request's own patterns, the last wins."""
    algorithm = an_object(desk.arguments.get("AlgorithmSpecification"))
    log = desk.house.folder.log(desk.name).read_text(encoding="utf-8", errors="replace")
    found: list[Json] = []
    for each in objects(algorithm.get("MetricDefinitions")):
        try:
            values = re.findall(text(each.get("Regex")), log)
            found.append({"MetricName": each.get("Name"), "Value": float(values[-1])})
        except (re.error, IndexError, TypeError, ValueError):
            continue  # a pattern that finds no number gives no metric
    return found
