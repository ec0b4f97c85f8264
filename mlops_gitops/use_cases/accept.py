"""Accept: write into the configs what somebody changed by hand, so that git says it too.

Nothing is touched but a new branch. What is written is held to two things before: the repository
is valid with it, and composing it gives exactly what is live, in this stage and in no other one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from mlops_gitops.config.declared import Config
from mlops_gitops.config.document import Json
from mlops_gitops.config.edit import spelled, with_stages, with_value, written_at
from mlops_gitops.config.schemas import PER_STAGE
from mlops_gitops.desired.names import workload_stack
from mlops_gitops.desired.stack import DesiredStack
from mlops_gitops.desired.trace import Path
from mlops_gitops.errors import Blocked, InvalidRepository, UsageError
from mlops_gitops.ports import Files
from mlops_gitops.status.accepted import Accepted, NotTaken, Taken
from mlops_gitops.status.accepting import NoOrigin, live_in, origin_of, why_never
from mlops_gitops.status.drift import Drift, PropertyDrift
from mlops_gitops.use_cases.desire import DesiredWorkload, desire
from mlops_gitops.use_cases.overlay import Overlay
from mlops_gitops.use_cases.validate import Repository, load_repository
from mlops_gitops.use_cases.world import World

BRANCH = "mlops-gitops/accept-drift-"
_ID = 12


def accept(world: World, drifts: Sequence[Drift]) -> Accepted:
    """Work out what the configs would have to say; nothing is written.

    Args:
        world: the repository and AWS.
        drifts: what was changed by hand.

    Raises:
        UsageError: outside git, or before its first commit.
        Blocked: a config differs from what is committed.
    """
    head = world.commits.head(())
    if head is None:
        raise UsageError(
            "There is no commit that a change could be written on.",
            hint="Run this in a clone of the repository.",
        )
    work = _Work(world, world.commits.files_at(head.id))
    for workload, found in _by_workload(drifts).items():
        work.take(workload, found)
    return work.result(drifts)


def write(world: World, accepted: Accepted) -> str:
    """Commit what was worked out to its branch; give the commit's id.

    Raises:
        Blocked: the branch is there and says something else.
    """
    return world.branches.commit(accepted.files, accepted.message, accepted.branch)


@dataclass(slots=True)
class _Work:
    """What was written so far, each time checked as a whole."""

    world: World
    files: Files
    written: dict[str, bytes] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)
    left: list[NotTaken] = field(default_factory=list)

    def take(self, workload: str, drifts: Sequence[Drift]) -> None:
        """Write what can be written of one workload."""
        config = self._config(workload)
        if config is not None:
            self._refuse_uncommitted(config)
        rest = []
        for drift in drifts:
            why = why_never(drift) if config is not None else "no config declares it"
            if why:
                self._leave(drift, drift.properties, why, drift.next_step)
            else:
                rest.append(drift)
        if config is None or not rest:
            return
        desired = self._desired(config)
        blueprint = self.world.blueprints.blueprint(config.blueprint).template
        wanted: dict[Path, list[tuple[Drift, PropertyDrift, Json]]] = {}
        for drift, found, stack in _properties(rest, desired):
            origin = origin_of(drift, found, stack, blueprint, config)
            if isinstance(origin, NoOrigin):
                self._leave(drift, (found,), origin.why, origin.next_step)
            else:
                place = (origin.field, *origin.inside)
                wanted.setdefault(place, []).append((drift, found, origin.value))
        for place, values in wanted.items():
            self._write(workload, place, values)

    def result(self, drifts: Sequence[Drift]) -> Accepted:
        """Put together what is to be committed."""
        taken = {(each.drift.id, each.path) for each in self.taken}
        # What follows from another value, such as the name of a new configuration, is no loss.
        followed = {each.drift.id for each in self.taken}
        left = tuple(
            each
            for each in self.left
            if (each.drift.id, each.path) not in taken and not _follows(each, followed)
        )
        ids = sorted({each.drift.id for each in self.taken} or {each.id for each in drifts})
        name = ids[0] if len(ids) == 1 else sha256("".join(ids).encode()).hexdigest()
        return Accepted(
            files=dict(self.written),
            message=_message(self.taken),
            branch=f"{BRANCH}{name[:_ID]}",
            taken=tuple(self.taken),
            left=left,
        )

    def _write(
        self, workload: str, place: Path, values: Sequence[tuple[Drift, PropertyDrift, Json]]
    ) -> None:
        config = self._config(workload)
        if config is None:
            return
        path, text = config.document.path, config.document.text
        stages = {drift.stage: value for drift, _found, value in values}
        edited = _edited(text, config, place, stages)
        why = "it is the same in all stages, and not all were changed" if edited is None else ""
        if edited is not None:
            before, self.written[path] = self.written.get(path), edited.encode()
            why = self._why_not(workload, config, values)
            if why:
                self._undo(path, before)
        for drift, found, value in values:
            if why:
                self._leave(drift, (found,), why, drift.next_step)
            else:
                was = found.desired or ""
                now = value if isinstance(value, str) else spelled(text, value)
                taken = Taken(drift=drift, path=found.path, place=place, before=was, after=now)
                self.taken.append(taken)

    def _why_not(
        self, workload: str, config: Config, values: Sequence[tuple[Drift, PropertyDrift, Json]]
    ) -> str:
        """Say why what is written now does not give what is live; empty where it does."""
        before = {stack.stage: stack for stack in self._desired(config).stacks}
        try:
            new = self._config(workload)
        except InvalidRepository as refused:
            return f"no config may say so: {refused.problems[0].message}"
        if new is None:
            return "the workload would be another one"
        desired = self._desired(new)
        after = {stack.stage: stack for stack in desired.stacks}
        for drift, found, _value in values:
            if live_in(after[drift.stage], drift, found.path) != found.live:
                return "the config cannot be written so that it comes out"
        changed = {drift.stage for drift, _found, _value in values}
        others = [stage for stage in after if stage not in changed]
        if any(after[stage].digest != before[stage].digest for stage in others):
            return "it would change other stages, too"
        return ""

    def _undo(self, path: str, before: bytes | None) -> None:
        if before is None:
            del self.written[path]
        else:
            self.written[path] = before

    def _config(self, workload: str) -> Config | None:
        """Read a workload's config with what is written so far."""
        repository = load_repository(Overlay(self.files, self.written), self.world.data)
        names = {workload_stack(repository.settings, each): each for each in repository.configs}
        return names.get(workload)

    def _refuse_uncommitted(self, committed: Config) -> None:
        path = committed.document.path
        for each in self.world.repository.configs:
            if each.document.path == path and each.document.text != committed.document.text:
                raise Blocked(
                    f"{path} differs from what is committed.",
                    hint="Commit or put away your changes, then repeat the command.",
                )

    def _desired(self, config: Config) -> DesiredWorkload:
        repository = Repository(settings=self.world.settings, configs=(config,))
        (workload,) = desire(replace(self.world, repository=repository)).workloads
        return workload

    def _leave(
        self, drift: Drift, found: Sequence[PropertyDrift], why: str, next_step: str
    ) -> None:
        self.left += [
            NotTaken(drift=drift, path=each.path, why=why, next_step=next_step) for each in found
        ]


