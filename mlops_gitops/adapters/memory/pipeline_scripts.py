"""The twin of whoever runs scripts: scripts that are known beforehand."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from mlops_gitops.adapters.memory.atomic import atomic
from mlops_gitops.config.document import Json
from mlops_gitops.definitions.pipeline.script import (
    FaultKind,
    ScriptCall,
    ScriptFault,
    ScriptOrder,
    ScriptRun,
)

Script = Callable[[ScriptCall], Json]
"""Gives the definition of one call."""


@atomic
@dataclass(slots=True)
class MemoryScripts:
    """Runs no user's code.

    Attributes:
        known: text of a script -> what it does.
        ran: every order that was carried out.
    """

    known: dict[str, Script] = field(default_factory=dict)
    ran: list[ScriptOrder] = field(default_factory=list)

    def run(self, orders: Sequence[ScriptOrder]) -> tuple[ScriptRun, ...]:
        """Run each order; see `PipelineScripts.run`."""
        return tuple(self._run(order) for order in orders)

    def _run(self, order: ScriptOrder) -> ScriptRun:
        self.ran.append(order)
        script = self.known.get(order.files[order.script].decode())
        if script is None:
            return ScriptRun(fault=ScriptFault(kind=FaultKind.MISSING, path=order.script))
        made: Mapping[str, Json] = {call.stage: script(call) for call in order.calls}
        return ScriptRun(definitions=made, objects={call.stage: {} for call in order.calls})
