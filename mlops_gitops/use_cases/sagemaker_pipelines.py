"""SageMaker pipelines by hand: started, stopped and looked at where they are deployed."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mlops_gitops.config.said import listed, quoted
from mlops_gitops.desired.names import stage_stack, workload_stack
from mlops_gitops.errors import Blocked, UsageError
from mlops_gitops.executor.language import (
    Json,
    Kind,
    Reference,
    Unresolved,
    all_steps,
    resolve,
)
from mlops_gitops.runs.pipeline_execution import (
    PipelineExecution,
    PipelineStart,
    PipelineStep,
    log_group,
)
from mlops_gitops.runs.pipeline_jobs import PlannedJob, jobs_of
from mlops_gitops.use_cases.find import find_stage, find_workload
from mlops_gitops.use_cases.pipeline_room import Rooms, rooms_of
from mlops_gitops.use_cases.world import World

_TYPE = "sagemaker_pipeline"
_FIRST_PAUSE, _LONGEST_PAUSE, _GROWTH = 1.0, 30.0, 1.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One pipeline where it is deployed."""

    pipeline: str
    stage: str
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a start will cause, and what is left of the quotas that it needs."""

    jobs: tuple[PlannedJob, ...]
    rooms: Rooms


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An execution with its steps, and the definition that it runs."""

    execution: PipelineExecution
    steps: tuple[PipelineStep, ...]
    definition: Mapping[str, Any]


def find_place(world: World, workload: str | None, stage: str | None) -> Place:
    """Find the pipeline that a user means.

    Args:
        world: the repository and AWS.
        workload: its name; None where the repository has one pipeline.
        stage: its name; None where there is one stage.

    Raises:
        UsageError: there is none of that name, or several may be meant.
    """
    configs = {
        workload_stack(world.settings, config): config
        for config in world.repository.configs
        if config.type.name == _TYPE
    }
    if workload is None:
        if len(configs) != 1:
            names = sorted(config.workload.model_name for config in configs.values())
            known = f"Its pipelines: {listed(names)}." if names else "It has none."
            raise UsageError("Which pipeline of this repository is meant?", hint=known)
        name = next(iter(configs))
    else:
        name = find_workload(world, workload)
    config = configs.get(name)
    if config is None:
        hint = f"Name a workload of pipeline_type {_TYPE}."
        raise UsageError(f"{quoted(str(workload))} is no SageMaker pipeline.", hint=hint)
    if stage is None and len(config.stages) != 1:
        hint = f"Say --stage: {listed(each.name for each in config.stages)}."
        raise UsageError("In which stage?", hint=hint)
    where = config.stages[0] if stage is None else find_stage(world.settings, stage)
    stack = stage_stack(world.settings, name, where)
    found = world.stacks.find(stack)
    if found is None:
        hint = "Deploy it: `mlops-gitops apply`."
        raise Blocked(f"{name} is not deployed in {where.name}.", hint=hint)
    pipeline = found.parameters.get("PipelineName", stack.name)
    return Place(pipeline=pipeline, stage=where.name, account=where.account)


def plan_start(world: World, place: Place, request: PipelineStart) -> Planned:
    """Say what a start will cause, before anything is started.

    Raises:
        Blocked: there is no such pipeline.
        UsageError: a parameter or a step is none of its.
    """
    text = world.sagemaker_pipelines.definition(place.account, place.pipeline)
    if text is None:
        hint = "Deploy it: `mlops-gitops apply`."
        raise Blocked(f"There is no pipeline {place.pipeline} in {place.stage}.", hint=hint)
    definition = json.loads(text)
    _refuse_unknown(definition, request)
    jobs = jobs_of(definition, request.parameters, request.selected)
    return Planned(jobs=jobs, rooms=rooms_of(world.sagemaker_usage, place.account, jobs))


def _refuse_unknown(definition: Mapping[str, Any], request: PipelineStart) -> None:
    parameters = [str(each.get("Name")) for each in definition.get("Parameters") or ()]
    steps = [str(step.get("Name")) for step, _ in all_steps(definition.get("Steps", []))]
    for what, given, known in (
        ("parameter", request.parameters, parameters),
        ("step", request.selected, steps),
    ):
        unknown = [each for each in given if each not in known]
        if unknown:
            hint = f"It has {listed(known)}." if known else "It has none."
            raise UsageError(f"The pipeline has no {what} {quoted(unknown[0])}.", hint=hint)


def begin(world: World, place: Place, request: PipelineStart) -> str:
    """Start an execution; give its ARN."""
    return world.sagemaker_pipelines.start(place.account, place.pipeline, request)


def await_end(
    world: World, place: Place, arn: str, tell: Callable[[PipelineStep], None]
) -> PipelineExecution:
    """Wait for the end of an execution; each step is told when its status is another one."""
    told: dict[str, str] = {}
    pause = _FIRST_PAUSE
    while True:
        found = _execution(world, place, arn)
        for step in world.sagemaker_pipelines.steps(place.account, arn):
            if told.get(step.name) != step.status:
                told[step.name] = step.status
                tell(step)
        if found.is_over:
            return found
        world.clock.sleep(pause)
        pause = min(_LONGEST_PAUSE, pause * _GROWTH)


