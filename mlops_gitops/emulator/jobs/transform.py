"""Transform jobs: one labelled `.out` for each input object."""

import json

from mlops_gitops.emulator.jobs.bench import LABEL, Bench, Outcome, Request
from mlops_gitops.emulator.jobs.storage import inside, split


def transform(bench: Bench, request: Request) -> Outcome:
    """Write `<S3OutputPath>/<input's name>.out` for each input.

    An input in a folder below the given prefix has its output in a folder of that name (API
    reference, TransformOutput).

    Raises:
        JobFailedError: there is no input, or the outputs cannot be written.
    """
    uri = request["TransformInput"]["DataSource"]["S3DataSource"]["S3Uri"]
    bucket, prefix = split(uri)
    above = len(prefix.rpartition("/")[0] + "/") if "/" in prefix else 0
    for key in bench.find(uri):
        if key.endswith("/"):
            continue
        folder = request["TransformOutput"]["S3OutputPath"]
        told = {"emulated": True, "note": LABEL, "input": f"s3://{bucket}/{key}"}
        line = json.dumps({**told, "predictions": [0.5]})
        bench.leave(inside(folder, f"{key[above:]}.out"), f"{line}\n".encode())
    return Outcome(members={})
