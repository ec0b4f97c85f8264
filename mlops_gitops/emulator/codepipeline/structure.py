"""What a declaration must hold beyond its shape: AWS's structure requirements.

After the pages "CodePipeline pipeline structure reference" and the action references;
limits of the service from "Quotas in AWS CodePipeline".
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlops_gitops.emulator.codepipeline.declaration import EMULATED, Provider
from mlops_gitops.emulator.codepipeline.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MAX_STAGES = 50
MAX_ACTIONS = 1000
MAX_ACTIONS_IN_STAGE = 100
CONDITIONS = ("beforeEntry", "onSuccess", "onFailure")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The configuration a provider takes, and how many artifacts."""

    required: frozenset[str]
    optional: frozenset[str]
    inputs: tuple[int, int]
    outputs: tuple[int, int]


KEYS = {
    Provider.S3: Keys(
        required=frozenset({"S3Bucket", "S3ObjectKey"}),
        optional=frozenset({"PollForSourceChanges", "AllowOverrideForS3ObjectKey"}),
        inputs=(0, 0),
        outputs=(1, 1),
    ),
    Provider.CLOUDFORMATION: Keys(
        required=frozenset({"ActionMode", "StackName"}),
        optional=frozenset(
            {
                "Capabilities",
                "ChangeSetName",
                "OutputFileName",
                "ParameterOverrides",
                "RoleArn",
                "TemplateConfiguration",
                "TemplatePath",
            }
        ),
        inputs=(0, 10),
        outputs=(0, 1),
    ),
    Provider.MANUAL: Keys(
        required=frozenset(),
        optional=frozenset({"NotificationArn", "CustomData", "ExternalEntityLink"}),
        inputs=(0, 0),
        outputs=(0, 0),
    ),
    Provider.LAMBDA: Keys(
        required=frozenset({"FunctionName"}),
        optional=frozenset({"UserParameters"}),
        inputs=(0, 5),
        outputs=(0, 5),
    ),
    Provider.STEP_FUNCTIONS: Keys(
        required=frozenset({"StateMachineArn"}),
        optional=frozenset({"ExecutionNamePrefix", "InputType", "Input"}),
        inputs=(0, 1),
        outputs=(0, 1),
    ),
}


def check_structure(raw: Mapping[str, Any]) -> None:
    """Check a declaration whose shape is right.

    Raises:
        ApiError: InvalidStructureException, InvalidStageDeclarationException or
            InvalidActionDeclarationException.
    """
    _check_pipeline(raw)
    _check_v2(raw)
    _check_stages(raw["stages"])
    made: set[str] = set()
    for number, stage in enumerate(raw["stages"]):
        for action in stage["actions"]:
            _check_source(action, is_first=number == 0)
            _check_configuration(action)
        made = _check_artifacts(stage, made)


def _invalid(message: str) -> ApiError:
    return ApiError("InvalidStructureException", message)


def _invalid_action(message: str) -> ApiError:
    return ApiError("InvalidActionDeclarationException", message)


def _check_pipeline(raw: Mapping[str, Any]) -> None:
    if bool(raw.get("artifactStore")) == bool(raw.get("artifactStores")):
        raise _invalid("Pipeline must have either artifactStore or artifactStores, not both")
    if len(raw["stages"]) < 2:  # noqa: PLR2004  AWS's own number
        raise _invalid("Pipeline has insufficient stages. It should have at least 2 stages")
    if len(raw["stages"]) > MAX_STAGES:
        raise _invalid(f"Pipeline has more than the maximum of {MAX_STAGES} stages")
    if raw.get("executionMode") == "PARALLEL":
        raise _invalid("Execution mode PARALLEL is not emulated by the embedded AWS")


def _check_v2(raw: Mapping[str, Any]) -> None:
    if raw.get("pipelineType", "V1") == "V2":
        return
    if raw.get("executionMode", "SUPERSEDED") != "SUPERSEDED":
        raise _invalid(f"Execution mode {raw['executionMode']} requires pipeline type V2")
    if raw.get("variables"):
        raise _invalid("Pipeline variables require pipeline type V2")
    # They are kept as they are declared; no host of repositories tells of pushes here.
    if raw.get("triggers"):
        raise _invalid("Triggers require pipeline type V2")


