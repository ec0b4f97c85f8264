"""Moved: configs that lie elsewhere than before, and workloads that go by another name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mlops_gitops.config.declared import Config


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A config that was told from another place or name before.

    Attributes:
        workload: its name now.
        was: its name before. Where the two differ, the one of before is an orphan, and the one of
            now is new: a workload is known by its name.
        before: path before.
        after: path now.
    """

    workload: str
    was: str
    before: str
    after: str

    @property
    def is_renamed(self) -> bool:
        """Whether it is another workload now."""
        return self.workload != self.was


def find_moved(
    before: Sequence[Config], now: Sequence[Config], rest: Sequence[Config] = ()
) -> tuple[Moved, ...]:
    """Find configs that moved, and workloads that are the same but for their name; sorted.

    Args:
        before: what was declared.
        now: what is declared.
        rest: what is declared now and was not touched.
    """
    former = {config.workload: config for config in before}
    there = {config.workload for config in (*now, *rest)}
    gone = [config for config in before if config.workload not in there]
    found = [
        _moved(old, config)
        for config in now
        for old in ([former[config.workload]] if config.workload in former else _like(config, gone))
        if (old.workload, old.document.path) != (config.workload, config.document.path)
    ]
    return tuple(sorted(found, key=lambda one: (one.workload, one.was, one.before)))


def _like(config: Config, gone: Sequence[Config]) -> Iterator[Config]:
    """Give the first workload that is gone and said the same under another name."""
    said = _said(config)
    yield from [old for old in gone if old.type == config.type and _said(old) == said][:1]


def _said(config: Config) -> tuple[object, ...]:
    fields = {key: config.fields[key] for key in config.fields.keys() - {*config.type.identity}}
    return (config.state, fields)


def _moved(old: Config, new: Config) -> Moved:
    return Moved(
        workload=new.workload.model_name,
        was=old.workload.model_name,
        before=old.document.path,
        after=new.document.path,
    )
