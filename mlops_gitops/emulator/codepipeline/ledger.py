"""All pipelines of all accounts: events one at a time, and a file that outlives the process.

The file is replaced whole before any effect of an event is run, so that what was done
elsewhere is always at least announced in it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mlops_gitops.emulator.codepipeline import codec
from mlops_gitops.emulator.codepipeline.errors import ApiError
from mlops_gitops.emulator.codepipeline.events import Effect, Event, Stamp
from mlops_gitops.emulator.codepipeline.machine import ids_needed, step
from mlops_gitops.emulator.codepipeline.state import PipelineState

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Key:
    """Which pipeline, of which account and region."""

    account: str
    region: str
    name: str

    @property
    def arn(self) -> str:
        """The ARN of the pipeline."""
        return f"arn:aws:codepipeline:{self.region}:{self.account}:{self.name}"


Listener = Callable[[Key, Sequence[Effect]], None]
Witness = Callable[[Key, PipelineState, PipelineState], None]
"""Is shown a pipeline before and after each event."""


class Ledger:
    """The states of all pipelines. Every method may be called from any thread."""

    def __init__(
        self, path: Path | None, now: Callable[[], datetime], new_id: Callable[[], str]
    ) -> None:
        self._path = path
        self._now = now
        self.new_id = new_id
        self._lock = threading.RLock()
        self._states: dict[Key, PipelineState] = {}
        self._texts: dict[Key, str] = {}
        self._listener: Listener = lambda _key, _effects: None
        self._witness: Witness = lambda _key, _before, _after: None
        self._load()

    def listen(self, listener: Listener) -> None:
        """Name who runs the effects."""
        self._listener = listener

    def show(self, witness: Witness) -> None:
        """Name who sees what happens."""
        self._witness = witness

    def at(self) -> float:
        """Say what time it is, in seconds since the epoch."""
        return self._now().timestamp()

    def pipelines(self) -> list[Key]:
        """List all pipelines, sorted."""
        with self._lock:
            return sorted(self._states)

    def get(self, key: Key) -> PipelineState | None:
        """Give the state of a pipeline, or None."""
        with self._lock:
            return self._states.get(key)

    def find(self, key: Key) -> PipelineState:
        """Give the state of a pipeline.

        Raises:
            ApiError: PipelineNotFoundException.
        """
        state = self.get(key)
        if state is None:
            raise ApiError(
                "PipelineNotFoundException",
                f"Account '{key.account}' does not have a pipeline with name '{key.name}'",
            )
        return state

    def create(self, key: Key, state: PipelineState, first: Event) -> None:
        """Keep a new pipeline and let its first event happen.

        Raises:
            ApiError: PipelineNameInUseException.
        """
        with self._lock:
            if key in self._states:
                raise ApiError(
                    "PipelineNameInUseException",
                    f"A pipeline with the name '{key.name}' already exists in account "
                    f"'{key.account}'",
                )
            self._states[key] = state
            self.apply(key, lambda _state: first)

    def apply(self, key: Key, decide: Callable[[PipelineState], Event]) -> PipelineState:
        """Let the event happen that is decided on the state as it is now.

        Raises:
            ApiError: There is no such pipeline, or the event is refused.
        """
        with self._lock:
            state = self.find(key)
            event = decide(state)
            ids = tuple(self.new_id() for _ in range(ids_needed(state)))
            outcome = step(state, event, Stamp(at=self.at(), ids=ids))
            self._keep(key, outcome.state)
        self._listener(key, outcome.effects)
        self._witness(key, state, outcome.state)
        return outcome.state

    def retag(self, key: Key, change: Callable[[dict[str, str]], dict[str, str]]) -> None:
        """Change the tags of a pipeline."""
        with self._lock:
            state = self.find(key)
            self._keep(key, replace(state, tags=change(dict(state.tags))))

    def remove(self, key: Key) -> None:
        """Forget a pipeline."""
        with self._lock:
            self._states.pop(key, None)
            self._texts.pop(key, None)
            self._save()

    def _keep(self, key: Key, state: PipelineState) -> None:
        self._states[key] = state
        if self._path:
            entry = {"account": key.account, "region": key.region, "state": codec.encode(state)}
            self._texts[key] = json.dumps(entry)
            self._save()

    def _save(self) -> None:
        if not self._path:
            return
        entries = ",\n".join(self._texts.values())
        text = f'{{"format": {FORMAT}, "pipelines": [\n{entries}\n]}}\n'
        part = self._path.with_name(f"{self._path.name}.part")
        part.write_text(text, encoding="utf-8")
        part.replace(self._path)

    def _load(self) -> None:
        if not self._path or not self._path.exists():
            return
        try:
            self._read(json.loads(self._path.read_text(encoding="utf-8")))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            message = f"{self._path} is no state of this CodePipeline emulator."
            raise ValueError(message) from error

    def _read(self, held: dict[str, Any]) -> None:
        if held["format"] != FORMAT:
            message = f"format {held['format']} instead of {FORMAT}"
            raise ValueError(message)
        for entry in held["pipelines"]:
            state = codec.decode(PipelineState, entry["state"])
            key = Key(account=entry["account"], region=entry["region"], name=state.pipeline.name)
            self._states[key] = state
            self._texts[key] = json.dumps(entry)
