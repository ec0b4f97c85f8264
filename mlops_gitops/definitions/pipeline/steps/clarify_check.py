"""Check by Clarify: bias of data or model, or explainability, against an earlier baseline."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from mlops_gitops.config.document import Json
from mlops_gitops.config.rules.types.facets import wrong_facets
from mlops_gitops.config.rules.types.shap import wrong_shap
from mlops_gitops.definitions.pipeline.checks import (
    baseline_mistakes,
    check_step,
    image_mistakes,
    job_of,
    kind_mistakes,
    output_uri,
)
from mlops_gitops.definitions.pipeline.clarify import (
    KINDS,
    analysis_config,
    kind_of_check,
    monitoring_config,
    uri_of,
)
from mlops_gitops.definitions.pipeline.references import scalar
from mlops_gitops.definitions.pipeline.shorthand import Compiled, Mistake, Shorthand

_FRAMEWORK = "clarify"
_INPUT = "/opt/ml/processing/input"
_SUPPLIED = ("supplied_baseline_constraints",)


def compile_step(step: Shorthand) -> Compiled:
    """Give the step of type `ClarifyCheck`, and the configurations of its analysis."""
    kind = kind_of_check(step.value)
    own = analysis_config(step.value)
    arguments = job_of(step, _FRAMEWORK, _job(step, uri_of(own, step.around)))
    made = check_step(
        step, "ClarifyCheck", arguments, _SUPPLIED, CheckType=KINDS[kind], **_model(step, kind)
    )
    return replace(made, assets=(own, monitoring_config(step.value)))


def mistakes(step: Shorthand) -> Iterator[Mistake]:
    """Say what is wrong with its type, image, baseline and analysis."""
    yield from kind_mistakes(step, tuple(KINDS))
    yield from image_mistakes(step, _FRAMEWORK)
    yield from baseline_mistakes(step, _SUPPLIED)
    yield from analysis_mistakes(step)


def analysis_mistakes(step: Shorthand) -> Iterator[Mistake]:
    """Say what is wrong with facets and with the configuration of SHAP."""
    for kind in KINDS:
        about = step.value.get(kind)
        for name, wrong in (("bias_config", wrong_facets), ("shap", wrong_shap)):
            config = about.get(name) if isinstance(about, dict) else None
            if isinstance(config, dict):
                for path, said in wrong(config):
                    yield step.mistake(said, kind, name, *path)


def _model(step: Shorthand, kind: str) -> dict[str, Json]:
    about = step.value[kind]
    model = about.get("model") if isinstance(about, dict) else None
    return {"ModelName": scalar(model["model_name"])} if isinstance(model, dict) else {}


def _job(step: Shorthand, config: str) -> dict[str, Json]:
    data = step.value["data"]
    about: Mapping[str, Json] = data if isinstance(data, dict) else {}
    return {
        "ProcessingInputs": [
            _input("analysis_config", f"{_INPUT}/config", S3Uri=config, S3CompressionType="None"),
            _input(
                "dataset",
                f"{_INPUT}/data",
                S3Uri=scalar(about["s3_uri"]),
                S3CompressionType=about.get("compression", "None"),
                S3DataDistributionType=about.get("distribution", "FullyReplicated"),
            ),
        ],
        "Output": {
            "OutputName": "analysis_result",
            "S3Output": {
                "S3Uri": output_uri(step, about.get("output_s3_uri")),
                "LocalPath": "/opt/ml/processing/output",
                "S3UploadMode": "EndOfJob",
            },
        },
    }


def _input(name: str, path: str, **more: Json) -> Json:
    about = {"LocalPath": path, "S3DataType": "S3Prefix", "S3InputMode": "File", **more}
    return {"InputName": name, "S3Input": {"S3DataDistributionType": "FullyReplicated", **about}}
