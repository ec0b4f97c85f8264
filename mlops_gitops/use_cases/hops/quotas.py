"""The hop over quotas: what configs need of instances, against what an account may have."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mlops_gitops.config.declared import Config
from mlops_gitops.config.settings import Stage
from mlops_gitops.desired.names import stage_stack, workload_stack
from mlops_gitops.diff.states import state_of
from mlops_gitops.runs.pipeline_jobs import PlannedJob
from mlops_gitops.runs.pipeline_quotas import ENDPOINT, Room
from mlops_gitops.status.finding import Finding, failed, ok, warning
from mlops_gitops.use_cases.hops.hop import Examined, Hop
from mlops_gitops.use_cases.pipeline_room import Rooms, rooms_of

_SPOT = "spot training job"
_KINDS: Mapping[str, str] = {
    "hosting": ENDPOINT,
    "batch transform": "transform job",
    "processing": "processing job",
    "training": "training job",
}
"""Purpose of an instance, as schemas say it (`x-purpose`) -> what quotas call it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Need:
    """Instances of one type: all endpoints at the same time, of jobs the largest alone."""

    job: PlannedJob
    count: int


def _quotas(examined: Examined, about: str) -> Finding:
    needs = _needs(examined, about)
    rooms = rooms_of(examined.services.usage, about, tuple(each.job for each in needs))
    if rooms.unread:
        fix = "Compare it yourself: Service Quotas, Amazon SageMaker."
        why = rooms.unread.partition("<")[0].rstrip(": ")  # a page of HTML or XML tells no more
        return warning(f"Service Quotas did not tell: {why}", fix)
    return _judged(needs, rooms)


def _judged(needs: tuple[_Need, ...], rooms: Rooms) -> Finding:
    fix = "Ask for more: Service Quotas, Amazon SageMaker; or take another instance type."
    told = [(need, rooms.rooms.get(need.job.quota)) for need in needs]
    known = [(need, room) for need, room in told if room is not None]
    short = [_said(need, room) for need, room in known if need.count > room.quota]
    if short:
        return failed("; ".join(short), fix)
    tight = [_said(need, room) for need, room in known if not room.holds(need.count)]
    if tight:
        return warning("; ".join(tight), fix)
    unknown = [need.job.quota for need, room in told if room is None]
    if unknown:
        return warning(f"not listed: {'; '.join(unknown)}", fix)
    return ok("; ".join(_said(need, room) for need, room in known))


def _said(need: _Need, room: Room) -> str:
    held = "" if room.usage is None else f", {room.usage.count:g} in use"
    return f"{need.job.quota}: needs {need.count}, may have {room.quota:g}{held}"


def _needs(examined: Examined, account: str) -> tuple[_Need, ...]:
    """Add up what is not deployed yet: what is, is in use already."""
    deployed = {
        stack.id
        for stack in examined.services.stacks.overview(account)
        if state_of(stack.status).exists
    }
    found: dict[str, _Need] = {}
    for config, stage in examined.configs:
        if stage.account != account:
            continue
        name = workload_stack(examined.settings, config)
        is_there = stage_stack(examined.settings, name, stage) in deployed
        for job in _jobs(config, stage):
            before = found.get(job.quota)
            had = before.count if before else 0
            is_held = job.kind == ENDPOINT
            wanted = 0 if is_held and is_there else job.count
            count = had + wanted if is_held else max(had, wanted)
            found[job.quota] = _Need(job=job, count=count)
    return tuple(found[name] for name in sorted(found))


def _jobs(config: Config, stage: Stage) -> Iterator[PlannedJob]:
    for field, purpose in _purposes(config.type.schema):
        instance = config.value(field, stage.name)
        if isinstance(instance, str) and purpose in _KINDS:
            is_spot = config.value("use_spot_instances", stage.name) is True
            kind = _SPOT if is_spot and purpose == "training" else _KINDS[purpose]
            count = config.value("instance_count", stage.name)
            yield PlannedJob(
                step=config.workload.model_name,
                kind=kind,
                instance=instance.strip(),
                count=count if isinstance(count, int) else 1,
            )


def _purposes(schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give the fields that name an instance type, each with what its instances are for."""
    for field, shape in schema.get("properties", {}).items():
        if purpose := _purpose(schema, shape):
            yield field, purpose


def _purpose(schema: Mapping[str, Any], shape: Mapping[str, Any]) -> str:
    """Find it beside a `$ref` or behind it; of a field that may differ per stage, in the first."""
    match shape:
        case {"x-rule": "instance_type", "x-purpose": str(purpose)}:
            return purpose
        case {"$ref": str(name)}:
            return _purpose(schema, schema.get("$defs", {}).get(name.rpartition("/")[2], {}))
        case {"anyOf": [first, *_]}:
            return _purpose(schema, first)
        case _:
            return ""


def _accounts(examined: Examined) -> tuple[str, ...]:
    """Every account in which something needs instances."""
    return tuple(
        dict.fromkeys(
            stage.account for config, stage in examined.configs if any(_jobs(config, stage))
        )
    )


HOPS = (
    Hop(
        name="quotas",
        what="Quotas of instances",
        look=_quotas,
        needs=("configs", "plan-role"),
        about=_accounts,
    ),
)
