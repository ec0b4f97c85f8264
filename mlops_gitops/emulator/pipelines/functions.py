"""Lambda functions of the embedded AWS, as Lambda steps call them: their code, on this machine."""

import io
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from mlops_gitops.executor.language import all_steps
from mlops_gitops.executor.work.desk import LocalFunction

_SECONDS = 30


def functions_of(client: Any, definition: Any, folder: Path) -> dict[str, LocalFunction]:
    """Bring the code of the functions that a definition calls.

    A function that is not there, or is no Python, is left out: its step is stood in for.

    Args:
        client: Lambda's, of boto3.
        definition: parsed.
        folder: where code is put.
    """
    found = {}
    for arn in _called(definition):
        try:
            about = client.get_function(FunctionName=arn)
            with urllib.request.urlopen(about["Code"]["Location"], timeout=_SECONDS) as answer:  # noqa: S310 - the embedded AWS's own address
                content = answer.read()
            configuration = about["Configuration"]
            where = folder / configuration["FunctionName"]
            where.mkdir(parents=True, exist_ok=True)
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                archive.extractall(where)
        except (ClientError, BotoCoreError, OSError, KeyError, zipfile.BadZipFile):
            continue
        if str(configuration.get("Runtime", "")).startswith("python"):
            seconds = float(configuration.get("Timeout") or _SECONDS)
            handler = str(configuration["Handler"])
            found[arn] = LocalFunction(folder=where, handler=handler, seconds=seconds)
    return found


def _called(definition: Any) -> Iterator[str]:
    for step, _ in all_steps(definition.get("Steps", [])):
        arn = step.get("FunctionArn")
        if isinstance(arn, str):
            yield arn
