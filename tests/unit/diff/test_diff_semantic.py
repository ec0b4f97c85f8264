"""Semantic lines: a change in the user's words."""

from dataclasses import replace

import pytest

from mlops_gitops.diff.plan import Action, ResourceChange, ValueChange
from mlops_gitops.diff.semantic import arguments_in_words, description, in_words, words_for

PACKAGE = "arn:aws:sagemaker:us-east-1:111111111111:model-package/{}/{}"
IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/{}:{}"


@pytest.mark.parametrize(
    ("parameter", "before", "after", "line"),
    [
        (
            "ModelArtifactLocation",
            "a.tar.gz",
            "b.tar.gz",
            ("model artifact", "a.tar.gz", "b.tar.gz"),
        ),
        (
            "ModelPackageName",
            PACKAGE.format("churn", 7),
            PACKAGE.format("churn", 8),
            ("model package", "v7", "v8"),
        ),
        (
            "ModelPackageName",
            PACKAGE.format("churn", 7),
            PACKAGE.format("fraud", 1),
            ("model package", "churn v7", "fraud v1"),
        ),
        (
            "ImageUri",
            IMAGE.format("sagemaker-xgboost", "1.2-1"),
            IMAGE.format("sagemaker-xgboost", "1.5-1"),
            ("image", "1.2-1", "1.5-1"),
        ),
        (
            "ImageUri",
            IMAGE.format("sagemaker-xgboost", "1.5-1"),
            IMAGE.format("mine", "7"),
            ("image", "sagemaker-xgboost:1.5-1", "mine:7"),
        ),
        (
            "ImageUri",
            "111111111111.dkr.ecr.us-east-1.amazonaws.com/mine:7",
            "222222222222.dkr.ecr.us-east-1.amazonaws.com/mine:7",
            (
                "image",
                "111111111111.dkr.ecr.us-east-1.amazonaws.com/mine:7",
                "222222222222.dkr.ecr.us-east-1.amazonaws.com/mine:7",
            ),
        ),
        (
            "InferenceInstance",
            "ml.m5.large",
            "ml.m5.xlarge",
            ("instance", "ml.m5.large", "ml.m5.xlarge"),
        ),
        ("KmsKeyArn", "", "arn:key", ("customer key", None, "arn:key")),
        ("EndpointName", "churn", "", ("endpoint name", "churn", None)),
        ("MonitorMaxRuntimeSeconds", "1", "2", ("monitor max runtime seconds", "1", "2")),
    ],
)
def test_a_parameter_is_told_in_words(
    parameter: str, before: str, after: str, line: tuple[str, str | None, str | None]
) -> None:
    """Names become words, values are as short as the difference allows."""
    assert in_words((ValueChange(parameter, before, after),)) == (ValueChange(*line),)


def test_what_follows_from_another_parameter_is_no_line() -> None:
    """The repository of a new image is not told beside the image, but alone it is."""
    image = ValueChange("ImageUri", "a:1", "b:1")
    repository = ValueChange("ImageRepositoryArn", "a", "b")

    assert [line.name for line in in_words((repository, image))] == ["image"]
    assert [line.name for line in in_words((repository,))] == ["image repository"]


def test_a_new_stack_is_described_by_what_tells_something() -> None:
    """Neither empty parameters nor the bucket that all share describe a new stack."""
    new = (
        ValueChange("AssetsBucket", None, "acme-assets"),
        ValueChange("InferenceInstance", None, "ml.m5.large"),
        ValueChange("KmsKeyArn", None, ""),
    )

    assert description(new) == (ValueChange("instance", None, "ml.m5.large"),)


@pytest.mark.parametrize(
    ("parameter", "words"),
    [("VolumeKMSKeyId", "volume KMS key id"), ("JobName", "job name"), ("x", "x")],
)
def test_an_unknown_parameter_is_spelled_out(parameter: str, words: str) -> None:
    """A parameter that nobody named is split into its words."""
    assert words_for(parameter) == words


def test_arguments_of_jobs_are_told_in_words() -> None:
    """What a state machine runs with is told by the name that people know it by."""
    changes = (
        ValueChange("Definition.States.Train.Arguments.HyperParameters.eta", "0.2", "0.3"),
        ValueChange("Definition.States.Train.Arguments.ResourceConfig.InstanceCount", "1", "2"),
        ValueChange("Definition.States.Begin.Assign.digest", "mg1-a", "mg1-b"),
    )
    machine = ResourceChange(
        logical_id="Run",
        resource_type="AWS::StepFunctions::StateMachine",
        action=Action.UPDATE,
        properties=changes,
    )

    assert arguments_in_words((machine,), ()) == (
        ValueChange("hyperparameter eta", "0.2", "0.3"),
        ValueChange("instances", "1", "2"),
    )
    assert arguments_in_words((replace(machine, resource_type="AWS::IAM::Role"),), ()) == ()


KEYS = [f"mlops_gitops_artifacts/{etag * 32}/baseline.csv" for etag in "ab"]
CONTENT = ValueChange("BaselineDataObject", *KEYS)
COUNT = ValueChange("InstanceCount", "1", "2")


@pytest.mark.parametrize(
    ("argument", "parameters", "told"),
    [
        (("Model", "${Model.ModelName}", "${Model.ModelName (new)}"), (), False),
        (("Inputs.S3Uri", *(f"s3://assets/{key}" for key in KEYS)), (CONTENT,), False),
        (("Inputs.S3Uri", *(f"s3://assets/{key}" for key in KEYS)), (), True),
        (("Inputs.S3Uri", "s3://assets/x", f"s3://assets/{KEYS[1]}"), (CONTENT,), True),
        (("Cluster.InstanceCount", "1", "2"), (COUNT,), False),
        (("Tuning.MaxParallelJobs", "1", "2"), (COUNT,), True),
        (("Cluster.InstanceCount", None, "2"), (COUNT,), True),
    ],
)
def test_arguments_that_tell_nothing_new_have_no_line(
    argument: tuple[str, str | None, str | None],
    parameters: tuple[ValueChange, ...],
    *,
    told: bool,
) -> None:
    """Names that CloudFormation makes, and what follows from a parameter that is told."""
    path, before, after = argument
    name = f"Definition.States.Run.Arguments.{path}"
    machine = ResourceChange(
        logical_id="Run",
        resource_type="AWS::StepFunctions::StateMachine",
        action=Action.UPDATE,
        properties=(ValueChange(name, before, after),),
    )

    assert bool(arguments_in_words((machine,), parameters)) is told


def test_digests_of_images_are_short() -> None:
    """Twelve digits tell two images apart; the tag stays where there was one."""
    old, new = (IMAGE.format("mine", "1").replace(":1", f"@sha256:{d * 64}") for d in "ab")

    assert in_words((ValueChange("ImageUri", old, new),)) == (
        ValueChange("image", f"@sha256:{'a' * 12}", f"@sha256:{'b' * 12}"),
    )
    assert in_words((ValueChange("ImageUri", IMAGE.format("mine", "1"), new),)) == (
        ValueChange("image", "mine:1", f"mine@sha256:{'b' * 12}"),
    )