def stop(world: World, place: Place, execution: str | None, token: str) -> PipelineExecution:
    """Ask an execution to stop, by default the newest.

    Raises:
        Blocked: it has ended.
    """
    found = find_execution(world, place, execution)
    if found.is_over:
        message = f"Execution {found.id} has ended: {found.status}."
        raise Blocked(message, hint="Nothing is to be done.")
    world.sagemaker_pipelines.stop(place.account, found.arn, token)
    return found


def report(world: World, place: Place, execution: str | None) -> Report:
    """Read an execution with its steps, by default the newest."""
    found = find_execution(world, place, execution)
    pipelines = world.sagemaker_pipelines
    return Report(
        execution=found,
        steps=pipelines.steps(place.account, found.arn),
        definition=json.loads(pipelines.definition_of(place.account, found.arn)),
    )


def find_execution(world: World, place: Place, execution: str | None) -> PipelineExecution:
    """Find an execution by its id or its ARN, by default the newest.

    Raises:
        UsageError: there is none.
    """
    if execution and execution.startswith("arn:"):
        return _execution(world, place, execution)
    known = world.sagemaker_pipelines.executions(place.account, place.pipeline)
    found = [each for each in known if execution in (None, each.id)]
    if found:
        return found[0]
    ids = [each.id for each in known]
    hint = f"The newest are {listed(ids)}." if ids else "Start it: `mlops-gitops pipeline start`."
    which = f"execution {quoted(execution)}" if execution else "execution"
    raise UsageError(f"{place.pipeline} has no {which} in {place.stage}.", hint=hint)


def _execution(world: World, place: Place, arn: str) -> PipelineExecution:
    found = world.sagemaker_pipelines.execution(place.account, arn)
    if found is None:
        hint = "Take the ARN or the id from `mlops-gitops pipeline steps`."
        raise UsageError(f"There is no execution {arn}.", hint=hint)
    return found


def read_log(world: World, place: Place, execution: str | None, name: str) -> tuple[str, ...]:
    """Read what the job of a step wrote to CloudWatch Logs.

    Raises:
        UsageError: the step has no such log.
    """
    found = report(world, place, execution)
    step = _step(found, name)
    group = log_group(step.job)
    if not group:
        hint = "Training, processing and transform jobs write logs."
        raise UsageError(f"Step {name} ({step.status}) has no job that writes a log.", hint=hint)
    lines = world.sagemaker_pipelines.log(place.account, group, f"{step.job_name}/")
    if lines is None:
        hint = f"CloudWatch Logs has no stream {step.job_name}/ in {group} of {place.stage}."
        raise UsageError(f"The job of step {name} has written nothing.", hint=hint)
    return lines


def read_result(world: World, place: Place, execution: str | None, name: str) -> Json:
    """Read what a function step gave back, as JSON.

    Raises:
        UsageError: the step gives no result, or has not succeeded.
    """
    found = report(world, place, execution)
    step = _step(found, name)
    if step.status != "Succeeded":
        raise UsageError(f"Step {name} is {step.status}.", hint=step.reason or "Wait for its end.")
    hint = "Only function steps have one."
    folder = _folder(found, name) if step.kind == "TrainingJob" else ""
    uri = f"{folder.rstrip('/')}/{step.job_name}/output/model/result.json"
    content = world.sagemaker_pipelines.read(place.account, uri) if folder else None
    if content is None:
        raise UsageError(f"Step {name} gives no JSON result.", hint=hint)
    try:
        value: Json = json.loads(content)
    except ValueError as error:
        raise UsageError(f"The result of {name} is not JSON: {error}.", hint=hint) from error
    return value


def _step(found: Report, name: str) -> PipelineStep:
    for step in found.steps:
        if step.name == name:
            return step
    known = [step.name for step in found.steps]
    hint = f"Steps that have started: {listed(known)}." if known else "No step has started yet."
    raise UsageError(f"Execution {found.execution.id} ran no step {quoted(name)}.", hint=hint)


def _folder(found: Report, name: str) -> str:
    """Give where a step's job writes, "" where that is known to SageMaker alone."""
    for step, _ in all_steps(found.definition.get("Steps", [])):
        if step.get("Name") == name:
            arguments: Any = step.get("Arguments") or {}
            written = (arguments.get("OutputDataConfig") or {}).get("S3OutputPath")
            try:
                return str(resolve(written, _Known(found)))
            except Unresolved:
                return ""
    return ""


@dataclass(frozen=True, slots=True)
class _Known:
    """What references name that can be looked up after the end: variables and defaults."""

    found: Report

    def value(self, reference: Reference) -> Json:
        """Give what a reference names.

        Raises:
            Unresolved: nobody can tell any more.
        """
        execution = self.found.execution
        variables = {
            "PipelineExecutionId": execution.id,
            "PipelineExecutionArn": execution.arn,
            "PipelineArn": execution.arn.partition("/execution/")[0],
            "PipelineName": execution.arn.partition("/execution/")[0].rpartition("/")[2],
        }
        if reference.kind is Kind.EXECUTION and reference.name in variables:
            return variables[reference.name]
        for each in self.found.definition.get("Parameters") or ():
            if reference.kind is Kind.PARAMETER and each.get("Name") == reference.name:
                default: Json = each.get("DefaultValue")
                return default
        raise Unresolved(reference.text)

    def document(self, source: Reference | str) -> Json:
        """Read nothing.

        Raises:
            Unresolved: always.
        """
        raise Unresolved(str(source))