def _by_workload(drifts: Sequence[Drift]) -> dict[str, list[Drift]]:
    found: dict[str, list[Drift]] = {}
    for drift in drifts:
        found.setdefault(drift.workload, []).append(drift)
    return found


def _properties(
    drifts: Sequence[Drift], desired: DesiredWorkload
) -> Iterator[tuple[Drift, PropertyDrift, DesiredStack]]:
    stacks = {stack.id: stack for stack in desired.stacks}
    for drift in drifts:
        if drift.stack in stacks:
            yield from ((drift, found, stacks[drift.stack]) for found in drift.properties)


def _edited(text: str, config: Config, place: Path, values: Mapping[str, Json]) -> str | None:
    """Write values of some stages; None where the field can have but one, and not all changed."""
    name, inside = str(place[0]), place[1:]
    stages = [stage.name for stage in config.stages]
    if name in config.staged:
        for stage, value in values.items():
            text = with_value(text, (name, stage, *inside), value)
        return text
    first = next(iter(values.values()))
    if set(values) == set(stages) and all(value == first for value in values.values()):
        return with_value(text, place, first)
    if PER_STAGE not in config.type.schema["properties"][name]:
        return None
    old = written_at(text, (name,)) or spelled(text, config.type.defaults.get(name, ""))
    return with_stages(
        text,
        name,
        {stage: _value(old, inside, stage, values) for stage in stages},
    )


def _value(old: str, inside: Path, stage: str, values: Mapping[str, Json]) -> str:
    """Spell what a stage is to have: what it has had, where nobody changed it."""
    if stage not in values:
        return old
    return with_value(old, inside, values[stage]) if inside else spelled(old, values[stage])


def _follows(left: NotTaken, followed: set[str]) -> bool:
    return left.path == "EndpointConfigName" and left.drift.id in followed


def _message(taken: Sequence[Taken]) -> str:
    names = sorted({each.drift.workload for each in taken})
    lines = [
        f"- {each.drift.workload} in {each.drift.stage}: "
        f"{'.'.join(map(str, each.place))} {each.before} -> {each.after}"
        for each in taken
    ]
    title = f"Accept what was changed by hand: {', '.join(names)}"
    return "\n".join([title, "", *lines, "", "Written by `mlops-gitops drift --accept`."])
