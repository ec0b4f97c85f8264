"""Cleanup: deletes what earlier steps wrote to S3.

Source: `CleanupStep`, SageMaker Python SDK 3.27.0.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.pipeline.envelope import single
from mlops_gitops.definitions.pipeline.references import scalars
from mlops_gitops.definitions.pipeline.shorthand import Compiled, Mistake, Shorthand, given


def compile_step(step: Shorthand) -> Compiled:
    """Give the step of type `Cleanup`; it comes after the steps whose output it deletes."""
    sources = list(_sources(step))
    written = step.value.get("depends_on")
    after = list(written) if isinstance(written, list) else []
    known = {str(each["step"] if isinstance(each, dict) else each) for each in after}
    names = dict.fromkeys(str(source["step"]) for source in sources)
    after += [name for name in names if name not in known]
    resources: list[Json] = [
        {"StepName": source["step"], **given(S3Uris=scalars(source.get("s3_uris")))}
        for source in sources
    ]
    later = replace(step, value={**step.value, "depends_on": after})
    return single(later, "Cleanup", {"Resources": {"S3": resources}})


def mistakes(_step: Shorthand) -> Iterator[Mistake]:
    """What its sources are is known when all steps are compiled; see `after.py`."""
    yield from ()


def _sources(step: Shorthand) -> Iterator[Mapping[str, Json]]:
    written = step.value["sources"]
    yield from (
        (each for each in written if isinstance(each, dict)) if isinstance(written, list) else ()
    )
