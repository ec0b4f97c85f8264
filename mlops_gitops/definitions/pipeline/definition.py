"""Definitions: the JSON that a SageMaker pipeline is made from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from mlops_gitops.config.document import Json, Path
from mlops_gitops.definitions.asset import Asset

VERSION = "2020-12-01"


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A pipeline's definition, and what it rests on.

    Attributes:
        steps: in the definition's spelling.
        origins: name of each step, nested ones included, and where in the config it is declared.
        assets: code that its steps run.
        resources: resources of CloudFormation that its steps need, by logical id.
        further: members beside these, as a script's SDK writes them.
        unbuilt: what stands for it where its script was not run; empty for every other.
    """

    parameters: tuple[dict[str, Json], ...]
    experiment: Json
    steps: tuple[dict[str, Json], ...]
    origins: tuple[tuple[str, Path], ...] = ()
    assets: tuple[Asset, ...] = ()
    resources: Mapping[str, Json] = field(default_factory=dict)
    further: Mapping[str, Json] = field(default_factory=dict)
    unbuilt: str = ""

    def value(self) -> dict[str, Json]:
        """Give the definition as JSON."""
        return {
            "Version": VERSION,
            "Metadata": {},
            "Parameters": list(self.parameters),
            "PipelineExperimentConfig": self.experiment,
            "Steps": list(self.steps),
            **self.further,
        }

    def text(self) -> str:
        """Write it as it is deployed: the order of keys does not count, so there is one order."""
        if self.unbuilt:
            return self.unbuilt
        return json.dumps(self.value(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
