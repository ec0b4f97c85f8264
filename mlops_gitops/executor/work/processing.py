"""Processing steps: a script with inputs and outputs below `/opt/ml/processing`."""

from collections.abc import Iterator

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
from mlops_gitops.executor.work.inputs import uris_of
from mlops_gitops.executor.work.opt_ml import OptMl, opened

_CONFIG = "/opt/ml/config"


def work(desk: Desk) -> Done:
    """Run a processing job.

    Raises:
        StepFailed: it failed.
        StepStopped: it was told to stop.
    """
    arguments = desk.arguments
    specification = an_object(arguments.get("AppSpecification"))
    command = [
        *texts(specification.get("ContainerEntrypoint")),
        *texts(specification.get("ContainerArguments")),
    ]
    outputs = list(_outputs(desk))
    why = program.own_program(command)
    if why:
        for output, _, uri in outputs:
            desk.writer.put_text(f"{uri}/STUBBED.txt", f"{output}: {why}\n")
    else:
        _run(desk, command, outputs)
    arn = desk.arn("processing-job", desk.job)
    described: Object = {
        **arguments,
        "ProcessingJobName": desk.job,
        "ProcessingJobArn": arn,
        "ProcessingJobStatus": "Completed",
        "ProcessingEndTime": iso(desk.house.now()),
    }
    if outputs:
        config = an_object(arguments.get("ProcessingOutputConfig"))
        described["ProcessingOutputConfig"] = {**config, "Outputs": _described(desk, outputs)}
    how = How.STUBBED if why else How.EXECUTED
    cluster = an_object(an_object(arguments.get("ProcessingResources")).get("ClusterConfig"))
    said = why or program.alone(cluster.get("InstanceCount"))
    return Done(properties=described, metadata=metadata(desk), how=how, why=said)


def metadata(desk: Desk) -> Object:
    """Say which job it is."""
    return {"ProcessingJob": {"Arn": desk.arn("processing-job", desk.job)}}


def _run(desk: Desk, command: list[str], outputs: list[tuple[str, str, str]]) -> None:
    with opened(desk) as opt_ml:
        _download(desk, opt_ml)
        for _, local, _ in outputs:
            opt_ml.folder(local)
        resources = an_object(desk.arguments.get("ProcessingResources"))
        opt_ml.write(f"{_CONFIG}/resourceconfig.json", _hosts())
        opt_ml.write(
            f"{_CONFIG}/processingjobconfig.json",
            {
                **desk.arguments,
                "ProcessingJobName": desk.job,
                "ProcessingJobArn": desk.arn("processing-job", desk.job),
                "ProcessingResources": resources,
            },
        )
        environment = {
            key: text(value) for key, value in an_object(desk.arguments.get("Environment")).items()
        }
        environment["PROCESSING_JOB_NAME"] = desk.job
        limit = an_object(desk.arguments.get("StoppingCondition"))
        program.run(desk, opt_ml, command, environment, limit)
        for _, local, uri in outputs:
            desk.writer.put_folder(uri, opt_ml.folder(local))


def _download(desk: Desk, opt_ml: OptMl) -> None:
    for each in objects(desk.arguments.get("ProcessingInputs")):
        source = an_object(each.get("S3Input"))
        if not source:
            name = text(each.get("InputName"))
            raise StepFailed(f"ClientError: Input {name} is not on S3: that does not run here.")
        for uri in uris_of(desk.writer.storage, source):
            opt_ml.download(desk.writer.storage, uri, text(source.get("LocalPath")))


def _outputs(desk: Desk) -> Iterator[tuple[str, str, str]]:
    """Give name, folder and URI of each output; without a URI one of the pipeline's own folder."""
    identity = desk.house.identity
    config = an_object(desk.arguments.get("ProcessingOutputConfig"))
    for each in objects(config.get("Outputs")):
        target = an_object(each.get("S3Output"))
        name = text(each.get("OutputName"))
        own = f"s3://local/{identity.pipeline}/{identity.execution}/{desk.name}/output/{name}"
        uri = (text(target.get("S3Uri")) or own).rstrip("/")
        yield name, text(target.get("LocalPath")) or f"/opt/ml/processing/output/{name}", uri


def _described(desk: Desk, outputs: list[tuple[str, str, str]]) -> list[Json]:
    config = an_object(desk.arguments.get("ProcessingOutputConfig"))
    return [
        {**each, "S3Output": {**an_object(each.get("S3Output")), "S3Uri": uri}}
        for each, (_, _, uri) in zip(objects(config.get("Outputs")), outputs, strict=True)
    ]


def _hosts() -> Object:
    return {"current_host": "algo-1", "hosts": ["algo-1"]}
