"""Export jobs of model cards: a PDF in the output path, which says that it is emulated."""

import json
import time
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlparse

from botocore.exceptions import BotoCoreError, ClientError

from mlops_gitops.emulator.sagemaker.caller import caller_in
from mlops_gitops.emulator.sagemaker.listing import page
from mlops_gitops.emulator.sagemaker.model_cards import find_version
from mlops_gitops.emulator.sagemaker.pdf import pdf
from mlops_gitops.emulator.sagemaker.plug import Inside, Operation, Request
from mlops_gitops.emulator.sagemaker.store import Record
from mlops_gitops.emulator.wire import CallError, Scope

_JOBS = "model-card-export-job"


def model_card_exports(inside: Inside) -> Mapping[str, Operation]:
    """Create, Describe and List; a job is over when its creation is answered."""
    return {
        "CreateModelCardExportJob": partial(_create, inside),
        "DescribeModelCardExportJob": partial(_describe, inside),
        "ListModelCardExportJobs": partial(_list, inside),
    }


def _create(inside: Inside, scope: Scope, request: Request) -> dict[str, Any]:
    card = find_version(inside, scope, request)
    name = request["ModelCardExportJobName"]
    place = f"{card['ModelCardArn']}/export-job/{name}"
    if place in inside.store.table(scope, _JOBS):
        code = "ConflictException"
        raise CallError(code, f"Model Card Export Job {place} already exists")
    now = time.time()
    job: Record = {
        "ModelCardExportJobName": name,
        "ModelCardExportJobArn": place,
        "ModelCardName": card["ModelCardName"],
        "ModelCardVersion": card["ModelCardVersion"],
        "OutputConfig": request["OutputConfig"],
        "CreatedAt": now,
        "LastModifiedAt": now,
        **_export(inside, scope, request, card),
    }
    with inside.store.lock:
        inside.store.table(scope, _JOBS)[place] = job
    return {"ModelCardExportJobArn": place}


def _export(inside: Inside, scope: Scope, request: Request, card: Record) -> Record:
    output = urlparse(request["OutputConfig"]["S3OutputPath"])
    file = f"{card['ModelCardName']}-{card['ModelCardVersion']}.pdf"
    folder = output.path.strip("/")
    key = "/".join(part for part in (folder, request["ModelCardExportJobName"], file) if part)
    s3 = inside.clients.of("s3", caller_in(scope.account), scope.region)
    try:
        body = pdf(_lines(card))
        s3.put_object(Bucket=output.netloc, Key=key, Body=body, ContentType="application/pdf")
    except (ClientError, BotoCoreError) as error:
        return {"Status": "Failed", "FailureReason": str(error)}
    where = f"s3://{output.netloc}/{key}"
    return {"Status": "Completed", "ExportArtifacts": {"S3ExportArtifacts": where}}


def _lines(card: Record) -> list[str]:
    content = json.dumps(json.loads(card["Content"]), indent=2).splitlines()
    return [
        "EMULATED: written by the embedded AWS of mlops-gitops, not by Amazon SageMaker.",
        f"Model card {card['ModelCardName']}, version {card['ModelCardVersion']}",
        f"Status {card['ModelCardStatus']}",
        "",
        *content,
    ]


def _describe(inside: Inside, scope: Scope, request: Request) -> dict[str, Any]:
    place = request["ModelCardExportJobArn"]
    found = inside.store.table(scope, _JOBS).get(place)
    if found is None:
        code = "ResourceNotFound"
        raise CallError(code, f"Model Card Export Job {place} not found")
    return dict(found)


def _list(inside: Inside, scope: Scope, request: Request) -> dict[str, Any]:
    hidden = ("OutputConfig", "ExportArtifacts", "FailureReason")
    card = request["ModelCardName"].rsplit("/", 1)[-1]
    contained = request.get("ModelCardExportJobNameContains", "")
    with inside.store.lock:
        summaries = [
            {key: value for key, value in job.items() if key not in hidden}
            for job in inside.store.table(scope, _JOBS).values()
            if job["ModelCardName"] == card and contained in job["ModelCardExportJobName"]
        ]
    order = {
        "": "CreatedAt",
        "CreationTime": "CreatedAt",
        "Name": "ModelCardExportJobName",
        "Status": "Status",
    }
    equals = {"ModelCardVersion": "ModelCardVersion", "StatusEquals": "Status"}
    answer = "ModelCardExportJobSummaries"
    return page(summaries, request, answer=answer, order=order, equals=equals)
