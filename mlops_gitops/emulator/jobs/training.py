"""Training jobs: they read every channel and leave a tiny model.tar.gz."""

import io
import json
import tarfile

from mlops_gitops.emulator.jobs.bench import LABEL, Bench, Outcome, Request
from mlops_gitops.emulator.jobs.storage import inside


def train(bench: Bench, request: Request) -> Outcome:
    """Look at the channels and write the artifact to `<S3OutputPath>/<job>/output/model.tar.gz`.

    Raises:
        JobFailedError: a channel holds nothing, or the artifact cannot be written.
    """
    for channel in request.get("InputDataConfig", ()):
        source = channel["DataSource"].get("S3DataSource")
        if source:
            bench.find(source["S3Uri"])
    folder = inside(request["OutputDataConfig"]["S3OutputPath"], bench.name)
    artifact = f"{folder}/output/model.tar.gz"
    bench.leave(artifact, packed_model(bench.arn))
    return Outcome(
        members={
            "ModelArtifacts": {"S3ModelArtifacts": artifact},
            "TrainingTimeInSeconds": 1,
            "BillableTimeInSeconds": 1,
        }
    )


def packed_model(job_arn: str) -> bytes:
    """A model.tar.gz that says what it is."""
    content = json.dumps({"emulated": True, "note": LABEL, "job": job_arn}).encode()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        entry = tarfile.TarInfo("emulated.json")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()
