"""Semantic lines: a change in the user's words instead of CloudFormation's."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mlops_gitops.diff.plan import ResourceChange, ValueChange


def _as_is(value: str) -> str:
    return value


def _package_version(arn: str) -> str:
    """`arn:...:model-package/churn/7` -> `churn v7`; anything else as it is."""
    found = re.search(r":model-package/([^/]+)/(\d+)$", arn)
    return f"{found[1]} v{found[2]}" if found else arn


def _image(uri: str) -> str:
    """Leave the registry out: `<account>.dkr.ecr.<region>.amazonaws.com/a/b:1` -> `a/b:1`."""
    return _short_digest(re.sub(r"^\d{12}\.dkr\.ecr\.[^/]+/", "", uri))


def _short_digest(uri: str) -> str:
    """`a/b@sha256:<64 digits>` -> `a/b@sha256:<12 digits>`."""
    return re.sub(r"(@sha256:[0-9a-f]{12})[0-9a-f]{52}\b", r"\1", uri)


_TAG = r"^.*(?=@sha256:)|^.*[:@]"
"""What two images of one repository share: all before the tag, or before the digest."""


def _content(key: str) -> str:
    """`mlops_gitops_artifacts/<etag>/model.tar.gz` -> the first digits of the ETag."""
    parts = key.split("/")
    return parts[1][:_DIGITS] if len(parts) == _PARTS else key


_DIGITS, _PARTS = 8, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """How a parameter is spoken of.

    Attributes:
        say: its name in the user's words.
        short: how its value is shortened.
        shared: pattern of what is left out where both values have it in common.
        sources: parameters that it follows from; where one of them is told, it gets no line.
        told_when_new: whether a new stack is described by it.
    """

    say: str
    short: Callable[[str], str] = _as_is
    shared: str = ""
    sources: tuple[str, ...] = ()
    told_when_new: bool = True


_WORDS: Mapping[str, _Words] = {
    "AssetsBucket": _Words(say="assets bucket", told_when_new=False),
    "AssetsKmsKeyArn": _Words(say="key of the assets bucket", told_when_new=False),
    "CustomAlgorithmsECRRepoArn": _Words(say="image repository"),
    "DataCaptureLocation": _Words(say="data capture"),
    "EndpointName": _Words(say="endpoint name"),
    "ImageRepositoryArn": _Words(say="image repository", sources=("ImageUri",)),
    "ImageUri": _Words(say="image", short=_image, shared=_TAG),
    "InferenceInstance": _Words(say="instance"),
    "InstanceCount": _Words(say="instances"),
    "InstanceHasLocalStorage": _Words(
        say="local disks", sources=("InferenceInstance", "InstanceType")
    ),
    "InstanceType": _Words(say="instance"),
    "InstanceVolumeSize": _Words(say="volume (GB)"),
    "KmsKeyArn": _Words(say="customer key"),
    "BaselineDataObject": _Words(say="baseline content", short=_content, sources=("BaselineData",)),
    "CustomAlgorithmDockerObject": _Words(
        say="source content", short=_content, sources=("CustomAlgorithmDocker",)
    ),
    "ModelArtifactLocation": _Words(say="model artifact"),
    "ModelArtifactLocationObject": _Words(
        say="model content",
        short=_content,
        sources=("ModelArtifactLocation",),
    ),
    "ModelName": _Words(say="model name", told_when_new=False),
    "ModelPackageGroupName": _Words(say="model package group", sources=("ModelPackageName",)),
    "ModelPackageName": _Words(say="model package", short=_package_version, shared=r"^\S+ "),
    "NotificationTopicArn": _Words(say="notifications", told_when_new=False),
    "Parallelism": _Words(say="parallel steps"),
    "PipelineFolder": _Words(say="folder", told_when_new=False),
    "PipelineName": _Words(say="pipeline", told_when_new=False),
    "PipelineRoleName": _Words(say="role name", told_when_new=False),
    "RoleArn": _Words(say="role"),
    "RunName": _Words(say="state machine", told_when_new=False),
    "ScheduleExpression": _Words(say="schedule"),
    "TrainingData": _Words(say="training data"),
    "BaselineName": _Words(say="baseline", told_when_new=False),
    "MonitorImageUri": _Words(say="image", short=_image, shared=_TAG),
    "MonitoringScheduleName": _Words(say="monitoring schedule", told_when_new=False),
    "RunOnDeploy": _Words(say="run on deployment"),
    "StateMachineName": _Words(say="name of the workflow", told_when_new=False),
    "StateMachineType": _Words(say="type of workflow"),
    **{
        name: _Words(say=words, told_when_new=False)
        for name, words in (
            ("HasAccuracyAlarm", "alarm about accuracy"),
            ("HasResourceAlarm", "alarm about resources"),
            ("WorkflowFailures", "failures that raise the alarm"),
            ("WorkflowLogData", "data in the logs"),
            ("WorkflowLogDays", "days that logs are kept"),
            ("WorkflowLogLevel", "log level"),
            ("WorkflowMilliseconds", "longest duration (ms)"),
        )
    },
    "StageAccounts": _Words(say="accounts that pull", told_when_new=False),
    **{
        f"{part}{kind}": _Words(say=words, sources=(source,))
        for part, words, source in (
            ("BaselineOutput", "baseline output", "BaselineJobOutputLocation"),
            ("BatchInput", "batch input", "BatchInferenceData"),
            ("BatchOutput", "batch output", "BatchJobOutputLocation"),
            ("DataCapture", "data capture", "DataCaptureLocation"),
            ("GroundTruth", "ground truth", "MonitorGroundTruthInput"),
            ("MonitoringOutput", "monitoring output", "MonitoringOutputLocation"),
        )
        for kind in ("Bucket", "Prefix")
    },
    **{
        f"{kind}JobBase": _Words(say="job name", told_when_new=False)
        for kind in ("Autopilot", "Training", "Transform", "Tuning")
    },
}


def words_for(parameter: str) -> str:
    """Say a parameter's name in the user's words; `MaxRuntime` becomes `max runtime`."""
    if parameter in _WORDS:
        return _WORDS[parameter].say
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", parameter)
    return re.sub(r"\b[A-Z][a-z]*\b", lambda word: word[0].lower(), spaced)


def in_words(parameters: tuple[ValueChange, ...]) -> tuple[ValueChange, ...]:
    """Tell changed parameters in the user's words, in the order of their names.

    A parameter that only follows from another changed one gets no line. The empty value that
    CloudFormation takes for "not given" becomes None.
    """
    changed = {change.name for change in parameters}
    return tuple(
        line
        for change in parameters
        if changed.isdisjoint(_WORDS.get(change.name, _PLAIN).sources)
        and (line := _line(change)) is not None
    )


def arguments_in_words(
    resources: tuple[ResourceChange, ...], parameters: tuple[ValueChange, ...]
) -> tuple[ValueChange, ...]:
    """Tell what changes in the jobs that state machines run, in the order of the resources.

    `Definition.States.Train.Arguments.HyperParameters.eta` becomes `hyperparameter eta`. What is
    a name of CloudFormation's, or only follows from a parameter that is told, gets no line.
    """
    found = (
        ValueChange(_argument(tail), *map(_readable, (change.before, change.after)))
        for resource in resources
        if resource.resource_type == _STATE_MACHINE
        for change in resource.properties
        if change.name.startswith(_DEFINITION)
        and (tail := change.name.partition(_ARGUMENTS)[2])
        and not _is_made_up(change)
        and not _follows(change, _last(tail), parameters)
    )
    return tuple(dict.fromkeys(found))


def _readable(value: str | None) -> str | None:
    return None if value is None else _short_digest(value)


def _is_made_up(change: ValueChange) -> bool:
    """Whether CloudFormation makes the value, such as `${Model.ModelName}`, or did."""
    return any("${" in value for value in (change.before, change.after) if value)


def _follows(change: ValueChange, name: str, parameters: tuple[ValueChange, ...]) -> bool:
    """Whether changed parameters inside a value, and nothing else, make it another."""
    explained = change.before or ""
    for one in parameters:
        # A short value, such as a count, is only the parameter's if it is called like it.
        if one.before and (len(one.before) >= _TELLING_LENGTH or words_for(one.name) == name):
            explained = explained.replace(one.before, one.after or "")
    return change.before is not None and explained == change.after


_TELLING_LENGTH = 6


_STATE_MACHINE = "AWS::StepFunctions::StateMachine"
_DEFINITION = "Definition."
"""A blueprint's own machine; a workflow of the user's is told state by state."""
_ARGUMENTS = ".Arguments."


def _argument(path: str) -> str:
    head, _, rest = path.partition("HyperParameters.")
    return f"hyperparameter {rest}" if rest and "." not in head.rstrip(".") else _last(path)


def _last(path: str) -> str:
    return words_for(re.split(r"[.\[]", path)[-1].rstrip("]"))


def description(parameters: tuple[ValueChange, ...]) -> tuple[ValueChange, ...]:
    """Describe a new stack by those of its parameters that say something about it."""
    telling = (one for one in parameters if _WORDS.get(one.name, _PLAIN).told_when_new)
    return in_words(tuple(telling))


_PLAIN = _Words(say="")


def _line(change: ValueChange) -> ValueChange | None:
    words = _WORDS.get(change.name, _PLAIN)
    before, after = (
        words.short(value) if value else None for value in (change.before, change.after)
    )
    if before is None and after is None:
        return None
    if before == after:
        # What the short form leaves out is what changed.
        before, after = change.before, change.after
    elif before and after:
        before, after = _without_shared(words.shared, before, after)
    return ValueChange(words_for(change.name), before, after)


def _without_shared(pattern: str, before: str, after: str) -> tuple[str, str]:
    """Leave out the front that two values share: `churn v7`, `churn v8` -> `v7`, `v8`."""
    fronts = [re.match(pattern, value) if pattern else None for value in (before, after)]
    if fronts[0] is None or fronts[1] is None or fronts[0][0] != fronts[1][0]:
        return before, after
    return before[fronts[0].end() :], after[fronts[1].end() :]


def facts(parameters: Mapping[str, str]) -> dict[str, str]:
    """Tell what runs: the parameters worth a word, in the user's words."""
    return {
        _WORDS[name].say: _WORDS[name].short(parameters[name])
        for name in _TELLING
        if parameters.get(name) and parameters.keys().isdisjoint(_WORDS[name].sources)
    }


_TELLING = (
    "ModelPackageName",
    "ModelArtifactLocation",
    "ModelArtifactLocationObject",
    "TrainingData",
    "ImageUri",
    "InferenceInstance",
    "InstanceType",
    "ScheduleExpression",
)
"""What says in a few words what runs."""