def _check_stages(stages: list[Mapping[str, Any]]) -> None:
    if twice := _repeated(stage["name"] for stage in stages):
        raise _invalid(f"Stage name must be unique within pipeline, but found duplicate: {twice}")
    if sum(len(stage["actions"]) for stage in stages) > MAX_ACTIONS:
        raise _invalid(f"Pipeline has more than the maximum of {MAX_ACTIONS} actions")
    for stage in stages:
        if not stage["actions"]:
            raise _invalid(f"Stage {stage['name']} must contain at least one action")
        if len(stage["actions"]) > MAX_ACTIONS_IN_STAGE:
            raise _invalid(f"Stage {stage['name']} has more than {MAX_ACTIONS_IN_STAGE} actions")
        if twice := _repeated(action["name"] for action in stage["actions"]):
            raise _invalid(
                f"Action name must be unique within stage {stage['name']}, "
                f"but found duplicate: {twice}"
            )
        for condition in CONDITIONS:
            if stage.get(condition):
                raise _invalid(f"Stage condition {condition} is not emulated by the embedded AWS")
    spaces = [action.get("namespace") for stage in stages for action in stage["actions"]]
    if twice := _repeated(space for space in spaces if space):
        raise _invalid(f"Namespace must be unique within pipeline, but found duplicate: {twice}")


def _check_source(action: Mapping[str, Any], *, is_first: bool) -> None:
    is_source = action["actionTypeId"]["category"] == "Source"
    if is_first and not is_source:
        raise _invalid("Pipeline should start with a stage that only contains source actions")
    if not is_first and is_source:
        raise _invalid(
            f"Source action {action['name']} is only allowed in the first stage of the pipeline"
        )


def _check_configuration(action: Mapping[str, Any]) -> None:
    kind = action["actionTypeId"]
    provider = EMULATED.get((kind["category"], kind["owner"], kind["provider"]))
    if provider is None:
        return  # runs, and fails saying that it is not emulated
    keys, given = KEYS[provider], set(action.get("configuration") or {})
    name = action["name"]
    if missing := sorted(keys.required - given):
        raise _invalid_action(
            f"Action configuration for action '{name}' is missing required configuration "
            f"'{missing[0]}'"
        )
    if unknown := sorted(given - keys.required - keys.optional):
        raise _invalid_action(
            f"Action configuration for action '{name}' contains unknown configuration "
            f"'{unknown[0]}'"
        )
    if action.get("timeoutInMinutes") and provider is not Provider.MANUAL:
        raise _invalid_action(f"Action '{name}' does not support timeoutInMinutes")
    for what, (least, most) in (("input", keys.inputs), ("output", keys.outputs)):
        count = len(action.get(f"{what}Artifacts") or ())
        if not least <= count <= most:
            raise _invalid_action(
                f"Action '{name}' has {count} {what} artifacts; "
                f"{kind['provider']} takes at least {least} and at most {most}"
            )


def _check_artifacts(stage: Mapping[str, Any], made: set[str]) -> set[str]:
    actions = sorted(stage["actions"], key=lambda action: int(action.get("runOrder", 1)))
    for action in actions:
        for artifact in action.get("inputArtifacts") or ():
            earlier = {
                output["name"]
                for other in actions
                if other.get("runOrder", 1) < action.get("runOrder", 1)
                for output in other.get("outputArtifacts") or ()
            }
            if artifact["name"] not in made | earlier:
                raise _invalid(
                    f"Input Artifact Bundle {artifact['name']} in action {action['name']} is "
                    "not declared as Output Artifact Bundle in any of the preceding actions"
                )
    outputs = [o["name"] for action in actions for o in action.get("outputArtifacts") or ()]
    if twice := _repeated([*made, *outputs]):
        raise _invalid(
            f"Output Artifact Bundle name must be unique within the pipeline. {twice} has been "
            "used more than once."
        )
    return made | set(outputs)


def _repeated(names: Iterable[str]) -> str | None:
    return next((name for name, count in Counter(names).items() if count > 1), None)
